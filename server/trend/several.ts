/** Several runs compared with several: the runs themselves tell how much they differ. Pure. */
import type { Value } from './blocks.ts';
import { type Change, END, type Measure, type Unfit, unfit } from './change.ts';
import { changeFrom, changeOf } from './interval.ts';
import { choose, shiftOf } from './ranks.ts';
import { meanOf, varianceOf } from './sample.ts';

/** Fewer ways to deal the runs to the two sides, and Mann-Whitney could never be as sure as this. */
const SURE = 0.01;
const LEAST_WAYS = 2 / SURE;

export type RunValue = number | Value;

/** @param baseline and `current` values of whole runs, as `runValue` or a summary tells them, oldest first; 3 in all at least */
export function compareSeveral(baseline: readonly RunValue[], current: readonly RunValue[], measure: Measure): Change | Unfit {
  const [from, to] = [readOf(baseline), readOf(current)];
  if (!from || !to) return badValues();
  const [n, m] = [from.logs.length, to.logs.length];
  if (n === 0 || m === 0 || n + m < 3) return unfit('too_few_runs', 'There are no runs on one of the sides, or one on each: several are three or more in all.', 2);
  const freedom = n + m - 2;
  const variance = ((n - 1) * varianceOf(from.logs) + (m - 1) * varianceOf(to.logs)) / freedom;
  const shared = {
    measure,
    baseline: Math.exp(meanOf(from.logs)),
    current: Math.exp(meanOf(to.logs)),
    noise: { ratio: Math.sqrt(variance), runs: n + m },
    noiseRatio: Math.sqrt(variance),
    runs: Math.min(n, m),
    atLeast: { baseline: from.isAtLeast, current: to.isAtLeast },
  };
  const log = meanOf(to.logs) - meanOf(from.logs);
  if (!(variance > 0) || choose(n + m, m) < LEAST_WAYS) return changeOf({ ...shared, method: 'runs', log, known: { variance: variance * (1 / n + 1 / m), freedom } });
  const { p, shift, low, high } = shiftOf(from.logs, to.logs, END);
  const isShift = p <= SURE;
  return changeFrom({ ...shared, method: 'ranks', log: shift, low, high, pairVariance: 2 * variance, ...(isShift ? {} : { mayBe: ['SAME'] as const, unless: `Of equal runs ${(100 * p).toPrecision(2)} % would differ by as much.` }) });
}

/** null: some of them have no logarithm. */
function readOf(values: readonly RunValue[]): { readonly logs: number[]; readonly isAtLeast: boolean } | null {
  const read = values.map((value) => (typeof value === 'number' ? { value, isAtLeast: false } : value));
  if (!read.every(({ value }) => Number.isFinite(value) && value > 0)) return null;
  return { logs: read.map(({ value }) => Math.log(value)), isAtLeast: read.some(({ isAtLeast }) => isAtLeast) };
}

function badValues(): Unfit {
  return unfit('bad_values', 'A run has no value of this metric, or one that is not above 0: it cannot be compared.');
}
