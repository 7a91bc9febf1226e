/** Several runs with several: which method, and whether it is right to the digit. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareErrors } from '../../server/trend/errors.ts';
import { choose, shiftOf } from '../../server/trend/ranks.ts';
import { repeatsFor } from '../../server/trend/repeats.ts';
import { compareSeveral } from '../../server/trend/several.ts';
import { type Change, isUnfit, type Measure, type Unfit } from '../../server/trend/change.ts';
import { randomFrom, simulatedRun } from '../helpers/simulated.ts';

const p95: Measure = { metric: 'latency', statistic: 'p95' };
const around = (level: number, count: number) => Array.from({ length: count }, (_, i) => level * (1 + 0.01 * i));
const called = (compared: Change | Unfit): Change => {
  if (isUnfit(compared)) throw new Error(compared.reason);
  return compared;
};

describe('Mann-Whitney', () => {
  // Of all ways to deal the values, those at least as far apart: without overlap there is one to each side.
  test.each([
    [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 2 / 252],
    [[1.1, 2.2, 3.3, 4.4], [2.5, 3.5, 4.5, 5.5, 6.5], 14 / 126],
    [[1, 2, 3], [4, 5, 6], 2 / 20],
  ])('of %j and %j is exact', (before, after, p) => expect(shiftOf(before, after, 0.95).p).toBeCloseTo(p, 12));

  test('with ties is what dealing the values to the sides in every way gives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }), fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }), (before, after) => {
        const all = [...before, ...after];
        const ranks = all.map((value) => all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2);
        const sums = Array.from({ length: 2 ** all.length }, (_, bits) => ranks.filter((_rank, i) => (bits >> i) % 2 === 1)).filter(({ length }) => length === after.length).map((chosen) => chosen.reduce((a, b) => a + b, 0));
        const sum = ranks.slice(before.length).reduce((a, b) => a + b, 0);
        const share = (isMeant: (other: number) => boolean) => sums.filter(isMeant).length / sums.length;
        expect(shiftOf(before, after, 0.95).p).toBeCloseTo(Math.min(1, 2 * Math.min(share((other) => other <= sum), share((other) => other >= sum))), 12);
      }),
      { numRuns: 200 },
    );
  });

  test('shifts by the median of all differences, and the interval holds the true shift as often as it says', () => {
    expect(shiftOf([1, 2, 3], [11, 13, 15], 0.95).shift).toBe(11);
    const { normal } = randomFrom(8);
    const covered = Array.from({ length: 1000 }, () => shiftOf(Array.from({ length: 6 }, normal), Array.from({ length: 5 }, () => 2 + normal()), 0.95)).filter(({ low, high }) => low <= 2 && high >= 2).length;
    expect(covered).toBeGreaterThanOrEqual(880);
    expect(covered).toBeLessThanOrEqual(960);
  });

  test('has the ends that the tables of U give: of 5 and 5 the fifth difference from each end', () => {
    const [before, after] = [[0, 1, 3, 7, 15], [100, 131, 163, 196, 230]];
    const differences = after.flatMap((value) => before.map((other) => value - other)).sort((a, b) => a - b);
    expect(shiftOf(before, after, 0.95)).toMatchObject({ low: differences.at(4), high: differences.at(-5) });
  });

  test('of hundreds of runs takes the newest fifty of each side', () => {
    expect(shiftOf([...around(9, 200), ...around(1, 50)], around(1, 50), 0.95)).toMatchObject({ shift: 0, p: 1 });
  });
});

test('ranks are taken where they can tell at all, in 200 ways or more, and t intervals elsewhere', () => {
  const method = (n: number, m: number) => called(compareSeveral(around(100, n), around(150, m), p95)).method;
  expect([choose(8, 3), choose(10, 5), choose(10, 4), choose(12, 3)]).toEqual([56, 252, 210, 220]);
  expect([method(5, 3), method(5, 5), method(6, 4), method(9, 3), method(20, 1), method(2, 2)]).toEqual(['runs', 'ranks', 'ranks', 'ranks', 'runs', 'runs']);
});

test.each([[3, 3], [5, 5]])('%d runs half as slow again are a REGRESSION against %d, the other way round an IMPROVEMENT, and equal ones SAME', (n, m) => {
  expect(called(compareSeveral(around(100, n), around(150, m), p95))).toMatchObject({ outcome: 'REGRESSION', repeats: null, reason: null });
  expect(called(compareSeveral(around(150, n), around(100, m), p95)).outcome).toBe('IMPROVEMENT');
  expect(called(compareSeveral(around(100, n), around(100, m), p95)).outcome).toBe('SAME');
});

test('ranks that chance mixes like that in more than 1 of 100 are UNCLEAR, however far their interval is from the limit', () => {
  const { outcome, low, reason } = called(compareSeveral([100, 100.5, 101, 101.5, 120], [118, 170, 171, 172, 173], p95));
  expect(low).toBeGreaterThan(0.1);
  expect({ outcome, reason }).toEqual({ outcome: 'UNCLEAR', reason: 'Of equal runs 1.6 % would differ by as much.' });
});

test('throughput is worse where it is lower', () => {
  expect(called(compareSeveral(around(100, 3), around(80, 3), { metric: 'throughput' }))).toMatchObject({ outcome: 'REGRESSION', limit: -0.05 });
});

test('what is UNCLEAR says how many runs more would settle it', () => {
  const unclear = called(compareSeveral([100, 108, 93], [118, 127.4, 109.7], p95));
  expect(unclear.outcome).toBe('UNCLEAR');
  expect(unclear.repeats).toBeGreaterThan(0);
  // On the limit to the digit no number of runs settles it.
  expect(called(compareSeveral([100, 108, 93], [110, 118.8, 102.3], p95))).toMatchObject({ outcome: 'UNCLEAR', repeats: null, reason: expect.stringContaining('near to the limit') });
});

test('no more repeats are promised than can be asked for at once', () => {
  const repeats = Array.from({ length: 40 }, (_, i) => repeatsFor(0.3, 0.1, 0.01 * (i + 1), 3));
  expect(Math.max(...repeats.map((each) => each ?? 0))).toBe(10);
  expect(repeats.at(-1)).toBeNull();
});

test('runs whose percentile is only known to be at least so much are never better for it', () => {
  const atLeast = (value: number) => ({ value, isAtLeast: true });
  expect(called(compareSeveral(around(100, 3), around(150, 3).map(atLeast), p95)).outcome).toBe('REGRESSION');
  expect(called(compareSeveral(around(150, 3), around(100, 3).map(atLeast), p95))).toMatchObject({ outcome: 'UNCLEAR', repeats: null });
  // Nor would they be, however often they were repeated.
  expect(called(compareSeveral([120, 108, 93], [100, 113, 95].map(atLeast), p95))).toMatchObject({ outcome: 'UNCLEAR', repeats: null, reason: expect.stringContaining('had no end in time') });
  expect(called(compareSeveral(around(100, 3).map(atLeast), around(150, 3), p95))).toMatchObject({ outcome: 'UNCLEAR', reason: expect.stringContaining('baseline') });
});

test.each([
  ['too_few_runs', [100], [100]],
  ['too_few_runs', [100, 101], []],
  ['no_variance', [100, 100], [100, 100]],
  ['no_variance', [100, 100, 100, 100, 100], [100, 100, 100, 100, 100]],
  ['bad_values', [100, Number.NaN], [100, 100]],
  ['bad_values', [100, 101], [Number.POSITIVE_INFINITY, 100]],
  ['bad_values', [100, 101], [-1, 100]],
  ['bad_values', [100, 101], [0, 100]],
])('%s: %j against %j', (code, before, after) => expect(compareSeveral(before, after, p95)).toMatchObject({ outcome: null, code }));

describe('errors', () => {
  const random = randomFrom(12);
  const run = (errorRatio: number, seconds = 200) => simulatedRun(random, { seconds, errorRatio });

  test('that come in bursts of seconds, in runs of the same, are a regression in at most 5 of 100', () => {
    const runs = Array.from({ length: 60 }, () => run(0.02));
    const outcomes = runs.flatMap((one, i) => runs.slice(i + 1, i + 8).map((other) => called(compareErrors([one], [other])).outcome));
    expect(outcomes.length).toBeGreaterThan(200);
    expect(outcomes.filter((outcome) => outcome === 'REGRESSION').length / outcomes.length).toBeLessThanOrEqual(0.05);
  }, 60_000);

  test('of a tenth, where there were none, are found; none in 8000 and none again are SAME', () => {
    expect(called(compareErrors([run(0)], [run(0.1)]))).toMatchObject({ outcome: 'REGRESSION', limit: 0.005, method: 'seconds' });
    expect(called(compareErrors([run(0.1)], [run(0)])).outcome).toBe('IMPROVEMENT');
    expect(called(compareErrors([run(0)], [run(0)]))).toMatchObject({ outcome: 'SAME', change: 0 });
  });

  test('that were none of n prove no more than 3/n', () => {
    const few = () => simulatedRun(random, { seconds: 200, rate: 2 });
    const { outcome, high, reason, repeats } = called(compareErrors([few()], [few()]));
    expect(high).toBeCloseTo(3 / 400, 4);
    expect({ outcome, reason }).toEqual({ outcome: 'UNCLEAR', reason: 'No error of 400 proves no more than a ratio below 0.75 %.' });
    expect(repeats).toBeGreaterThan(0);
  });

  test('of two definitions in one run are told by the rules of one run: SAME under 200 s as well, and nothing is to be repeated', () => {
    const few = () => simulatedRun(random, { seconds: 100, rate: 2 });
    expect(called(compareErrors([run(0, 100)], [run(0, 100)], true))).toMatchObject({ outcome: 'SAME', reason: null });
    expect(called(compareErrors([run(0, 50)], [run(0, 50)], true)).outcome).toBe('SAME');
    expect(called(compareErrors([run(0, 100)], [run(0.3, 100)], true)).outcome).toBe('REGRESSION');
    expect(compareErrors([run(0, 30)], [run(0, 30)], true)).toMatchObject({ code: 'too_short', repeats: null, reason: 'The steady part is 30 s long. Errors of two definitions are compared from 36 s on. Run longer.' });
    expect(called(compareErrors([few()], [few()], true))).toMatchObject({ outcome: 'UNCLEAR', repeats: null });
  });

  test('of a short run show a regression only, of several runs together all there is', () => {
    expect(called(compareErrors([run(0, 100)], [run(0, 100)])).outcome).toBe('UNCLEAR');
    expect(called(compareErrors([run(0, 100)], [run(0.3, 100)])).outcome).toBe('REGRESSION');
    expect(compareErrors([run(0)], [])).toMatchObject({ outcome: null, code: 'too_few_runs' });
    expect(compareErrors([run(0, 30)], [run(0, 30)])).toMatchObject({ code: 'too_short', repeats: 6 });
    expect(called(compareErrors([run(0, 30), run(0, 30)], [run(0, 30), run(0, 30)])).outcome).toBe('SAME');
  });
});
