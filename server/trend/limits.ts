/** From which change on it matters to somebody, and what an interval says about it. Changes are logs here: worse and better are the same way off. */
import type { Measure, Outcome } from './change.ts';

const LATENCY = 0.1;
const MEDIAN = 0.05;
const THROUGHPUT = -0.05;
/** Half a point. */
export const ERRORS = 0.005;

/** As a ratio, in the direction that is worse. A median that differs by twice the noise between equal runs is not news. @param noise as a share; 0: it is not in these data */
export function limitOf(measure: Measure, noise: number): number {
  if (measure.metric === 'throughput') return THROUGHPUT;
  return measure.statistic === 'p50' ? Math.max(MEDIAN, 2 * noise) : LATENCY;
}

export interface Ends {
  readonly low: number;
  readonly high: number;
}

/**
 * The whole interval beyond the limit, or within it on both sides; else UNCLEAR. @param limit on the scale of the ends; less than 0: lower is worse.
 * @param better the limit on the other side
 */
export function outcomeOf({ low, high }: Ends, limit: number, better = -limit): Outcome {
  const [least, most] = limit > 0 ? [low, high] : [-high, -low];
  const [worse, improved] = limit > 0 ? [limit, better] : [-limit, -better];
  if (least > worse) return 'REGRESSION';
  if (most < improved) return 'IMPROVEMENT';
  return least > improved && most < worse ? 'SAME' : 'UNCLEAR';
}
