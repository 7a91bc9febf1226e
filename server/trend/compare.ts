/** One run compared with one: blocks of their steady parts, widened by what runs differ from one another anyway. Pure. */
import { runValue } from './blocks.ts';
import { type Change, isUnfit, type Measure, type Unfit, unfit } from './change.ts';
import { changeOf } from './interval.ts';
import { blockLength, levelOf, timed } from './level.ts';
import { type Noise, noiseBetween } from './noise.ts';
import { together, type Uncertainty } from './sample.ts';
import type { Steady } from './steady.ts';

/** Shorter steady parts have no blocks to speak of. */
export const LEAST_MS = 60_000;
/** From here on a comparison may also say that nothing changed. */
export const ALL_MS = 200_000;

export const SHORT = 'The steady part is shorter than 200 s: it can show a regression, but not that there is none.';

/** Repeats that say something where single runs are too short: 6 against 6 of 60 s find +30 % in 99 of 100. */
const ENOUGH_SHORT = 6;

/** @param history of the same measure in comparable runs, each as it was measured; fewer than 5: the noise between runs is assumed */
export function compareRuns(baseline: Steady, current: Steady, measure: Measure, history: readonly number[] = []): Change | Unfit {
  const short = tooShort(baseline, current);
  if (short) return short;
  const both = [timed(baseline, measure), timed(current, measure)] as const;
  const length = blockLength(both, measure);
  const before = levelOf(both[0], measure, length);
  if (isUnfit(before)) return before;
  const after = levelOf(both[1], measure, length);
  if (isUnfit(after)) return after;
  const [from, to] = [runValue(baseline, measure), runValue(current, measure)];
  if (isUnfit(from)) return from;
  if (isUnfit(to)) return to;
  const noise = noiseBetween(history);
  return changeOf({
    measure,
    method: 'blocks',
    baseline: from.value,
    current: to.value,
    log: after.log - before.log,
    known: knownOf(together([before, after]), noise),
    noise,
    noiseRatio: noise.ratio,
    runs: 1,
    atLeast: { baseline: before.isAtLeast, current: after.isAtLeast },
    ...(Math.min(baseline.ms, current.ms) < ALL_MS ? { mayBe: ['REGRESSION'] as const, unless: SHORT } : {}),
  });
}

/** What was measured between runs has what is within them in it: the larger of the two counts. What was assumed has not. */
function knownOf(within: Uncertainty, noise: Noise): Uncertainty {
  const between = { variance: 2 * noise.variance, freedom: noise.freedom };
  if (noise.runs === null) return together([within, between]);
  return between.variance > within.variance ? between : within;
}

/** null: both are long enough for something. */
export function tooShort(baseline: Steady, current: Steady): Unfit | null {
  const ms = Math.min(baseline.ms, current.ms);
  if (ms >= LEAST_MS) return null;
  return unfit('too_short', `The steady part is ${Math.floor(ms / 1000)} s long. One pair of runs says something from 60 s on, and from 200 s on that nothing changed. Repeat it ${ENOUGH_SHORT} times, or run longer.`, ENOUGH_SHORT);
}
