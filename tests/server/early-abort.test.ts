import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { earlyAbortOf } from '../../server/run/early-abort.ts';
import { scriptObjective } from '../../server/script/objective.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';
import { testPlan } from '../helpers/stored-run.ts';

const LATENCY = { metric: 'latency', statistic: 'p95', comparison: '<', value: 500, abortAfterMs: 2000 };
const planOf = (objective: object): ResolvedPlan => resolvePlan(testPlan({ objectives: [objective] }));

/** Two seconds before `until`, with 40 executions of which so many were bad. */
function over(plan: ResolvedPlan, until: number, bad: number, more: { failed?: boolean; isOver?: boolean } = {}) {
  const collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: plan.objectives.map(scriptObjective) });
  const endMicros = until * 1e6 - 500_000;
  for (let i = 0; i < 40; i++) {
    const durationMicros = i < bad && !more.failed ? 700_000 : 1000;
    collector.add({ kind: 'execution', startMicros: endMicros - durationMicros, durationMicros, outcome: i < bad && more.failed ? 'http_5xx' : 'ok' });
  }
  return earlyAbortOf(plan)(collector.close(until), until, more.isOver ?? false);
}

describe('an objective that is broken over its window ends the load', () => {
  test('and it is said what was measured, what may be, and when', () => {
    expect(over(planOf(LATENCY), 8, 31)).toEqual({ objective: 0, message: 'The load was ended: p95 < 500 ms of executions: 31 of 40 were slower where 2 may be, from 0:06 to 0:08.' });
    expect(over(planOf(LATENCY), 8, 2)).toBeNull();
  });
  test('so it does for failures, of which none may be', () => {
    const none = { metric: 'error_ratio', comparison: '<=', value: 0, abortAfterMs: 2000 };
    expect(over(planOf(none), 8, 3, { failed: true })?.message).toMatch(/^The load was ended: error ratio <= 0 % of executions: 3 of 40 failed where none may, from 0:06 to 0:08\.$/);
  });
  test('not when the load is over already: the plan has come to its end, or the tool has told its last line', () => {
    const plan = planOf(LATENCY);
    expect(plan.durationMs).toBe(10_000);
    expect(over(plan, 9, 31)).not.toBeNull();
    expect(over(plan, 10, 31)).toBeNull();
    expect(over(plan, 9, 31, { isOver: true })).toBeNull();
  });
  test('late in a long plan the hours are told, too', () => {
    const plan = resolvePlan(testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: 7_200_000 } }, objectives: [LATENCY] }));
    expect(over(plan, 3725, 31)?.message).toMatch(/from 1:02:03 to 1:02:05\.$/);
  });
});
