import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atLeast, atMost } from '../../server/verdict/binomial.ts';
import { designEffect, marginOf } from '../../server/verdict/margin.ts';
import type { ObjectiveTally } from '../../server/verdict/tally.ts';

const P95 = 0.05;

/** The largest k of n that passes clearly, and the least that fails clearly, when all are independent. */
function bordersOf(n: number, share: number, effect = 1) {
  const clear = Array.from({ length: n + 1 }, (_, k) => k).filter((k) => marginOf('passed', { n, k }, share, effect) === 'clear');
  const failed = Array.from({ length: n + 1 }, (_, k) => k).find((k) => marginOf('failed', { n, k }, share, effect) === 'clear');
  return [clear.at(-1), failed];
}

describe('a verdict by counts', () => {
  // Clear pass at most, pass at most, clear failure at least: the table of the design.
  test.each([[60, 0, 3, 7], [300, 8, 15, 22], [400, 12, 20, 28], [1000, 38, 50, 63]])('p95 of %i executions: clear up to %i and from %4$i on, narrow between', (n, clear, allowed, failed) => {
    expect(bordersOf(n, P95)).toEqual([clear, failed]);
    expect(marginOf('passed', { n, k: clear + 1 }, P95, 1)).toBe('narrow');
    expect(marginOf('passed', { n, k: allowed }, P95, 1)).toBe('narrow');
    expect(marginOf('failed', { n, k: allowed + 1 }, P95, 1)).toBe('narrow');
    expect(marginOf('failed', { n, k: failed - 1 }, P95, 1)).toBe('narrow');
  });

  test('of counts that come together is what it would be of fewer', () => {
    expect(bordersOf(1000, P95, 2.5).map((k) => (k ?? 0) / 2.5)).toEqual([expect.closeTo(12, 0), expect.closeTo(28, 0)]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.001, max: 0.5, noNaN: true }), fc.double({ min: 1, max: 50, noNaN: true }), (n, part, share, effect) => {
        const k = Math.round(part * n);
        // Below the share it passes and above it fails: whatever is narrow stays so with a larger effect.
        const verdict = k <= share * n ? 'passed' : 'failed';
        if (marginOf(verdict, { n, k }, share, 1) === 'narrow' && k / n !== share) expect(marginOf(verdict, { n, k }, share, effect)).toBe('narrow');
      }),
      { seed: 3 },
    );
  });

  test('of what allows not one against it is neither clear nor narrow', () => {
    expect([marginOf('passed', { n: 5000, k: 0 }, 0, 1), marginOf('failed', { n: 5000, k: 1 }, 0, 1)]).toEqual([null, null]);
  });

  test('of some millions comes to an end, and is a number', () => {
    expect(marginOf('passed', { n: 50_000_000, k: 2_499_000 }, P95, 1)).toBe('narrow');
    expect(marginOf('passed', { n: 50_000_000, k: 2_497_000 }, P95, 1)).toBe('clear');
    expect(marginOf('failed', { n: 50_000_000, k: 50_000_000 }, P95, 1)).toBe('clear');
  });
});

describe('the tails of the binomial distribution', () => {
  const exact = (n: number, share: number, from: number, to: number) => {
    let sum = 0;
    for (let k = from; k <= to; k++) {
      let term = 0;
      for (let i = 1; i <= k; i++) term += Math.log(n - k + i) - Math.log(i);
      sum += Math.exp(term + k * Math.log(share) + (n - k) * Math.log1p(-share));
    }
    return sum;
  };
  test('are the sums of their terms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.0001, max: 0.9999, noNaN: true }), (n, part, share) => {
        const k = Math.round(part * n);
        expect(atMost(k, n, share)).toBeCloseTo(exact(n, share, 0, k), 9);
        expect(atLeast(k, n, share)).toBeCloseTo(exact(n, share, k, n), 9);
      }),
      { seed: 1 },
    );
  });
  test('lie between their whole neighbours where a count is not whole', () => {
    expect(atMost(2.5, 60, P95)).toBeGreaterThan(atMost(2, 60, P95));
    expect(atMost(2.5, 60, P95)).toBeLessThan(atMost(3, 60, P95));
  });
  test('end where there is nothing more', () => {
    expect([atMost(5, 5, 0.5), atMost(4, 5, 1), atMost(0, 5, 0), atLeast(0, 5, 0.5), atLeast(5, 5, 1), atLeast(1, 5, 0)]).toEqual([1, 0, 1, 1, 1, 0]);
  });
});

describe('the design effect of the counts of each second', () => {
  const seconds = (count: number, of: (second: number) => ObjectiveTally) => Array.from({ length: count }, (_, second) => of(second));

  test('is 1 where those against it are spread as evenly as they can be, or more evenly than by chance', () => {
    expect(designEffect(seconds(100, () => ({ n: 20, k: 1 })))).toBe(1);
  });
  test('is as many as are in a second where all in it are alike', () => {
    // Of 100 seconds 5 stood still: 5 observations of 100, not 100 of 2000.
    expect(designEffect(seconds(100, (second) => ({ n: 20, k: second % 20 === 0 ? 20 : 0 })))).toBeCloseTo(20 * (100 / 99), 6);
  });
  test('counts a second by what is in it', () => {
    const uneven = seconds(60, (second) => ({ n: second % 2 === 0 ? 1 : 39, k: second % 10 === 1 ? 39 : 0 }));
    expect(designEffect(uneven)).toBeGreaterThan(30);
  });
  test('is 1 where nothing was against it: nothing says how it would come', () => {
    expect([designEffect(seconds(10, () => ({ n: 20, k: 0 }))), designEffect(seconds(10, () => ({ n: 20, k: 20 }))), designEffect([])]).toEqual([1, 1, 1]);
  });
  test('of fewer than 10 seconds is not known: each of them is one observation', () => {
    expect(designEffect(seconds(9, () => ({ n: 20, k: 1 })))).toBe(20);
    expect(designEffect(seconds(10, () => ({ n: 20, k: 1 })))).toBe(1);
    expect(designEffect([{ n: 90, k: 0 }])).toBe(90);
  });
  test('of independent ones is near 1, and so is what is said of runs at exactly the limit: 5 of 100 clear at most, each way', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const runs = Array.from({ length: 400 }, () => seconds(60, () => ({ n: 20, k: Array.from({ length: 20 }, random).filter((value) => value < P95).length })));
    const effects = runs.map(designEffect);
    expect(effects.reduce((a, b) => a + b, 0) / effects.length).toBeLessThan(1.15);
    const clear = runs.filter((run, i) => {
      const k = run.reduce((sum, second) => sum + second.k, 0);
      return marginOf(k <= 60 ? 'passed' : 'failed', { n: 1200, k }, P95, effects[i] ?? 1) === 'clear';
    });
    expect(clear.length / runs.length).toBeLessThanOrEqual(0.1);
  });
});
