import { describe, expect, it } from 'vitest';
import { apart, beside } from '../../ui/src/lib/chart/scale.ts';
import { choiceOf, queryOf } from '../../ui/src/lib/trend/choice.ts';
import { labelled, levelsOf, neighbour, ofTheLast, standingOf, stepsOf, type TrendPoint, versionChanges } from '../../ui/src/lib/trend/series.ts';

const point = (runId: string, more: Partial<TrendPoint> = {}): TrendPoint => ({ runId, number: null, at: '2026-11-01T10:00:00.000Z', value: 100, atLeast: false, verdict: 'PASSED', framework: 'locust', frameworkVersion: '2.46.3', place: 'local', baseline: false, series: 0, ...more });
const change = (runId: string, before: number, after: number, weak = false) => ({ runId, before, after, changeRatio: after / before - 1, weak });

describe('a trend as it is drawn', () => {
  const points = ['a', 'b', 'c', 'd', 'e'].map((id) => point(id));
  it('has a level from step to step, the first one before the first step', () => {
    const steps = stepsOf(points, [change('b', 100, 90), change('d', 90, 120), change('gone', 1, 2)]);
    expect(steps.map(({ x }) => x)).toEqual([1, 3]);
    expect(levelsOf(points, steps)).toEqual([{ from: 0, to: 1, value: 100, series: 0 }, { from: 1, to: 3, value: 90, series: 0 }, { from: 3, to: 5, value: 120, series: 0 }]);
    expect(levelsOf(points, [])).toEqual([]);
  });

  it('has levels of each series from its first run to its last one, through runs of another, and news of the last one first', () => {
    const runs = [0, 0, 1, 0, 1, 1, 0].map((series, i) => point(`r${i}`, { series }));
    const changes = [change('r3', 100, 130), change('r4', 40, 50)];
    expect(levelsOf(runs, stepsOf(runs, changes))).toEqual([
      { from: 0, to: 3, value: 100, series: 0 },
      { from: 3, to: 7, value: 130, series: 0 },
      { from: 2, to: 4, value: 40, series: 1 },
      { from: 4, to: 6, value: 50, series: 1 },
    ]);
    // Of a series whose level never moved nothing is drawn.
    expect(levelsOf(runs, stepsOf(runs, changes.slice(1))).map(({ series }) => series)).toEqual([1, 1]);
    expect([ofTheLast(runs, changes), ofTheLast(runs.slice(0, 6), changes), ofTheLast([], changes)]).toEqual([[changes[0]], [changes[1]], []]);
  });

  it('marks the first run of another version or framework, and runs that do not know theirs say nothing', () => {
    const runs = [point('a'), point('b', { frameworkVersion: null }), point('c'), point('d', { frameworkVersion: '2.47.0' }), point('e', { framework: 'k6', frameworkVersion: '2.2.1' })];
    expect(versionChanges(runs).map(({ x, from, to }) => [x, from.version, to.framework, to.version])).toEqual([[3, '2.46.3', 'locust', '2.47.0'], [4, '2.47.0', 'k6', '2.2.1']]);
  });

  it('marks one version once where runs of two frameworks take turns', () => {
    const runs = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? point(`l${i}`, { frameworkVersion: i < 4 ? '2.46.3' : '2.47.0' }) : point(`k${i}`, { framework: 'k6', frameworkVersion: '2.2.1' })));
    expect(versionChanges(runs).map(({ x, from, to }) => [x, from.version, to.version])).toEqual([[1, '2.46.3', '2.2.1'], [4, '2.46.3', '2.47.0']]);
  });

  it('puts labels that would lie on each other below each other', () => {
    const at = (from: number, to: number, y = 11) => ({ from, to, y });
    expect(apart([at(0, 10), at(5, 20), at(12, 30), at(15, 18), at(40, 50)], 13)).toEqual([11, 24, 11, 37, 11]);
    expect(apart([at(0, 10, 50), at(5, 20, 58), at(5, 20, 90)], 13)).toEqual([50, 71, 90]);
    expect(apart([], 13)).toEqual([]);
  });

  it('puts a label beside its place where it has room, and never out of the plot on its left', () => {
    expect(beside(10, 40, 200, 5)).toEqual({ from: 15, to: 55 });
    expect(beside(190, 40, 200, 5)).toEqual({ from: 145, to: 185 });
    expect(beside(90, 160, 180, 5)).toEqual({ from: 0, to: 160 });
  });

  describe('the last run beside its level', () => {
    const level = [100, 101, 99, 100, 102, 98].map((value, i) => point(`r${i}`, { value }));
    const ending = (value: number | null, more: Partial<TrendPoint> = {}) => [...level, point('last', { value, ...more })];
    it('is told where it is a twentieth away, and whether it is further than any other', () => {
      expect(standingOf(ending(112), [], false)).toEqual({ value: 112, level: 100, change: expect.closeTo(0.12), furthest: true });
      expect(standingOf(ending(90), [], false)).toMatchObject({ change: expect.closeTo(-0.1), furthest: true });
      expect(standingOf([...level, point('spike', { value: 150 }), point('last', { value: 112 })], [], false)).toMatchObject({ furthest: false });
    });
    it('is not told where it is about that, has no value, or where there is no level yet', () => {
      expect([standingOf(ending(104), [], false), standingOf(ending(null), [], false), standingOf(level.slice(0, 4), [], false), standingOf([], [], false)]).toEqual([null, null, null, null]);
    });
    it('is beside the level since the last change point, of its own series alone', () => {
      const moved = Array.from({ length: 6 }, (_, i) => point(`m${i}`, { value: 130 }));
      const all = [...level, ...moved, point('k6', { value: 500, series: 1 }), point('last', { value: 131 })];
      expect(standingOf(all, [change('m0', 100, 130)], false)).toBeNull();
      expect(standingOf([...all.slice(0, -1), point('last', { value: 160 })], [change('m0', 100, 130)], false)).toMatchObject({ level: 130 });
      expect(standingOf(ending(112, { series: 1 }), [], false)).toBeNull();
    });
    it('of a ratio is told in points, also of a level of nothing', () => {
      const none = Array.from({ length: 6 }, (_, i) => point(`r${i}`, { value: 0 }));
      expect(standingOf([...none, point('last', { value: 0.02 })], [], true)).toMatchObject({ level: 0, change: 0.02 });
      expect(standingOf([...none, point('last', { value: 0.002 })], [], true)).toBeNull();
    });
  });

  it('names few days, the last one among them', () => {
    for (const count of [1, 4, 30, 1000])
      for (const most of [0, 1, 7, 20]) {
        const days = labelled(count, most);
        expect([days.at(-1), days.length <= Math.max(1, most)]).toEqual([count - 1, true]);
      }
    expect(labelled(0, 5)).toEqual([]);
  });

  it('goes by arrow keys from run to run that has a value, and stays at the ends', () => {
    const runs = [{ value: 1 }, { value: null }, { value: 3 }];
    expect([neighbour(runs, 0, 1), neighbour(runs, 2, -1), neighbour(runs, 2, 1), neighbour(runs, 0, -1)]).toEqual([2, 0, 2, 0]);
  });
});

describe('what is drawn', () => {
  it('stands in the address, and what cannot be read there is what is usual', () => {
    const usual = { metric: 'latency', statistic: 'p95', requestName: null, last: 30 };
    expect(choiceOf(new URLSearchParams())).toEqual(usual);
    expect(choiceOf(new URLSearchParams('metric=nonsense&statistic=p12&last=7'))).toEqual(usual);
    const chosen = { metric: 'error_ratio', statistic: null, requestName: 'a b&c', last: 100 } as const;
    expect(choiceOf(new URLSearchParams(queryOf(chosen)))).toEqual(chosen);
  });
  it('of throughput has neither a statistic nor a request', () => expect(choiceOf(new URLSearchParams('metric=throughput&statistic=p50&of=poll'))).toEqual({ metric: 'throughput', statistic: null, requestName: null, last: 30 }));
});
