/** What an objective is judged on: n judged, k against it (throughput: k succeeded). The same counts as in the scripts. */
import type { ScriptObjective } from '../../templates/framework.ts';
import type { Fold, Tally } from '../metrics/fold.ts';
import type { IntervalRow } from '../metrics/interval.ts';
import { isCensored, type Outcome } from '../samples/sample.ts';

export interface ObjectiveTally {
  readonly n: number;
  readonly k: number;
}

export const NOTHING: ObjectiveTally = { n: 0, k: 0 };

export function sumOfTallies(one: ObjectiveTally, other: ObjectiveTally): ObjectiveTally {
  return { n: one.n + other.n, k: one.k + other.k };
}

/** Of a fold, of an interval row, or of a second of one. */
export type Counted = Pick<Tally, 'counts' | 'checksPassed' | 'checksFailed'> & { readonly slower: readonly (number | null)[] };

export function tallyOf(fold: Fold, objective: ScriptObjective, index: number): ObjectiveTally {
  return countedFor(objective, index, judgedOn(fold, objective));
}

/** @param index of the objective in the plan */
export function countedFor({ metric }: Pick<ScriptObjective, 'metric'>, index: number, { counts, slower, checksPassed, checksFailed }: Counted): ObjectiveTally {
  if (metric === 'checks_ratio') return { n: checksPassed + checksFailed, k: checksFailed };
  const succeeded = counts.ok ?? 0;
  // A timeout is slower than any limit; a fast failure says nothing about latency.
  if (metric === 'latency') return { n: succeeded + censoredIn(counts), k: slower[index] ?? 0 };
  const total = sumOf(counts, () => true);
  return { n: total, k: metric === 'throughput' ? succeeded : total - succeeded };
}

/** Slower than any limit, by how much is not known. */
export function censoredIn(counts: Counted['counts']): number {
  return sumOf(counts, isCensored);
}

function sumOf(counts: Counted['counts'], isMeant: (outcome: Outcome) => boolean): number {
  return (Object.entries(counts) as [Outcome, number][]).reduce((sum, [outcome, count]) => (isMeant(outcome) ? sum + count : sum), 0);
}

/** Checks stand on the requests that were checked, whatever their names. */
export function judgedOn(fold: Fold, { metric, requestName, during }: Pick<ScriptObjective, 'metric' | 'requestName' | 'during'>): Tally {
  if (metric === 'checks_ratio') return fold.requests(during);
  return requestName === null ? fold.executions(during) : fold.requests(during, requestName);
}

/** The same of one row, whatever its phase. */
export function isJudgedOn({ kind, name }: Pick<IntervalRow, 'kind' | 'name'>, { metric, requestName }: Pick<ScriptObjective, 'metric' | 'requestName'>): boolean {
  if (metric === 'checks_ratio') return kind === 'request';
  return requestName === null ? kind === 'execution' : kind === 'request' && name === requestName;
}
