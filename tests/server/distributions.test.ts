import { expect, test } from 'vitest';
import { betaQuantile, tQuantile, tTwoSided } from '../../server/verdict/distributions.ts';

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
test.each([[0.975, 1, 12.706], [0.975, 2, 4.303], [0.95, 4, 2.132], [0.975, 10, 2.228], [0.995, 5, 4.032], [0.999, 30, 3.385], [0.975, 100, 1.984], [0.975, Number.POSITIVE_INFINITY, 1.96]])('the t quantile of %d with %d degrees of freedom is that of the tables', (share, freedom, t) => {
  expect(tQuantile(share, freedom)).toBeCloseTo(t, 3);
  expect(tQuantile(1 - share, freedom)).toBeCloseTo(-t, 3);
  expect(tTwoSided(tQuantile(share, freedom), freedom)).toBeCloseTo(2 * (1 - share), 9);
});

test('degrees of freedom need not be whole', () => {
  expect(tQuantile(0.975, 10.5)).toBeLessThan(tQuantile(0.975, 10));
  expect(tQuantile(0.975, 10.5)).toBeGreaterThan(tQuantile(0.975, 11));
  expect(tQuantile(0.5, 3)).toBe(0);
});

test('no error of 400 is, with 95 of 100, less than 3/400: the rule of three', () => {
  expect(betaQuantile(0.95, 1, 400)).toBeCloseTo(1 - 0.05 ** (1 / 400), 9);
});
