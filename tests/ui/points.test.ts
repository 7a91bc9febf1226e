import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflate } from '../../ui/src/lib/metrics/conflate.ts';
import { missedOf, missedWord } from '../../ui/src/lib/metrics/missed.ts';
import { type IntervalRow, mergeRows, type Point, toPoints } from '../../ui/src/lib/metrics/points.ts';
import { clippedPeak, latencyTop, namesAt, partsOf, pointAt, stalls, thinned, toEdges } from '../../ui/src/lib/metrics/series.ts';
import { intervalRow as row } from './interval-row.ts';

const rows = (...seconds: number[]) => seconds.map((second) => row(second));
const offsets = (list: readonly IntervalRow[]) => list.map((r) => r.offsetMs / 1000);

describe('intervals that come in', () => {
  it('follow the known ones', () => expect(offsets(mergeRows(rows(0, 1), rows(2, 3)))).toEqual([0, 1, 2, 3]));

  it('replace the one with the same offset: a late line has added to its second', () => {
    const merged = mergeRows(rows(0, 1, 2), [row(1, { executions: 11 })]);
    expect(offsets(merged)).toEqual([0, 1, 2]);
    expect(merged[1]?.executions).toBe(11);
  });

  it('of single requests are left to the tables', () => expect(mergeRows([], [row(0, { requestName: 'login' })])).toEqual([]));

  it('give the same whatever the batches they came in, also when one was sent twice', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(30), { maxLength: 8 }), { maxLength: 10 }), (batches) => {
        const merged = batches.reduce<IntervalRow[]>((known, batch) => mergeRows(known, rows(...batch)), []);
        expect(offsets(merged)).toEqual([...new Set(batches.flat())].sort((a, b) => a - b));
      }),
    );
  });
});

describe('points', () => {
  it('count per second, also where the server merged several seconds into one', () => {
    const merged = [row(0, { seconds: 5, failed: 10, executions: 50 }), row(5, { seconds: 5, failed: 0, executions: 50 })];
    const points = toPoints(merged, 'open');
    expect(points.map((p) => p.failed)).toEqual([2, 0]);
    expect(points.map((p) => p.achieved)).toEqual([10, 10]);
    expect(points[0]?.x).toBe(2500);
  });

  it('at the end, of fewer seconds than the others, count these alone', () => {
    const [, last] = toPoints([row(0, { seconds: 5, executions: 50 }), row(5, { seconds: 2, executions: 20, failed: 4, dropped: 6, plannedRatePerSecond: 12 })], 'open');
    expect(last).toMatchObject({ achieved: 10, failed: 2, widthMs: 2000, x: 6000 });
    expect(last && missedOf(last, 'open')).toEqual({ kind: 'starts', amount: 3 });
  });

  it('have no latency where nothing succeeded, never 0', () => expect(toPoints([row(0, { latency: null })], 'closed')[0]?.p95).toBeNull());

  it('do not know the load of a tool that cannot tell', () => expect(toPoints([row(0, { users: null })], 'closed')[0]?.achieved).toBeNull());
});

