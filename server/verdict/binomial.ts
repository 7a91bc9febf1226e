/**
 * Tails of the binomial distribution, also of counts that are not whole: divided by a design effect, they seldom are. By the incomplete beta
 * function, of which they are values (Numerical Recipes, 6.4). Pure.
 */

/** How often chance alone gives k or fewer of n, when each is one with this share. */
export function atMost(k: number, n: number, share: number): number {
  return k >= n ? 1 : beta(n - k, k + 1, 1 - share);
}

/** How often chance alone gives k or more of n. */
export function atLeast(k: number, n: number, share: number): number {
  return k <= 0 ? 1 : beta(k, n - k + 1, share);
}

/** The regularized incomplete beta function, of a and b above 0. */
function beta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges on this side of the middle; the other side is its mirror.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(a, b, x)) / a : 1 - (front * fraction(b, a, 1 - x)) / b;
}

const EXACT = 1e-14;
const TINY = 1e-300;

/** Lentz's way through the continued fraction. It takes some square root of a and b of steps. */
function fraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let sum = d;
  for (let m = 1, change = 0; Math.abs(change - 1) > EXACT; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    sum *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    change = d * c;
    sum *= change;
  }
  return sum;
}

const notZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/** Lanczos, g = 7. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

function lnGamma(z: number): number {
  if (z < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * z)) - lnGamma(1 - z);
  const t = z + 6.5;
  const series = LANCZOS.reduce((sum, term, i) => (i === 0 ? term : sum + term / (z - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(series);
}
