/** The values that the templates take, in the order in which they are read there. */
import type { ScriptFlow, ScriptInput } from '../framework.ts';
import { versionsOf } from '../shared/range.ts';
import { anyJson, flowValues, madeValues, planValues, readmeValues as sharedValues, variableValues } from '../shared/values.ts';
import { repeatableIn } from './connections.ts';
import { tool } from './tool.ts';

export function scriptValues(input: ScriptInput, scriptHash: string) {
  const { generatorVersion, workflowHash, baselineHash, planHash, plan, flow, variables } = input;
  // These stand in the header, a comment: nothing else may go there.
  for (const text of [generatorVersion, workflowHash, baselineHash ?? '', planHash]) if (!/^[\w.+-]*$/.test(text)) throw new Error('no version or hash');
  return {
    generatorVersion,
    command: commandOf(flow),
    plan: planValues(plan),
    flow: flowValues(flow),
    variables: variableValues(variables),
    anyJson: anyJson(variables),
    made: madeValues(input, scriptHash),
    // Only its kind stands in the script, see connections.ts.
    fresh: repeatableIn(flow),
  };
}

export function readmeValues(input: ScriptInput) {
  const { flow } = input;
  return {
    ...sharedValues(input),
    command: commandOf(flow),
    versions: versionsOf(tool),
    unique: flow.inputs?.kind === 'rows' && flow.inputs.order === 'unique',
    fresh: repeatableIn(flow),
  };
}

/** For an https target two settings that only k6's environment can give: HTTP/1.1, and a certificate. */
export function commandOf({ baseUrl }: ScriptFlow): string {
  const k6 = 'k6 run --quiet loadtest.js';
  if (!baseUrl.toLowerCase().startsWith('https:')) return k6;
  return `env GODEBUG=http2client=0 SSL_CERT_FILE="\${LOAD_TEST_CA:-$SSL_CERT_FILE}" ${k6}`;
}