describe('a missed load', () => {
  const open = (second: number, more: Partial<IntervalRow>) => row(second, { plannedUsers: null, plannedRatePerSecond: 20, executions: 20, users: null, ...more });

  it('of an open plan is the starts that were not made, of which tools tell the sum since the start', () => {
    const told = toPoints([open(0, { dropped: 0 }), open(1, { dropped: 12, executions: 3 }), open(2, { dropped: null }), open(3, { dropped: 30 })], 'open');
    expect(told.map((p) => p.dropped)).toEqual([0, 12, 0, 18]);
    // What finishes late was started all the same.
    expect(told.map((p) => missedOf(p, 'open'))).toEqual([null, { kind: 'starts', amount: 12 }, null, { kind: 'starts', amount: 18 }]);
  });
  it('of a tool that tells no starts is what did not finish', () => {
    const told = toPoints([open(0, { dropped: null }), open(1, { dropped: null, executions: 5 })], 'open');
    expect(told.map((p) => missedOf(p, 'open'))).toEqual([null, { kind: 'finished', amount: 15 }]);
  });
  it('of a closed plan is the users that were not there; a part of one is none', () => {
    const told = toPoints([row(0, { users: 5 }), row(1, { users: 3 }), row(2, { plannedUsers: 5.4, users: 5 }), row(3, { users: null })], 'closed');
    expect(told.map((p) => missedOf(p, 'closed'))).toEqual([null, { kind: 'users', amount: 2 }, null, null]);
  });
  it('has its word in the middle of its longest stretch', () => {
    const told = toPoints([5, 3, 5, 3, 3, 1, 5].map((users, second) => row(second, { users })), 'closed');
    expect(missedWord(told, 'closed')).toEqual({ kind: 'users', x: 4500, value: 4 });
    expect(missedWord(told.slice(0, 1), 'closed')).toBeNull();
    expect([missedWord(told.slice(0, 2), 'closed'), missedWord(told.slice(0, 3), 'closed')]).toEqual([null, { kind: 'users', x: 1500, value: 4 }]);
  });
});

const points = (list: readonly IntervalRow[]): Point[] => toPoints(list, 'closed');
const silent = { executions: 0, throughputPerSecond: 0, latency: null };

describe('stalls', () => {
  it('are stretches without an answer between answers', () => {
    expect(stalls(points([row(0), row(1, silent), row(2, silent), row(3), row(4)]))).toEqual([{ fromMs: 1000, toMs: 3000 }]);
  });
  it('are not the time before the first answer, nor the end, nor one slow second', () => {
    expect(stalls(points([row(0, silent), row(1, silent), row(2), row(3, silent), row(4), row(5, silent), row(6, silent)]))).toEqual([]);
  });
  it('are not the seconds that a slow answer of a single user takes, but what is long even for that', () => {
    const one = { executions: 1, throughputPerSecond: 1 };
    const slow = (silentFrom: number, silentTo: number) => points(Array.from({ length: 40 }, (_, i) => row(i, i % 3 === 0 && !(i >= silentFrom && i < silentTo) ? one : silent)));
    expect(stalls(slow(0, 0))).toEqual([]);
    expect(stalls(slow(10, 33))).toEqual([{ fromMs: 10_000, toMs: 33_000 }]);
  });
});

describe('the end of a run', () => {
  const whole = rows(0, 1, 2);
  const offsetsOf = (list: readonly Point[]) => list.map(({ offsetMs }) => offsetMs / 1000);
  const few = { executions: 2, throughputPerSecond: 2 };
  it('has the answers beside the lines that came when the plan was over', () => {
    const { through, apart } = partsOf(points([...whole, row(3, few), row(4, few)]), 3000, true);
    expect([offsetsOf(through), offsetsOf(apart)]).toEqual([[0, 1, 2], [3, 4]]);
  });
  it('that was cut short has its part of a second beside the lines; a slow last one is none, nor is the last one of a run that goes on', () => {
    const cut = points([...whole, row(3, few)]);
    expect(offsetsOf(partsOf(cut, 60_000, true).apart)).toEqual([3]);
    expect(offsetsOf(partsOf(cut, 60_000, false).apart)).toEqual([]);
    expect(offsetsOf(partsOf(points([...whole, row(3, { executions: 8, throughputPerSecond: 8 })]), 60_000, true).apart)).toEqual([]);
    expect(partsOf([], 1, true)).toEqual({ through: [], apart: [] });
  });
  it('of a plan of iterations is where it ends', () => expect(offsetsOf(partsOf(points(whole), null, true).through)).toEqual([0, 1, 2]));
  it('has the names of lines where these end, near the end of the axis there, and of a run that goes on right of now', () => {
    const told = points(whole);
    expect([namesAt(told, 60_000, null), namesAt(told, 3000, null), namesAt(told, 60_000, 3900), namesAt([], 60_000, 0)]).toEqual([3000, undefined, 3900, 0]);
  });
});

