/** Another API: method, path, headers and body as the plan says. In a JSON body `{"$workflow": true}` and `{"$inputs": true}` stand for the two. */
import type { BodyPart } from '../../../templates/framework.ts';
import { compileJson } from '../../inputs/generators.ts';
import { isFixed, type Part } from '../../inputs/part.ts';
import type { Problem } from '../../workflow/problem.ts';
import { DEFINITION, literalPath, type MadeRequests, type Material, request } from './material.ts';
import { executePath } from './paths.ts';
import { definitionBody } from './studio.ts';

export function custom(material: Material): MadeRequests {
  const { target, inputs, ownInputs } = material;
  const { body, data, problems } = bodyOf(material);
  if (problems.length > 0) return { problems };
  if (inputs && ownInputs && !body?.includes(inputs)) {
    const message = 'Nothing sends these inputs: put {"$inputs": true} into the body where they belong, or leave them out.';
    return { problems: [{ path: 'inputs', message }] };
  }
  const execute = request(material, { name: 'execute', method: target.method ?? 'POST', path: literalPath(executePath(target)), body, success: 'custom' });
  return { requests: { setUp: [], execute, poll: null, data } };
}

interface Body {
  readonly body: readonly BodyPart[] | null;
  readonly data: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** Without a body of its own a request carries the definition, as Studio's does. */
function bodyOf(material: Material): Body {
  const { target, workflow, definition, inputs } = material;
  if (target.method === 'GET') return { body: null, data: {}, problems: [] };
  if (target.body === undefined) {
    if (workflow.format === 'yaml') return refused('target.body', 'This workflow is YAML text, which is not sent: give a body, or the JSON of the workflow.');
    return { ...definitionBody(material), problems: [] };
  }
  if (!isJson(target.body)) return constant(target.body);
  const { parts, problems } = compileJson(target.body, { allow: ['workflow', 'inputs'] });
  if (problems.length > 0) return { body: null, data: {}, problems: problems.map(({ path, message }) => ({ path: `target.body${path && `: ${path}`}`, message })) };
  if (isFixed(parts)) return constant(parts[0]);
  if (parts.some((part) => typeof part !== 'string' && !('workflow' in part) && !('inputs' in part)))
    return refused('target.body', 'Generated values belong to the inputs: put {"$inputs": true} here, and them there.');
  if (workflow.format === 'yaml' && parts.some(isWorkflow)) return refused('target.body', 'This workflow is YAML text, which is not sent: leave {"$workflow": true} out, or give the JSON of the workflow.');
  const body = parts.map((part): BodyPart => {
    if (typeof part === 'string') return { text: part };
    return 'workflow' in part ? { file: DEFINITION } : (inputs ?? { text: '{}' });
  });
  return { body, data: parts.some(isWorkflow) ? { [DEFINITION]: definition } : {}, problems: [] };
}

const BODY = 'data/body.txt';
const constant = (text: string): Body => ({ body: [{ file: BODY }], data: { [BODY]: text }, problems: [] });
const refused = (path: string, message: string): Body => ({ body: null, data: {}, problems: [{ path, message }] });
const isWorkflow = (part: Part) => typeof part !== 'string' && 'workflow' in part;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
