import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import type { StoredRow } from '../../server/metrics/store.ts';
import type { Outcome } from '../../server/samples/sample.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';
import { achievedOf, missedLoad } from '../../server/verdict/missed-load.ts';
import { testPlan } from '../helpers/stored-run.ts';

/** 20/s for 10 s, so 200 starts; 40 in flight at most; steady from 2 s on. */
const open = resolvePlan(testPlan({ load: { open: { stages: [{ durationMs: 0, ratePerSecond: 20 }, { durationMs: 10_000, ratePerSecond: 20 }], maxUsers: 40 } }, requestTimeoutMs: 8000 }));
const closed = resolvePlan(testPlan({ load: { closed: { stages: [{ durationMs: 0, users: 4 }, { durationMs: 10_000, users: 4 }] } } }));

interface Execution {
  readonly startMs: number;
  readonly durationMs: number;
  readonly outcome?: Outcome;
}

/** As a recorder stores them. `users` of each second. */
function rowsOf(plan: ResolvedPlan, executions: readonly Execution[], users: readonly number[] = []): StoredRow[] {
  const collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: [] });
  for (const { startMs, durationMs, outcome = 'ok' } of executions)
    collector.add({ kind: 'request', startMicros: startMs * 1000, name: 'execute', durationMicros: durationMs * 1000, outcome, status: 200, extra: { exec: true } });
  users.forEach((count, second) => void collector.gauge(second, { users: count }));
  return (collector.close(Math.max(collector.end, users.length))?.rows ?? []).map((row) => ({ ...row, sequence: 1, at: new Date(0) }));
}

/** Each 50 ms one; `took` says how long. */
const every50 = (count: number, took: (startMs: number) => number): Execution[] => Array.from({ length: count }, (_, i) => ({ startMs: i * 50, durationMs: took(i * 50) }));
const fast = rowsOf(open, every50(200, () => 20));

/** `started` of the 200, `dropped` of the others. */
function judged(started: number, dropped: number, { rows = fast, healthy = true, plan = open }: { rows?: StoredRow[]; healthy?: boolean; plan?: ResolvedPlan } = {}) {
  const starts = { started, dropped };
  return missedLoad(plan, rows, achievedOf(plan, rows, starts, null), starts, healthy);
}

describe('a load of which 98 % were started', () => {
  test('was reached; of one start less it is asked whose fault that was', () => {
    expect(judged(196, 4)).toBeNull();
    expect(judged(195, 5)?.reason).toBe('target_could_not_hold_load');
  });
});

describe('starts that found all users busy', () => {
  test('were missed by a target that became slow, when the generator kept up', () => {
    expect(judged(140, 60)).toEqual({
      reason: 'target_could_not_hold_load',
      sentence: 'The target could not hold the planned load: 140 of 200 iterations were started. When the others were due, all 40 users were still waiting for answers, and the generator kept up.',
    });
  });
  test('say nothing of the target when the generator did not keep up', () => {
    expect(judged(140, 60, { healthy: false })).toMatchObject({ reason: 'load_missed', sentence: expect.stringContaining('The generator did not keep up') });
  });
  test('nor when others were not even tried', () => {
    expect(judged(140, 10)?.reason).toBe('load_missed');
  });
});