describe('what holds for a whole interval', () => {
  const known = (p: Point) => p.achieved;
  const xs = (list: readonly Point[]) => list.map(({ x }) => x);
  it('is drawn from its first edge to its last one', () => {
    expect(xs(toEdges(points(rows(0, 1)), known))).toEqual([0, 500, 1500, 2000]);
    expect(xs(toEdges(points(rows(0)), known))).toEqual([0, 500, 1000]);
    expect(toEdges([], known)).toEqual([]);
  });
  it('stays a dot beside a gap', () => expect(xs(toEdges(points([row(0), row(1, { users: null }), row(2)]), known))).toEqual([500, 1500, 2500]));
});

describe('the latency axis', () => {
  const quiet = Array.from({ length: 40 }, (_, i) => row(i));
  it('shows limits near to what was measured', () => expect(latencyTop(points(quiet), [500])).toBe(600));
  it('is not pressed to the ground by a limit far away', () => expect(latencyTop(points(quiet), [60_000])).toBe(300));
  it('clips a lone spike, and says how high it was', () => {
    const spiky = points([...quiet, row(40, { latency: { p50Ms: 100, p95Ms: 200, p99Ms: 9000 } })]);
    const top = latencyTop(spiky, []);
    expect(top).toBeLessThan(1000);
    expect(clippedPeak(spiky, top)).toEqual({ x: 40_500, value: 9000 });
  });
  it('does not clip what is only somewhat higher', () => expect(latencyTop(points([...quiet, row(40, { latency: { p50Ms: 1, p95Ms: 200, p99Ms: 800 } })]), [])).toBe(800));
  it('has a height before anything was measured', () => expect(latencyTop([], [])).toBeGreaterThan(0));
});

describe('a moment under the pointer', () => {
  it('belongs to the interval that holds it', () => {
    const list = points(rows(0, 1, 2));
    expect(pointAt(list, 1999)?.offsetMs).toBe(1000);
    expect(pointAt(list, 99_000)?.offsetMs).toBe(2000);
    expect(pointAt(list, -5)?.offsetMs).toBe(0);
    expect(pointAt([], 5)).toBeNull();
  });
});

describe('a long table', () => {
  it('is thinned evenly and says so', () => {
    const { points: shown, every } = thinned(points(Array.from({ length: 1000 }, (_, i) => row(i))), 300);
    expect(every).toBe(4);
    expect(shown.length).toBe(250);
  });
});

describe('updates to the screen', () => {
  /** A clock that a test moves. */
  function clock() {
    let now = 0;
    let waiting: { at: number; run: () => void } | null = null;
    return {
      now: () => now,
      after(ms: number, run: () => void) {
        waiting = { at: now + ms, run };
        return () => (waiting = null);
      },
      to(at: number) {
        now = at;
        if (waiting && waiting.at <= now) {
          const { run } = waiting;
          waiting = null;
          run();
        }
      },
      get waits() {
        return waiting !== null;
      },
    };
  }

  it('come at once, then once a period however many changes there are, and the last one is shown', () => {
    const time = clock();
    const shown: number[] = [];
    let value = 0;
    const screen = conflate(1000, () => shown.push(value), time);
    for (let i = 1; i <= 2500; i++) {
      time.to(i);
      value = i;
      screen.changed();
    }
    time.to(4000);
    expect(shown).toEqual([1, 1000, 2000, 2500]);
  });

  it('are published at the end, and nothing is left waiting', () => {
    const time = clock();
    let times = 0;
    const screen = conflate(1000, () => times++, time);
    screen.changed();
    screen.changed();
    screen.flush();
    expect(times).toBe(2);
    expect(time.waits).toBe(false);
    screen.flush();
    expect(times).toBe(2);
    screen.changed();
    screen.stop();
    expect(time.waits).toBe(false);
  });
});
