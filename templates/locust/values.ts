/** The values that the script's template takes, in the order in which they are read there. */
import type { ScriptInput, ScriptObjective, ScriptPlan } from '../framework.ts';

export function scriptValues(input: ScriptInput, scriptHash: string) {
  const { generatorVersion, planHash, workflowHash, request } = input;
  return {
    generatorVersion,
    workflowHash,
    planHash,
    plan: planValues(input.plan),
    request,
    // The names that `outcome_of` knows, the same in every language.
    success: { success: request.success.rule, failOnSuccessFalse: request.success.failOnSuccessFalse },
    headers: joined([
      { name: 'content-type', value: 'application/json' },
      { name: 'accept-encoding', value: 'identity' },
      { name: 'user-agent', value: `load-test/${generatorVersion}` },
      ...request.headers,
    ]),
    made: { planHash, workflowHash, scriptHash },
  };
}

/** Only what the contract names: a member that somebody adds to the plan later does not change old scripts. */
function planValues(plan: ScriptPlan) {
  const { model, stages, maxUsers, maxIterations, durationMs, plannedIterations, steady, thinkTimeMs, requestTimeoutMs, connections, objectives } = plan;
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
    connections,
    objectives: objectives.map(objectiveValues),
  };
}

function objectiveValues(objective: ScriptObjective) {
  const { metric, statistic, comparison, value, requestName, during, added, perMille, slowerFromMicros, limitPpm } = objective;
  return { metric, statistic, comparison, value, requestName, during, added, perMille, slowerFromMicros, limitPpm };
}

/** A Python dict holds a name once: equal names are joined as HTTP joins them (RFC 9110, section 5.2). */
function joined(headers: readonly { readonly name: string; readonly value: string }[]) {
  const byName = new Map<string, { name: string; value: string }>();
  for (const { name, value } of headers) {
    const before = byName.get(name.toLowerCase());
    byName.set(name.toLowerCase(), before ? { name: before.name, value: `${before.value}, ${value}` } : { name, value });
  }
  return [...byName.values()];
}
