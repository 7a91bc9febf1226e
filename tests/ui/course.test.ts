import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Course, drawn, extended, NOTHING } from '../../ui/src/lib/metrics/course.ts';
import { type IntervalRow, toPoints } from '../../ui/src/lib/metrics/points.ts';
import { intervalRow as row } from './interval-row.ts';

const HOUR = 3600;
const second = (i: number) => row(i, { executions: 10 + (i % 3), failed: i % 3, failures: i % 3 === 0 ? [] : [{ class: i % 2 === 0 ? 'timeout' : 'refused', count: i % 3 }], throughputPerSecond: 10, dropped: i, users: i % 7, latency: { p50Ms: 100, p95Ms: 200, p99Ms: 300 + (i === 777 ? 5000 : 0) } });
const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => second(from + i));

function watched(lengths: readonly number[]): Course<IntervalRow> {
  let [course, at]: [Course<IntervalRow>, number] = [NOTHING, 0];
  for (const length of lengths) {
    course = extended(course, seconds(at, at + length), false);
    at += length;
  }
  return course;
}
const sum = (rows: readonly IntervalRow[], value: (row: IntervalRow) => number) => rows.reduce((all, each) => all + value(each), 0);
const failures = (rows: readonly IntervalRow[]) => Object.fromEntries(['timeout', 'refused'].map((name) => [name, sum(rows, (each) => each.failures.find((failure) => failure.class === name)?.count ?? 0)]));

describe('a run that is watched', () => {
  it('is drawn second by second while it is short', () => {
    const rows = drawn(watched(Array.from({ length: 1000 }, () => 1)));
    expect(rows).toEqual(seconds(0, 1000));
  });

  it('is held and drawn in a bounded number of rows, however long it goes on', () => {
    const course = watched(Array.from({ length: 4 * HOUR }, () => 1));
    expect(course.folded.length + course.recent.length).toBeLessThan(1400);
    const rows = drawn(course);
    expect(rows.length).toBeLessThan(1300);
    expect(rows.length).toBeGreaterThan(600);
    expect(new Set(rows.slice(0, -1).map((each) => each.seconds))).toEqual(new Set([course.column]));
  });

  it('loses no execution, no failure, no class, no spike and no second of it', () => {
    const rows = drawn(watched(Array.from({ length: HOUR }, () => 1)));
    const all = seconds(0, HOUR);
    expect([sum(rows, (each) => each.seconds), sum(rows, (each) => each.executions), sum(rows, (each) => each.failed)]).toEqual([HOUR, sum(all, (each) => each.executions), sum(all, (each) => each.failed)]);
    expect(failures(rows)).toEqual(failures(all));
    const points = toPoints(rows, 'closed');
    const spike = points.filter((point) => point.p99 === 5300);
    expect(spike).toMatchObject([{ lowest: { p50: 100, p95: 200, p99: 300 } }]);
    expect(points.reduce((dropped, point) => dropped + (point.dropped ?? 0), 0)).toBe(HOUR - 1);
  });

  it('is the same whatever the batches it came in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 8, maxLength: 12 }), (lengths) => {
        const total = lengths.reduce((a, b) => a + b, 0);
        const [inBatches, oneByOne] = [watched(lengths), watched(Array.from({ length: total }, () => 1))];
        const told = (course: Course<IntervalRow>) => drawn(course).filter((each) => each.offsetMs < 60_000).map(({ executions, failed }) => executions + failed);
        if (inBatches.column === oneByOne.column) expect(told(inBatches)).toEqual(told(oneByOne));
        expect(sum(drawn(inBatches), (each) => each.executions)).toBe(sum(drawn(oneByOne), (each) => each.executions));
      }),
      { numRuns: 20 },
    );
  });

  it('that is opened late comes as one snapshot, which replaces all that was known', () => {
    const course = extended(watched([500]), seconds(0, 4 * HOUR), true);
    expect(drawn(course).length).toBeLessThan(1300);
    expect(sum(drawn(course), (each) => each.seconds)).toBe(4 * HOUR);
    expect(drawn(extended(course, seconds(3, 5), true))).toEqual(seconds(3, 5));
  });

  it('has a late line put in: into its second, or of long ago into the slowest of its column', () => {
    const course = watched(Array.from({ length: HOUR }, () => 1));
    const late = (at: number) => ({ ...second(at), executions: 99, latency: { p50Ms: 1, p95Ms: 2, p99Ms: 9000 } });
    const recent = extended(course, [late(HOUR - 2)], false);
    expect(recent.recent.find((each) => each.offsetMs === (HOUR - 2) * 1000)?.executions).toBe(99);
    const old = extended(course, [late(10)], false);
    expect(old.folded.length).toBe(course.folded.length);
    expect(old.folded[Math.floor(10 / course.column)]?.latency).toMatchObject({ p99Ms: 9000, p95Ms: 200, lowest: { p50Ms: 1 } });
    expect(sum(drawn(old), (each) => each.executions)).toBe(sum(drawn(course), (each) => each.executions));
  });

  it('has gaps where nothing finished in a whole column', () => {
    const rows = seconds(0, HOUR).map((each, i) => (i >= 1200 && i < 1300 ? { ...each, executions: 0, failed: 0, failures: [], throughputPerSecond: 0, latency: null } : each));
    const points = toPoints(drawn(extended(NOTHING, rows, true)), 'closed');
    expect(points.filter((point) => point.p95 === null).length).toBeGreaterThan(15);
    expect(points.filter((point) => point.p95 === null).every((point) => point.succeeded === 0)).toBe(true);
  });
});
