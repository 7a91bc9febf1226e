/** For how long the values of a run hang together: a second of garbage collection is no evidence ten times over. */
import { areAllSame, meanOf } from './sample.ts';

/** Sokal's window: so many times the autocorrelation time is summed up, beyond it there is noise alone. */
const WINDOW = 5;

/**
 * The integrated autocorrelation time, 1/2 + the sum of autocorrelations (Sokal, Monte Carlo Methods in Statistical Mechanics, 1997, section 3), in
 * steps of the series: 1/2 where each value stands for itself. @param values of each second
 */
export function autocorrelationTime(values: readonly number[]): number {
  if (areAllSame(values)) return 0.5;
  const mean = meanOf(values);
  const around = Float64Array.from(values, (value) => value - mean);
  const covariance = (lag: number) => {
    let sum = 0;
    for (let i = 0; i + lag < around.length; i++) sum += (around[i] as number) * (around[i + lag] as number);
    return sum;
  };
  const variance = covariance(0);
  let time = 0.5;
  for (let lag = 1; lag < WINDOW * time + 1 && lag <= values.length / 4; lag++) time += covariance(lag) / variance;
  return Math.max(0.5, time);
}

/**
 * How many blocks count for one: what neighbouring blocks still have in common, of a series of first order (AR(1)) with that
 * autocorrelation time. 1: each stands for itself. @param length of a block, in steps
 */
export function sharedBetween(time: number, length: number): number {
  const all = 2 * time;
  if (all <= 1) return 1;
  const kept = (all - 1) / (all + 1);
  return all / (all - ((all * all - 1) * (1 - kept ** length)) / (2 * length));
}
