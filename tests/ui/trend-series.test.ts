import { describe, expect, it } from 'vitest';
import { apart } from '../../ui/src/lib/chart/scale.ts';
import { choiceOf, queryOf } from '../../ui/src/lib/trend/choice.ts';
import { labelled, levelsOf, neighbour, ofTheLast, stepsOf, type TrendPoint, versionChanges } from '../../ui/src/lib/trend/series.ts';

const point = (runId: string, more: Partial<TrendPoint> = {}): TrendPoint => ({ runId, at: '2026-11-01T10:00:00.000Z', value: 100, atLeast: false, verdict: 'PASSED', framework: 'locust', frameworkVersion: '2.46.3', baseline: false, series: 0, ...more });
const change = (runId: string, before: number, after: number, weak = false) => ({ runId, before, after, changeRatio: after / before - 1, weak });

describe('a trend as it is drawn', () => {
  const points = ['a', 'b', 'c', 'd', 'e'].map((id) => point(id));
  it('has a level from step to step, the first one before the first step', () => {
    const steps = stepsOf(points, [change('b', 100, 90), change('d', 90, 120), change('gone', 1, 2)]);
    expect(steps.map(({ x }) => x)).toEqual([1, 3]);
    expect(levelsOf(points, steps)).toEqual([{ from: 0, to: 1, value: 100, series: 0 }, { from: 1, to: 3, value: 90, series: 0 }, { from: 3, to: 5, value: 120, series: 0 }]);
    expect(levelsOf(points, [])).toEqual([]);
  });

  it('has levels under the runs of their own series alone, and news of the last one first', () => {
    const runs = [0, 0, 1, 0, 1, 1, 0].map((series, i) => point(`r${i}`, { series }));
    const changes = [change('r3', 100, 130), change('r4', 40, 50)];
    expect(levelsOf(runs, stepsOf(runs, changes))).toEqual([
      { from: 0, to: 2, value: 100, series: 0 },
      { from: 2, to: 3, value: 40, series: 1 },
      { from: 3, to: 4, value: 130, series: 0 },
      { from: 4, to: 6, value: 50, series: 1 },
      { from: 6, to: 7, value: 130, series: 0 },
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
    expect(apart([{ from: 0, to: 10 }, { from: 5, to: 20 }, { from: 12, to: 30 }, { from: 15, to: 18 }, { from: 40, to: 50 }])).toEqual([0, 1, 0, 2, 0]);
    expect(apart([])).toEqual([]);
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
