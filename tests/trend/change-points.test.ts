/** Where the level of many runs moved: against what another implementation publishes, and on series of which the truth is known. */
import { describe, expect, test } from 'vitest';
import { isUnfit } from '../../server/trend/change.ts';
import { candidates, LOOSER, merged } from '../../server/trend/change-points.ts';
import { bestSplit } from '../../server/trend/divisive.ts';
import { type Trend, trendOf } from '../../server/trend/trend.ts';
import tigerbeetle from '../fixtures/tigerbeetle.json' with { type: 'json' };
import { randomFrom } from '../helpers/simulated.ts';

function found(values: readonly number[], window: number, p: number, magnitude: number): number[] {
  const series = Float64Array.from(values);
  // Apache Otava does not loosen p by ten where that would be most of all.
  const first = p < 0.05 ? LOOSER * p : p < 0.5 ? 2 * p : p;
  const isLarge = (before: number, after: number) => Math.max(Math.abs(after / before - 1), Math.abs(before / after - 1)) > magnitude;
  return merged(series, candidates(series, { window, p: first / LOOSER }), { p, least: 1, isLarge }).map(({ index }) => index);
}

const called = (values: readonly (number | null)[], scale?: 'points'): Trend => {
  const trend = trendOf(values, scale);
  if (isUnfit(trend)) throw new Error(trend.reason);
  return trend;
};

// Series and points: tests/analysis_test.py, tests/series_test.py, tests/change_point_divisive_test.py and tests/tigerbeetle_test.py of Apache Otava, at 1ceb153.
describe('the points that Apache Otava publishes are found', () => {
  const one = [1.02, 0.95, 0.99, 1, 1.12, 1, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49];
  const first = [1.02, 0.95, 0.99, 1, 1.12, 0.9, 0.5, 0.51, 0.48, 0.48, 0.55];
  const second = [2.02, 2.03, 2.01, 2.04, 1.82, 1.85, 1.79, 1.81, 1.8, 1.76, 1.78];
  const steps = [0.3, 2.4, 1.5, -0.9, -0.5, 99.7, 98.3, 99.1, 149, 149.7, 149.5, 149.1, 148.8, 150];

  test.each([
    ['a single series', one, 10, 0.0001, 0, [10]],
    ['series1', first, 50, 0.001, 0, [6]],
    ['series2', second, 50, 0.001, 0, [4]],
    ['series1, of 20 % at least', first, 50, 0.001, 0.2, [6]],
    ['series2, of 20 % at least', second, 50, 0.001, 0.2, []],
    ['two steps', steps, 50, 0.01, 0, [5, 8]],
    ['Tigerbeetle at p 0.01, of 5 % at least', tigerbeetle.series, 30, 0.01, 0.05, [15, 71]],
    ['Tigerbeetle at p 0.05, of 5 % at least', tigerbeetle.series, 30, 0.05, 0.05, [15, 71]],
    ['Tigerbeetle at p 0.2, of 5 % at least', tigerbeetle.series, 30, 0.2, 0.05, [10, 11, 15, 71]],
  ])('in %s', (_name, series, window, p, magnitude, points) => expect(found(series, window, p, magnitude)).toEqual(points));

  /**
   * Otava's t-test takes deviations over n instead of n - 1, so its p is smaller; and of the neighbours of a point that it merges away it looks at the two behind it again, not at the one before. With
   * both in place these lists are the same as its own, to the last point; without them the points at the edge of p are missing.
   */
  test.each([
    [0.01, [15, 26, 61, 71, 95, 117, 131, 142, 148, 165, 169, 192, 212, 260], [26, 165, 169]],
    [0.001, [15, 61, 71, 95, 117, 131, 142, 148, 192, 212, 260], [260]],
    [0.0001, [71, 95, 117, 131, 142, 148, 192, 212], [117, 142, 148]],
    [0.00001, [71, 95, 131, 192, 212], [212]],
  ])('in Tigerbeetle at p %d of any size, but for those at the edge', (p, published, atEdge) => {
    const points = found(tigerbeetle.series, 30, p, 0);
    expect(points).toEqual(published.filter((index) => !atEdge.includes(index)));
  });
});

test('the split of a series is where its divergence is largest, as summed up pair by pair', () => {
  const { normal } = randomFrom(1);
  for (let round = 0; round < 20; round++) {
    const values = Float64Array.from({ length: 14 }, (_, i) => normal() + (i >= 4 + (round % 6) ? 1 : 0));
    const split = bestSplit(values, 1, 13);
    const pairs = (from: number, to: number, withFrom: number, withTo: number) => Array.from({ length: to - from }, (_, i) => Array.from({ length: withTo - withFrom }, (__, j) => Math.abs(values[from + i]! - values[withFrom + j]!)).reduce((a, b) => a + b, 0)).reduce((a, b) => a + b, 0);
    const all = [];
    for (let at = 2; at < 13; at++)
      for (let end = at + 1; end <= 13; end++) {
        const [n, m] = [at - 1, end - at];
        const mean = (sum: number, count: number) => (count === 0 ? 0 : sum / count);
        const energy = (2 * pairs(1, at, at, end)) / (n * m) - mean(pairs(1, at, 1, at), n * (n - 1)) - mean(pairs(at, end, at, end), m * (m - 1));
        all.push({ index: at, divergence: ((n * m) / (n + m)) * energy });
      }
    const best = all.reduce((a, b) => (b.divergence > a.divergence ? b : a));
    expect(split?.index).toBe(best.index);
    expect(split?.divergence).toBeCloseTo(best.divergence, 9);
  }
});

