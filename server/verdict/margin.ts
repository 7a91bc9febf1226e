/**
 * Whether a verdict by counts is clear, or chance alone may have decided it. Counted ones are worth less than they are many where they come
 * together: a second in which the target stood still makes all of its executions slow at once. By how much less is the design effect, and n
 * and k are divided by it. Only the server says so: a script alone keeps no seconds. Pure.
 */
import { atLeast, atMost } from './binomial.ts';
import type { ObjectiveTally } from './tally.ts';

/** Narrow: a target at exactly the limit comes out like this in 5 of 100 runs, or more often. */
export type Margin = 'clear' | 'narrow';

const BY_CHANCE = 0.05;
/** With fewer, how differently seconds count cannot be said. */
export const LEAST_SECONDS = 10;

/**
 * @param share of samples that the objective allows to be against it
 * @param effect the design effect, 1 or more
 * @returns null where nothing lies between kept and broken: not one may be against it
 */
export function marginOf(verdict: 'passed' | 'failed', { n, k }: ObjectiveTally, share: number, effect: number): Margin | null {
  if (share <= 0) return null;
  const chance = verdict === 'passed' ? atMost(k / effect, n / effect, share) : atLeast(k / effect, n / effect, share);
  return chance < BY_CHANCE ? 'clear' : 'narrow';
}

/**
 * How much more the share of those against it differs between the seconds than chance would have it: the variance of the ratio by clusters,
 * over that of as many independent ones. Where that cannot be known, each second counts as one observation, as if all in it were alike.
 * @param seconds those that have samples
 */
export function designEffect(seconds: readonly ObjectiveTally[]): number {
  const n = seconds.reduce((sum, second) => sum + second.n, 0);
  const k = seconds.reduce((sum, second) => sum + second.k, 0);
  if (n === 0) return 1;
  if (seconds.length < LEAST_SECONDS) return n / seconds.length;
  // Nothing against it, or all: then nothing differs, and nothing says how it would.
  if (k === 0 || k === n) return 1;
  const share = k / n;
  const squares = seconds.reduce((sum, second) => sum + (second.k - share * second.n) ** 2, 0);
  const ofSeconds = ((seconds.length / (seconds.length - 1)) * squares) / n ** 2;
  return Math.max(1, ofSeconds / ((share * (1 - share)) / n));
}
