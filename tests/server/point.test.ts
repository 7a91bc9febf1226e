import { describe, expect, test } from 'vitest';
import { mergePoints } from '../../server/metrics/merge-points.ts';
import { Collector } from '../../server/metrics/collector.ts';
import { LatencyHistogram } from '../../server/metrics/histogram.ts';
import type { Gauges } from '../../server/metrics/interval.ts';
import { bySecond, pointOf } from '../../server/metrics/point.ts';
import type { StoredRow } from '../../server/metrics/store.ts';
import { type Load, levelAt } from '../../server/script/load.ts';

const load: Load = { model: 'closed', stages: [{ durationMs: 10_000, target: 10 }], maxUsers: 10, maxIterations: null };
const plan = { load, requestTimeoutMs: 2000, polling: null };
const AT = new Date('2026-03-01T10:00:00.000Z');

function rows(fill: (collector: Collector) => void, until: number): StoredRow[] {
  const collector = new Collector({ steady: [[0, 10_000]], warmUpMs: 0, objectives: [] });
  fill(collector);
  return (collector.close(until)?.rows ?? []).map((row) => ({ ...row, sequence: 1, at: new Date(AT.getTime() + row.second * 1000) }));
}
const request = (collector: Collector, endsMs: number, durationMs: number, name = 'execute', exec = true, outcome: 'ok' | 'timeout' | 'reset' = 'ok') =>
  collector.add({ kind: 'request', startMicros: (endsMs - durationMs) * 1000, name, durationMicros: durationMs * 1000, outcome, status: 0, extra: { ...(exec ? { exec } : {}), detail: 'why' } });

describe('a point of one second', () => {
  const second = rows((c) => {
    for (const ms of [10, 20, 30]) request(c, 500, ms);
    request(c, 600, 5, 'poll', false);
    request(c, 700, 400, 'execute', true, 'timeout');
    request(c, 800, 5, 'execute', true, 'reset');
    c.add({ kind: 'gauge', atMicros: 900_000, users: 3, inFlight: 2, iterationsStarted: 6, dropped: 1, lagMs: 4 });
  }, 1);

  test('of the whole run counts executions, with all requests beside them', () => {
    const point = pointOf(second, plan, null);
    expect(point).toMatchObject({ offsetMs: 0, requestName: null, executions: 5, requests: 6, failed: 2, throughputPerSecond: 3, users: 3, inFlight: 2, dropped: 1, latenessMs: 4, iterationsStarted: 6 });
    expect(point.failures).toEqual([{ class: 'timeout', count: 1, example: 'why' }, { class: 'reset', count: 1, example: 'why' }]);
    expect(point.latency).toMatchObject({ count: 4, censored: 1, maxMs: 2000 });
  });
  test('of one request name counts that one', () => {
    expect(pointOf(second, plan, 'poll')).toMatchObject({ requestName: 'poll', executions: 0, requests: 1, failed: 0, throughputPerSecond: 1, latency: { maxMs: 5 } });
    expect(pointOf(second, plan, 'nobody')).toMatchObject({ requests: 0, latency: null });
  });
  test('carries a histogram that others can merge', () => {
    const { histogram, latency } = pointOf(second, plan, null);
    const merged = new LatencyHistogram();
    merged.add(LatencyHistogram.from({ count: 3, sumMicros: 60_000, minMicros: 10_000, maxMicros: 30_000, histogram: histogram ?? '' }));
    expect(merged.atRank(2) / 1000).toBeCloseTo(20, 1);
    expect(latency?.minMs).toBe(10);
  });
  test('carries the histogram of the only row that has one as it is stored', () => {
    const [row] = second.filter(({ kind, latency }) => kind === 'execution' && latency);
    if (!row?.latency) throw new Error('no row');
    const { histogram, latency } = pointOf([row], plan, null);
    expect(histogram).toBe(row.latency.histogram);
    expect(latency?.minMs).toBe(row.latency.minMicros / 1000);
  });
  test('shows the users that were planned for the moment when they are counted, or the starts that were planned', () => {
    expect(pointOf(second, plan, null)).toMatchObject({ plannedUsers: 0.98, plannedRatePerSecond: null });
    expect(pointOf(second, { ...plan, load: { ...load, model: 'open' } }, null)).toMatchObject({ plannedUsers: null, plannedRatePerSecond: 0.5 });
  });
});