describe('a trend', () => {
  const { normal } = randomFrom(2);
  const levels = (noise: number, ...parts: [level: number, runs: number][]) => parts.flatMap(([level, runs]) => Array.from({ length: runs }, () => level * Math.exp(noise * normal())));

  test('moves where it became slower and where it became faster again, by how much it did', () => {
    const { changePoints } = called(levels(0.02, [100, 20], [115, 20], [95, 20]));
    expect(changePoints.map(({ index, isWeak }) => ({ index, isWeak }))).toEqual([{ index: 20, isWeak: false }, { index: 40, isWeak: false }]);
    expect(changePoints[0]?.change).toBeCloseTo(0.15, 1);
    expect(changePoints[0]?.before).toBeGreaterThan(98);
    expect(changePoints[1]?.after).toBeLessThan(97);
  });

  test.each([[0.02], [0.05], [0.1]])('of 200 runs that only scatter by %d moves in at most a tenth of such series', (noise) => {
    const moved = Array.from({ length: 100 }, () => called(levels(noise, [100, 200])).changePoints).filter((points) => points.some(({ isWeak }) => !isWeak));
    expect(moved.length).toBeLessThanOrEqual(10);
  });

  test.each([[0.02, 0.1, 3], [0.05, 0.2, 5], [0.05, 0.1, 12], [0.1, 0.2, 12]])('where runs differ by %d anyway, a change of %d is found after %d runs in 70 of 100', (noise, change, runs) => {
    const found = Array.from({ length: 100 }, () => called(levels(noise, [100, 20], [100 * (1 + change), runs])).changePoints).filter((points) => points.some(({ index, isWeak }) => !isWeak && Math.abs(index - 20) <= 2));
    expect(found.length).toBeGreaterThanOrEqual(70);
  });

  test('does not move by less than 5 %, however sure that is', () => {
    expect(called(levels(0.001, [100, 30], [104, 30])).changePoints).toEqual([]);
    expect(called(levels(0.001, [100, 30], [106, 30])).changePoints).toHaveLength(1);
  });

  test('is not moved by one slow run, nor by two, at its start, at its end or between; by three it is', () => {
    const flat = levels(0.01, [100, 20]);
    expect(called([150, ...flat]).changePoints).toEqual([]);
    expect(called([150, 151, ...flat]).changePoints).toEqual([]);
    expect(called([...flat, 150]).changePoints).toEqual([]);
    expect(called([...flat, 150, 151]).changePoints).toEqual([]);
    expect(called([...flat, 150, 151, ...levels(0.01, [100, 20])]).changePoints).toEqual([]);
    expect(called([...flat, 150, 151, 149]).changePoints).toMatchObject([{ index: 20 }]);
  });

  test('tells a point that is likely but not sure as a weak one', () => {
    const weak = Array.from({ length: 40 }, () => called(levels(0.05, [100, 12], [108, 6])).changePoints).flat().filter(({ isWeak }) => isWeak);
    expect(weak.length).toBeGreaterThan(0);
    for (const { p, index } of weak) {
      expect(p).toBeLessThan(0.01);
      expect(index).toBeLessThanOrEqual(15);
    }
  });

  test('leaves out runs without a value, and counts places with them', () => {
    const values: (number | null)[] = levels(0.01, [100, 15], [130, 15]);
    values.splice(3, 0, null, Number.NaN, Number.POSITIVE_INFINITY, -5, 0);
    expect(called(values)).toMatchObject({ changePoints: [{ index: 20 }] });
  });

  test('needs ten runs', () => {
    for (const values of [[], [1, 2], [...levels(0.1, [100, 9]), null, Number.NaN]]) expect(trendOf(values)).toMatchObject({ outcome: null, code: 'too_few_runs' });
    expect(called(new Array<number>(10).fill(100)).changePoints).toEqual([]);
  });

  test('steps without any scatter, and levels of any size, are told all the same', () => {
    expect(called([...new Array<number>(10).fill(100), ...new Array<number>(10).fill(200)]).changePoints).toEqual([{ index: 10, before: expect.closeTo(100), after: expect.closeTo(200), change: expect.closeTo(1), p: expect.closeTo(0, 100), isWeak: false }]);
    expect(called([...levels(0.01, [1e-300, 10], [2e-300, 10])]).changePoints).toHaveLength(1);
  });

  test('of error ratios moves by points, and from none at all', () => {
    const { changePoints } = called([...new Array<number>(12).fill(0), 0.02, 0.021, 0.019, 0.02], 'points');
    expect(changePoints).toMatchObject([{ index: 12, before: expect.closeTo(0, 12), change: expect.closeTo(0.02) }]);
    expect(called([...new Array<number>(12).fill(0), ...new Array<number>(12).fill(0.004)], 'points').changePoints).toEqual([]);
  });
});
