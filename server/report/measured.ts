/** What an objective measured, and what it is held to, in words. Pure. */
import type { Latency } from '../metrics/summary.ts';
import type { RunResult } from '../run/run.ts';
import type { ObjectiveResult } from '../verdict/assess.ts';
import { limitText, valueText } from '../verdict/sentence.ts';

/** `< 400 ms`, `at most 10 % above the baseline`. */
export function heldTo(objective: ObjectiveResult): string {
  return `${objective.value === null ? 'at most' : objective.comparison} ${limitText(objective)}`;
}

/** `412.5 ms`; `>= 30,000 ms` where its rank falls into what had no end in time. @param result null: of what a tool told of the whole run */
export function measuredText(result: Pick<RunResult, 'summary' | 'steady' | 'requests'> | null, objective: ObjectiveResult): string {
  if (objective.measured === null) return 'nothing';
  return `${(result && latencyOf(result, objective))?.atLeast.includes(`${objective.statistic}Ms`) ? '>= ' : ''}${valueText(objective, objective.measured)}`;
}

/** That the objective was judged on; null: there is none, or (of a name, in the steady part) it is not kept. */
function latencyOf({ summary, steady, requests }: Pick<RunResult, 'summary' | 'steady' | 'requests'>, { metric, requestName, during }: ObjectiveResult): Latency | null {
  if (metric !== 'latency') return null;
  if (requestName === null) return (during === 'steady' ? steady : summary).latency;
  return during === 'whole' ? (requests.find(({ name }) => name === requestName)?.latency ?? null) : null;
}
