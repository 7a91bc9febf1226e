/** Values that every framework's template takes, in the order in which they are read in a script. */
import { createHash } from 'node:crypto';
import type { ScriptFlow, ScriptInput, ScriptObjective, ScriptPlan, ScriptRequest } from '../framework.ts';

/** Only what the contract names, without what is derived: a member that somebody adds to the plan later does not change old scripts. */
export function planValues(plan: ScriptPlan) {
  const { model, stages, maxUsers, maxIterations, steady, thinkTimeMs, requestTimeoutMs } = plan;
  const { pollIntervalMs, pollDeadlineMs, seed, connections, objectives } = plan;
  return {
    model,
    stages: stages.map(({ durationMs, target }) => ({ durationMs, target })),
    ...(model === 'open' ? { maxUsers } : {}),
    maxIterations,
    steady,
    thinkTimeMs,
    requestTimeoutMs,
    pollIntervalMs,
    pollDeadlineMs,
    seed,
    connections,
    objectives: objectives.map(objectiveValues),
  };
}

function objectiveValues(objective: ScriptObjective) {
  const { metric, statistic, comparison, value, requestName, during, added, abortAfterMs, maxChangeRatio, strict } = objective;
  const needTheServer = { ...(maxChangeRatio === undefined ? {} : { maxChangeRatio }), ...(strict ? { strict } : {}) };
  return { metric, statistic, comparison, value, requestName, during, added, abortAfterMs, ...needTheServer };
}

export function flowValues(flow: ScriptFlow) {
  const { baseUrl, credential, login, setUp, execute, baseline, poll, failOnSuccessFalse, checks, inputs, secrets } = flow;
  return {
    baseUrl,
    credential,
    login: login && requestValues(login),
    setUp: setUp.map(requestValues),
    execute: requestValues(execute),
    // Only where it is: all other scripts need not know of it.
    ...(baseline ? { baseline: requestValues(baseline) } : {}),
    poll: poll && requestValues(poll),
    failOnSuccessFalse,
    checks,
    inputs,
    secrets,
  };
}

function requestValues({ name, method, path, headers, body, success, takes }: ScriptRequest) {
  return { name, method, path, headers, body, success, takes };
}

/**
 * What a script's samples are filed under.
 * `blocksHash`: SHA-256 over PLAN and FLOW as they were generated, as JSON: a script whose blocks have another one was edited.
 */
export function madeValues({ planHash, workflowHash, baselineHash, plan, flow }: ScriptInput, scriptHash: string) {
  const blocksHash = createHash('sha256').update(JSON.stringify([planValues(plan), flowValues(flow)])).digest('hex');
  return { planHash, workflowHash, ...(baselineHash === null ? {} : { baselineHash }), blocksHash, scriptHash };
}

export function variableValues(variables: ScriptInput['variables']) {
  return variables.map(({ name, holds, kind }) => ({ name, holds, kind }));
}

/** Whether a script has to say how a part of a JSON text is written. */
export function anyJson(variables: ScriptInput['variables']): boolean {
  return variables.some(({ kind }) => kind === 'json');
}

/** How a value is written. What goes between the quotes of a definition goes there as it is: nothing escapes it. */
const FORMS: Readonly<Record<ScriptInput['variables'][number]['kind'], string>> = {
  header: 'printable ASCII',
  json: 'the inside of a JSON string (`\\"` for `"`, `\\\\` for `\\`), as it stands in the definition',
  number: 'a JSON number, as it stands in the definition',
  text: 'any text',
};

/** Of a bundle's README: names and numbers only, for what a variable holds is text of the user. */
export function readmeValues({ plan, flow, data, variables }: ScriptInput) {
  return {
    duration: plan.maxIterations === null ? `${plan.durationMs / 1000} s` : `${plan.maxIterations} iterations`,
    files: Object.keys(data),
    variables: variables.map(({ name, kind }) => ({ name: identifier(name), form: FORMS[kind] })),
    alternates: flow.baseline !== null,
    stopsEarly: plan.objectives.some(({ abortAfterMs }) => abortAfterMs !== null),
    strict: plan.objectives.some((objective) => objective.strict),
    changes: plan.objectives.some(({ maxChangeRatio }) => maxChangeRatio !== undefined),
  };
}

/** Names stand in comments and outside of code: a plan refuses all others, and so does this. */
export function identifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`not the name of an environment variable: ${JSON.stringify(name)}`);
  return name;
}

/** In the order of first use. */
export function requestsIn({ login, setUp, execute, baseline, poll }: ScriptFlow): ScriptRequest[] {
  return [...(login ? [login] : []), ...setUp, execute, ...(baseline ? [baseline] : []), ...(poll ? [poll] : [])];
}
