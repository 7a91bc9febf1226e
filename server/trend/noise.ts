/** How much runs of the same thing differ from one another: one pair of runs cannot tell that from a change. */
import type { Uncertainty } from './sample.ts';
import { varianceOf } from './sample.ts';

/** With fewer comparable runs it is assumed. */
export const LEAST_RUNS = 5;
const ASSUMED = 0.05;

export interface Noise extends Uncertainty {
  /** As a share. */
  readonly ratio: number;
  /** It was measured on so many; null: assumed. */
  readonly runs: number | null;
}

/**
 * An assumption is worth no more than the fewest runs that would replace it, so it has their degrees of freedom: that is what keeps false alarms rare where
 * the noise is twice what was assumed. @param values of comparable runs, as they were measured
 */
export function noiseBetween(values: readonly number[]): Noise {
  const logs = values.filter((value) => Number.isFinite(value) && value > 0).map(Math.log);
  if (logs.length < LEAST_RUNS) return { ratio: ASSUMED, variance: ASSUMED ** 2, freedom: LEAST_RUNS - 1, runs: null };
  const variance = varianceOf(logs);
  return { ratio: Math.sqrt(variance), variance, freedom: logs.length - 1, runs: logs.length };
}
