/** What would settle an UNCLEAR: runs of each side until the interval of a change of this size is short enough. */
import { MOST_REPEATS } from '../script/limits.ts';
import { END } from './change.ts';
import { tQuantile } from '../verdict/distributions.ts';

export const TOO_NEAR = 'The change is so near to the limit that repeats will hardly settle it.';
/** Two definitions of one run are not compared across runs. */
export const ONE_RUN = 'One run of this length does not settle it: run longer.';

/**
 * @param change a log
 * @param limit a log; the sign does not matter
 * @param variance of the difference of one pair of runs
 * @param runs of each side that there are
 * @returns further runs of each side; null: the change is so near to the limit that repeats will hardly settle it
 */
export function repeatsFor(change: number, limit: number, variance: number, runs: number): number | null {
  const room = Math.abs(Math.abs(change) - Math.abs(limit));
  for (let all = Math.max(2, runs + 1); all <= runs + MOST_REPEATS; all++) if (tQuantile(END, 2 * all - 2) * Math.sqrt(variance / all) < room) return all - runs;
  return null;
}
