/** Workflow and plan to the one request that every script sends, and the data files that its body is made of. Nothing is sent that is not needed. */
import type { ScriptRequest } from '../../templates/framework.ts';
import type { Problem } from '../workflow/problem.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { TestPlan } from './plan.ts';

export type RequestOf =
  | { readonly request: ScriptRequest; readonly data: Readonly<Record<string, string>>; readonly problems?: undefined }
  | { readonly request?: undefined; readonly data?: undefined; readonly problems: readonly Problem[] };

type Target = TestPlan['target'];
type Body = Pick<ScriptRequest, 'body'> & { readonly data: Readonly<Record<string, string>> };

const DEFINITION = 'data/definition.json';
const INPUTS = 'data/inputs.json';
/** A definition that came wrapped goes out as it came. */
const REQUEST = 'data/request.json';

/** @param resolved a resolved plan; only its plan is read */
export function requestOf(workflow: Workflow, resolved: { readonly plan: TestPlan }): RequestOf {
  const { target, inputs } = resolved.plan;
  const problems = problemsOf(workflow, target);
  if (problems.length > 0) return { problems };
  const { body, data } = target.preset === 'studio' ? studioBody(workflow, inputs?.fixed) : gatewayBody(workflow, inputs?.fixed);
  return {
    request: {
      name: 'execute',
      method: 'POST',
      baseUrl: addressOf(target.baseUrl),
      path: target.path ?? defaultPath(target),
      headers: [...(target.headers ?? []), ...(target.preset === 'gateway' ? [{ name: 'X-Durable', value: 'false' }] : [])],
      body,
      success: { rule: target.preset, failOnSuccessFalse: target.failOnSuccessFalse ?? true },
      bearerVariable: target.auth?.bearer?.variable ?? null,
    },
    data,
  };
}

/** As the allow-list of targets read it, so that no tool can read another host in it: `http://127.1` is `http://127.0.0.1`. */
function addressOf(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

function problemsOf(workflow: Workflow, target: Target): Problem[] {
  const problems: Problem[] = [];
  if (target.preset === 'studio' && workflow.format === 'yaml')
    problems.push({ path: 'target.preset', message: 'This workflow is YAML text, and Studio takes JSON only: give its JSON, or test it on a gateway, where it is registered by name.' });
  (target.headers ?? []).forEach(({ name }, i) => {
    const at = `target.headers[${i}].name`;
    if (name.toLowerCase() === 'authorization') problems.push({ path: at, message: 'A credential must not stand in a script: name its environment variable in target.auth.bearer instead.' });
    // Without it the gateway answers from its cache, and the test measures that.
    if (target.preset === 'gateway' && name.toLowerCase() === 'x-durable') problems.push({ path: at, message: 'X-Durable: false is sent to every gateway; leave it out here.' });
  });
  return problems;
}

function defaultPath({ preset, workflowName = '' }: Target): string {
  return preset === 'studio' ? '/api/workflow/execute' : `/workflows/${encodeURIComponent(workflowName)}/execute`;
}

/** The definition itself; with inputs, or as it came when it came wrapped, inside of `{workflow_definition, inputs}`. */
function studioBody(workflow: Workflow, inputs: string | undefined): Body {
  if (inputs !== undefined)
    return {
      body: [{ text: '{"workflow_definition":' }, { file: DEFINITION }, { text: ',"inputs":' }, { file: INPUTS }, { text: '}' }],
      data: { [DEFINITION]: workflow.definition, [INPUTS]: inputs },
    };
  const file = workflow.definition === workflow.text ? DEFINITION : REQUEST;
  return { body: [{ file }], data: { [file]: workflow.text } };
}

/** A gateway has the workflow already: only inputs go there, those of the plan or those that came in a wrapper. */
function gatewayBody(workflow: Workflow, fixed: string | undefined): Body {
  const inputs = fixed ?? workflow.wrappedInputs;
  if (inputs === null) return { body: [{ text: '{"inputs":{}}' }], data: {} };
  return { body: [{ text: '{"inputs":' }, { file: INPUTS }, { text: '}' }], data: { [INPUTS]: inputs } };
}