describe('maxUsers', () => {
  test('below rate x p50 of the first seconds cannot make the load, and the number needed is said', () => {
    const slow = rowsOf(open, every50(80, () => 3000));
    expect(judged(100, 100, { rows: slow })).toEqual({
      reason: 'max_users_too_low',
      sentence: 'maxUsers is too low for this load: 20/s at 3000 ms, which half of the first executions took, need at least 60 at once, and 40 were allowed. 100 of 200 iterations were started.',
    });
  });
  test('that are just enough leave it to the target', () => {
    const rows = rowsOf(open, every50(80, () => 2000));
    expect(judged(100, 100, { rows })?.reason).toBe('target_could_not_hold_load');
  });
  test('are held against how fast the target was before it became slow, not after', () => {
    const rows = rowsOf(open, every50(100, (startMs) => (startMs < 2500 ? 20 : 5000)));
    expect(judged(100, 100, { rows })?.reason).toBe('target_could_not_hold_load');
  });
  test('are not too low for a target that had a queue before its steady part began: that grows with the users', () => {
    // It answers 2 in a second, one after the other: what starts at 1 s comes at 10 s.
    const rows = rowsOf(open, every50(40, (startMs) => (startMs / 50 + 1) * 500 - startMs));
    expect(judged(60, 140, { rows })?.reason).toBe('target_could_not_hold_load');
  });
  test('are held against what timeouts took at least', () => {
    const rows = rowsOf(open, every50(80, () => 8000).map((execution) => ({ ...execution, outcome: 'timeout' as const })));
    expect(judged(80, 120, { rows })).toMatchObject({ reason: 'max_users_too_low', sentence: expect.stringContaining('at least 160 at once') });
  });
  test('are held against the highest rate of the plan', () => {
    const plan = resolvePlan(testPlan({ load: { open: { stages: [{ durationMs: 0, ratePerSecond: 5 }, { durationMs: 5000, ratePerSecond: 5 }, { durationMs: 0, ratePerSecond: 35 }, { durationMs: 5000, ratePerSecond: 35 }], maxUsers: 40 } } }));
    expect(judged(150, 50, { plan, rows: rowsOf(plan, every50(50, () => 1500)) })).toMatchObject({ reason: 'max_users_too_low', sentence: expect.stringContaining('35/s at 1500 ms') });
  });
  test('are left out of it where nothing succeeded, nor timed out', () => {
    const rows = rowsOf(open, every50(80, () => 1).map((execution) => ({ ...execution, outcome: 'refused' as const })));
    expect(judged(140, 60, { rows })?.reason).toBe('target_could_not_hold_load');
  });
});

describe('a closed plan', () => {
  const reached = (users: readonly number[], plan = closed, cutAtMs: number | null = null) => achievedOf(plan, rowsOf(plan, [], users), { started: 0, dropped: 0 }, cutAtMs);
  test('is reached in user-seconds, of which it may miss 2 %', () => {
    expect(reached([4, 4, 4, 4, 4, 4, 4, 4, 4, 4])).toEqual({ planned: 40, reached: 40 });
    expect(missedLoad(closed, [], { planned: 100, reached: 98 }, { started: 9, dropped: 0 }, true)).toBeNull();
    expect(missedLoad(closed, [], { planned: 40, reached: 39 }, { started: 9, dropped: 0 }, true)).toEqual({
      reason: 'load_missed',
      sentence: 'The planned load was not reached: 39 of 40 user-seconds. A user that waits for an answer is there all the same, so slow answers are not the reason.',
    });
  });
  test('is held against the level at the moment at which users are counted, also in a ramp', () => {
    const ramp = resolvePlan(testPlan({ load: { closed: { stages: [{ durationMs: 5000, users: 10 }, { durationMs: 5000, users: 0 }] } } }));
    // Users come and go at once: as many as the level at 0.98 s, 1.98 s ..., rounded up.
    expect(reached([2, 4, 6, 8, 10, 9, 7, 5, 3, 1], ramp)).toMatchObject({ reached: 55, planned: expect.closeTo(50, 5) });
  });
  test('of seconds that nobody told of is asked nothing', () => {
    expect(reached([])).toBeNull();
    expect(reached([4, 4])).toEqual({ planned: 8, reached: 8 });
  });
  test('that was ended early had only to reach what was planned until then', () => {
    expect(reached([4, 4, 4, 4, 1], closed, 4300)).toEqual({ planned: 16, reached: 16 });
  });
  test('with a number of iterations missed those that its time was too short for', () => {
    const smoke = resolvePlan(testPlan({ load: { preset: { key: 'smoke' } } }));
    const starts = { started: 3, dropped: 0 };
    expect(missedLoad(smoke, [], achievedOf(smoke, [], starts, null), starts, true)).toEqual({
      reason: 'load_missed',
      sentence: 'The time of the plan was over before all its iterations were started: 3 of 5 iterations were started. Give it more time; the target may be too slow for it.',
    });
  });
});

test('an open plan that was ended early had only to start what was planned until then', () => {
  expect(achievedOf(open, [], { started: 70, dropped: 0 }, 4000)).toEqual({ planned: 80, reached: 70 });
});
