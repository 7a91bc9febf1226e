/** Values that every framework's template takes, in the order in which they are read in a script. */
import type { ScriptObjective, ScriptPlan, ScriptRequest } from '../framework.ts';

/** Only what the contract names: a member that somebody adds to the plan later does not change old scripts. */
export function planValues(plan: ScriptPlan) {
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

/** The tools take a name once: equal names are joined as HTTP joins them (RFC 9110, section 5.2). */
export function joinedHeaders(headers: ScriptRequest['headers']) {
  const byName = new Map<string, { name: string; value: string }>();
  for (const { name, value } of headers) {
    const before = byName.get(name.toLowerCase());
    byName.set(name.toLowerCase(), before ? { name: before.name, value: `${before.value}, ${value}` } : { name, value });
  }
  return [...byName.values()];
}
