/** What an objective is judged on: n judged, k against it (throughput: k succeeded). The same counts as in the scripts. */
import type { ScriptObjective } from '../../templates/framework.ts';
import type { Fold, Tally } from '../metrics/fold.ts';

export interface ObjectiveTally {
  readonly n: number;
  readonly k: number;
}

export function tallyOf(fold: Fold, objective: ScriptObjective, index: number): ObjectiveTally {
  const tally = judgedOn(fold, objective);
  const succeeded = tally.total - tally.failed;
  switch (objective.metric) {
    case 'latency':
      // A timeout is slower than any limit; a fast failure says nothing about latency.
      return { n: succeeded + (tally.counts.timeout ?? 0), k: tally.slower[index] ?? 0 };
    case 'error_ratio':
      return { n: tally.total, k: tally.failed };
    case 'throughput':
      return { n: tally.total, k: succeeded };
  }
}

export function judgedOn(fold: Fold, { requestName, during }: Pick<ScriptObjective, 'requestName' | 'during'>): Tally {
  return requestName === null ? fold.executions(during) : fold.requests(during, requestName);
}
