/** Values that every framework's template takes, in the order in which they are read in a script. */
import type { ScriptFlow, ScriptObjective, ScriptPlan, ScriptRequest } from '../framework.ts';

/** Only what the contract names: a member that somebody adds to the plan later does not change old scripts. */
export function planValues(plan: ScriptPlan) {
  const { model, stages, maxUsers, maxIterations, durationMs, plannedIterations, steady, thinkTimeMs, requestTimeoutMs } = plan;
  const { pollIntervalMs, pollDeadlineMs, longestIterationMs, seed, connections, objectives } = plan;
  return {
    model,
    stages: stages.map(({ durationMs, target }) => ({ durationMs, target })),
    maxUsers,
    maxIterations,
    durationMs,
    plannedIterations,
    steady,
    thinkTimeMs,
    requestTimeoutMs,
    pollIntervalMs,
    pollDeadlineMs,
    longestIterationMs,
    seed,
    connections,
    objectives: objectives.map(objectiveValues),
  };
}

function objectiveValues(objective: ScriptObjective) {
  const { metric, statistic, comparison, value, requestName, during, added, perMille, slowerFromMicros, limitPpm, abortAfterMs } = objective;
  return { metric, statistic, comparison, value, requestName, during, added, perMille, slowerFromMicros, limitPpm, abortAfterMs };
}

export function flowValues(flow: ScriptFlow) {
  const { baseUrl, credential, login, setUp, execute, poll, failOnSuccessFalse, checks, inputs, secrets } = flow;
  return {
    baseUrl,
    credential,
    login: login && requestValues(login),
    setUp: setUp.map(requestValues),
    execute: requestValues(execute),
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
