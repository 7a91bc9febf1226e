/** Student's t and the beta distribution, from cephes (Moshier's library, compiled to WebAssembly: https://www.netlib.org/cephes/). Degrees of freedom need not be whole. */
/// <reference path="./cephes.d.ts" />
import cephes from 'cephes';

await cephes.compiled;

/** Beyond that it is the normal distribution, to more digits than anybody reads. */
const MANY = 1e6;

/** @param share of the distribution below it, more than 0 and less than 1 */
export function tQuantile(share: number, freedom: number): number {
  if (share === 0.5) return 0;
  const df = Math.min(freedom, MANY);
  const x = cephes.incbi(df / 2, 0.5, 2 * Math.min(share, 1 - share));
  return Math.sign(share - 0.5) * Math.sqrt(df * (1 / x - 1));
}

/** How often chance alone is at least so far from 0, to either side. */
export function tTwoSided(t: number, freedom: number): number {
  const df = Math.min(freedom, MANY);
  return Number.isFinite(t) ? cephes.incbet(df / 2, 0.5, df / (df + t * t)) : 0;
}

/** How much of the distribution lies below x, from 0 to 1. */
export function betaShare(x: number, a: number, b: number): number {
  return cephes.incbet(a, b, x);
}

export function betaQuantile(share: number, a: number, b: number): number {
  return cephes.incbi(a, b, share);
}
