/**
 * Error ratios compared. Errors come in bursts, so their number says less than as many independent ones: intervals of Korn and Graubard (Survey Methodology 24, 1998), that is
 * Clopper-Pearson with the samples that the clusters are worth, and of the difference by MOVER (Donner and Zou, Statistics in Medicine 21, 2012). Own code: no library has them.
 */
import { MOST_REPEATS } from '../script/limits.ts';
import { cut } from './blocks.ts';
import { type Change, CONFIDENCE, END, type Unfit, unfit } from './change.ts';
import { ALL_MS, SHORT, tooShort } from './compare.ts';
import { betaQuantile, tQuantile } from '../verdict/distributions.ts';
import { ERRORS, outcomeOf } from './limits.ts';
import { ONE_RUN, TOO_NEAR } from './repeats.ts';
import type { Ended, Steady } from './steady.ts';
import { LEAST_WITHIN_MS } from './within.ts';

type Count = Pick<Ended, 'total' | 'failed'>;

/** A burst may last longer than the second that clusters it. */
const BLOCK = 10;
/** Of fewer clusters nothing can be told of how they scatter. */
const LEAST_CLUSTERS = 5;

export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** One run with one, or several with several. 0 errors of n prove a ratio below 3/n, no more. @param isWithin the two are definitions of one run: what runs differ by is in neither */
export function compareErrors(baseline: readonly Steady[], current: readonly Steady[], isWithin = false): Change | Unfit {
  const [single, other] = [baseline[0], current[0]];
  if (!single || !other) return unfit('too_few_runs', 'There are no runs on one of the sides.', 1);
  const isPair = baseline.length === 1 && current.length === 1;
  const short = isWithin ? tooShortWithin(single) : isPair ? tooShort(single, other) : null;
  if (short) return short;
  const effects = [designEffect(baseline), designEffect(current)] as const;
  // Where nothing failed, nothing tells how failures would have come: as they do on the other side.
  const [before, after] = [ratioInterval(baseline, effects[0] ?? effects[1] ?? 1), ratioInterval(current, effects[1] ?? effects[0] ?? 1)];
  const change = after.ratio - before.ratio;
  const low = change - Math.hypot(after.ratio - after.low, before.high - before.ratio);
  const high = change + Math.hypot(after.high - after.ratio, before.ratio - before.low);
  const found = outcomeOf({ low, high }, ERRORS);
  const isShort = isPair && !isWithin && Math.min(single.ms, other.ms) < ALL_MS;
  const outcome = isShort && found !== 'REGRESSION' ? 'UNCLEAR' : found;
  const repeats = outcome === 'UNCLEAR' && !isWithin ? repeatsFor(change, Math.max(high - change, change - low), Math.min(baseline.length, current.length)) : null;
  const unsettled = isWithin ? ONE_RUN : repeats === null ? TOO_NEAR : null;
  return {
    outcome,
    method: 'seconds',
    baseline: before.ratio,
    current: after.ratio,
    ...{ change, low, high },
    confidence: CONFIDENCE,
    limit: ERRORS,
    visibleFrom: null,
    calledFrom: null,
    noise: null,
    repeats,
    reason: outcome === 'UNCLEAR' ? (reasonOf(after, current, isShort && found !== outcome) ?? unsettled) : null,
  };
}

function tooShortWithin({ ms }: Steady): Unfit | null {
  return ms >= LEAST_WITHIN_MS ? null : unfit('too_short', `The steady part is ${Math.floor(ms / 1000)} s long. Errors of two definitions are compared from ${LEAST_WITHIN_MS / 1000} s on. Run longer.`);
}

function reasonOf({ ratio, high }: RatioInterval, runs: readonly Steady[], isShort: boolean): string | null {
  if (isShort) return SHORT;
  return ratio === 0 ? `No error of ${totalOf(runs).total} proves no more than a ratio below ${(high * 100).toPrecision(2)} %.` : null;
}

/** @param effect so many samples are worth one */
function ratioInterval(runs: readonly Steady[], effect: number): RatioInterval {
  const { total, failed } = totalOf(runs);
  const ratio = failed / total;
  const worth = total / effect;
  return {
    ratio,
    low: failed === 0 ? 0 : betaQuantile(1 - END, ratio * worth, worth - ratio * worth + 1),
    high: failed === total ? 1 : betaQuantile(END, ratio * worth + 1, worth - ratio * worth),
  };
}

/** The largest that clusters of seconds, of blocks and of runs tell, at least 1; null: nothing failed, or everything. */
function designEffect(runs: readonly Steady[]): number | null {
  const { total, failed } = totalOf(runs);
  const ratio = failed / total;
  if (failed === 0 || failed === total) return null;
  const clusterings = [runs.flatMap(({ windows }) => windows.flatMap(({ seconds }) => seconds)), runs.flatMap((run) => cut(run, BLOCK)), runs.map(({ whole }) => whole)];
  const effects = clusterings.map((all) => all.filter((cluster) => cluster.total > 0)).filter(({ length }) => length >= LEAST_CLUSTERS).map((clusters) => {
    const count = clusters.length;
    const squares = clusters.reduce((sum, cluster) => sum + (cluster.failed - ratio * cluster.total) ** 2, 0);
    const variance = ((count / (count - 1)) * squares) / total ** 2;
    // A variance of few clusters is itself not sure.
    return (variance / ((ratio * (1 - ratio)) / total)) * (tQuantile(END, count - 1) / tQuantile(END, total - 1)) ** 2;
  });
  return Math.max(1, ...effects);
}

function totalOf(runs: readonly Steady[]): Count {
  return { total: runs.reduce((sum, { whole }) => sum + whole.total, 0), failed: runs.reduce((sum, { whole }) => sum + whole.failed, 0) };
}

function repeatsFor(change: number, half: number, runs: number): number | null {
  const all = Math.ceil(runs * (half / Math.abs(Math.abs(change) - ERRORS)) ** 2);
  return all - runs <= MOST_REPEATS ? Math.max(1, all - runs) : null;
}
