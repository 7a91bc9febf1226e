/** What a pair of runs of a plan can show at best, told before either is run. Pure. */
import { areaUntil } from '../script/load.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { tQuantile } from '../verdict/distributions.ts';
import { LEAST_SAMPLES } from './blocks.ts';
import { END } from './change.ts';
import { LEAST_MS } from './compare.ts';
import { LEAST_BLOCKS } from './level.ts';
import { noiseBetween } from './noise.ts';

/** Of the p95 of executions, by the noise that is assumed between runs. 0.1: a tenth more. null: the steady part is too short, or too little is started in it. */
export function visibleBefore({ steady, load }: ResolvedPlan): number | null {
  const ms = steady.reduce((sum, [from, to]) => sum + to - from, 0);
  if (ms < LEAST_MS) return null;
  // Of users nobody knows before how much they start.
  const started = load.model === 'open' ? steady.reduce((sum, [from, to]) => sum + areaUntil(load, to) - areaUntil(load, from), 0) : Number.POSITIVE_INFINITY;
  if (Math.min(started, load.maxIterations ?? started) < LEAST_BLOCKS * LEAST_SAMPLES.p95) return null;
  const { variance, freedom } = noiseBetween([]);
  return Math.expm1(tQuantile(END, freedom) * Math.sqrt(2 * variance));
}
