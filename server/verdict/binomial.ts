/** Tails of the binomial distribution, also of counts that are not whole: divided by a design effect, they seldom are. They are values of the incomplete beta function. */
import { betaShare } from './distributions.ts';

/** How often chance alone gives k or fewer of n, when each is one with this share. */
export function atMost(k: number, n: number, share: number): number {
  return k >= n ? 1 : betaShare(1 - share, n - k, k + 1);
}

/** How often chance alone gives k or more of n. */
export function atLeast(k: number, n: number, share: number): number {
  return k <= 0 ? 1 : betaShare(share, k, n - k + 1);
}
