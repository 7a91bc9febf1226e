/** Studio's API: the definition itself; with inputs, or as it came when it came wrapped, inside of `{workflow_definition, inputs}`. */
import type { BodyPart } from '../../../templates/framework.ts';
import { DEFINITION, literalPath, type MadeRequests, type Material, REQUEST, request } from './material.ts';
import { executePath } from './paths.ts';

export function studio(material: Material): MadeRequests {
  const { workflow, target } = material;
  if (workflow.format === 'yaml') {
    const message = 'This workflow is YAML text, and Studio takes JSON only: give its JSON, or test it on a gateway, where it is registered by name.';
    return { problems: [{ path: 'target.preset', message }] };
  }
  const { body, data } = definitionBody(material);
  const execute = request(material, { name: 'execute', path: literalPath(executePath(target)), body, success: 'studio' });
  return { requests: { setUp: [], execute, poll: null, data } };
}

export function definitionBody({ workflow, text, definition, inputs, ownInputs }: Material): { body: BodyPart[]; data: Record<string, string> } {
  if (inputs && ownInputs)
    return { body: [{ text: '{"workflow_definition":' }, { file: DEFINITION }, { text: ',"inputs":' }, inputs, { text: '}' }], data: { [DEFINITION]: definition } };
  const file = workflow.definition === workflow.text ? DEFINITION : REQUEST;
  return { body: [{ file }], data: { [file]: text } };
}