test('a second in which nothing finished is a point too', () => {
  expect(pointOf(rows(() => {}, 1), plan, null)).toMatchObject({ executions: 0, requests: 0, failed: 0, throughputPerSecond: 0, latency: null, histogram: null });
});

const [empty] = rows(() => {}, 1);
function withGauges(second: number, more: Partial<Gauges>): StoredRow {
  if (!empty) throw new Error('no row');
  return { ...empty, second, sequence: second, gauges: { users: 1, inFlight: 0, iterationsStarted: 0, dropped: 0, lagMs: 0, cpuRatio: 0, memoryBytes: 0, ...more } };
}

describe('fewer points', () => {
  const seconds = [...bySecond(rows((c) => { for (let s = 0; s < 10; s++) for (let i = 0; i <= s; i++) request(c, s * 1000 + 500, 10); }, 10)).values()];
  test('are merged and never sampled: all executions are in them', () => {
    for (const most of [1, 2, 3, 4, 7, 10, 11, null]) {
      const points = mergePoints(seconds, most).map((list) => pointOf(list, plan, null));
      expect(points.length).toBeLessThanOrEqual(most ?? 10);
      expect(points.reduce((sum, point) => sum + point.executions, 0)).toBe(55);
      expect(points[0]?.offsetMs).toBe(0);
    }
  });
  test('throughput is per second of what was merged', () => {
    expect(mergePoints(seconds, 2).map((list) => pointOf(list, plan, null).throughputPerSecond)).toEqual([3, 8]);
  });
  test('a shorter last point says how many seconds it has, and its rate is of these', () => {
    expect(mergePoints(seconds, 3).map((list) => pointOf(list, plan, null))).toMatchObject([
      { offsetMs: 0, seconds: 4, throughputPerSecond: 2.5 },
      { offsetMs: 4000, seconds: 4, throughputPerSecond: 6.5 },
      { offsetMs: 8000, seconds: 2, throughputPerSecond: 9.5 },
    ]);
  });
  test('a point of several seconds tells the worst lateness and the mean of the processor', () => {
    const list = [4, 90, 2].map((lagMs, s) => withGauges(s, { lagMs, cpuRatio: [0.2, 0.9, 0.4][s] ?? null }));
    expect(pointOf([...list, withGauges(3, { lagMs: null, cpuRatio: null })], plan, null)).toMatchObject({ latenessMs: 90, cpuRatio: 0.5 });
    expect(pointOf([withGauges(0, { lagMs: null, cpuRatio: null })], plan, null)).toMatchObject({ latenessMs: null, cpuRatio: null });
  });
  test('users are held against the plan of the second in which they were counted last', () => {
    const down: Load = { ...load, stages: [{ durationMs: 0, target: 10 }, { durationMs: 10_000, target: 0 }] };
    const counted = Array.from({ length: 10 }, (_, s) => withGauges(s, { users: Math.floor(levelAt(down, s * 1000 + 980)) }));
    for (const most of [10, 4, 1])
      for (const list of mergePoints(counted.map((row) => [row]), most)) {
        const { users, plannedUsers } = pointOf(list, { ...plan, load: down }, null);
        expect((plannedUsers ?? 0) - (users ?? 0)).toBeCloseTo(0.02);
      }
    expect(pointOf([withGauges(4, { users: 5 }), withGauges(5, { users: null })], { ...plan, load: down }, null).plannedUsers).toBeCloseTo(5.02);
  });
  test('the planned rate of several seconds is their mean, also over a ramp that turns', () => {
    const turning: Load = { ...load, model: 'open', stages: [{ durationMs: 2500, target: 10 }, { durationMs: 1500, target: 0 }] };
    const list = [0, 1, 2, 3].map((s) => withGauges(s, {}));
    expect(pointOf(list, { ...plan, load: turning }, null).plannedRatePerSecond).toBeCloseTo(20 / 4);
    expect(pointOf(list.slice(0, 2), { ...plan, load: turning }, null).plannedRatePerSecond).toBeCloseTo(4);
  });
  test('a day of seconds in one point', () => {
    const day = Array.from({ length: 200_000 }, (_, second) => withGauges(second, {}));
    expect(pointOf(day, plan, null)).toMatchObject({ sequence: 199_999, users: 1 });
  });
});

test('seconds are in order, whatever the order of their rows', () => {
  const list = rows((c) => { for (let s = 0; s < 5; s++) request(c, s * 1000 + 1, 1); }, 5);
  expect([...bySecond([...list].reverse()).keys()]).toEqual([0, 1, 2, 3, 4]);
});
