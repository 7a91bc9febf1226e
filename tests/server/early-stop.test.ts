import { expect, test } from 'vitest';
import { newWatch } from '../../server/verdict/watch.ts';
import { LEAST_IN_WINDOW } from '../../server/script/early-stop.ts';
import { warningsOf } from '../../server/script/generate.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { testPlan } from '../helpers/stored-run.ts';

const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 500 };
const planOf = (objective: object, load: object, more: object = {}) => resolvePlan(testPlan({ load, objectives: [objective], ...more }));
const said = (...args: Parameters<typeof planOf>) => warningsOf(planOf(...args));
/** 20 s, of which the first 3 s are warm-up: 16 s in a row are over before the last one is. */
const rate = (ratePerSecond: number) => ({ preset: { key: 'constant', ratePerSecond, durationMs: 20_000 } });
const users = { preset: { key: 'constant', users: 2, durationMs: 20_000 } };

test('a window that is longer than what can be looked at before the end can never stop the test', () => {
  const never = (seconds: number, most: number) => [`p95 of executions can never stop the test: it is judged over ${seconds} s of the steady part, of which at most ${most} s in a row are over before the end.`];
  expect(said({ ...p95, abortAfterMs: 60_000 }, users)).toEqual(never(60, 16));
  expect(said({ ...p95, abortAfterMs: 16_001 }, users)).toEqual(never(17, 16));
  expect(said({ ...p95, abortAfterMs: 16_000 }, users)).toEqual([]);
  const steps = { closed: { stages: [{ durationMs: 10_000, users: 5 }, { durationMs: 6500, users: 5 }, { durationMs: 5000, users: 10 }, { durationMs: 9000, users: 10 }, { durationMs: 3000, users: 0 }] } };
  expect(said({ ...p95, abortAfterMs: 8000 }, steps)).toEqual([]);
  expect(said({ ...p95, abortAfterMs: 9000 }, steps)).toEqual(never(9, 8));
  expect(said({ ...p95, abortAfterMs: 1000 }, { closed: { stages: [{ durationMs: 10_000, users: 5 }] } })[0]).toBe('The plan has no stage that holds its level after the warm-up, so latency will not be judged.');
});

test('a rate at which its window holds fewer than 20 samples is told, with the window that would do', () => {
  expect(said({ ...p95, abortAfterMs: 5000 }, rate(2))).toEqual(['p95 of executions will hardly stop the test: that takes 20 executions in 5 s, and the plan starts 10. Judged over 10 s it can.']);
  expect(said({ ...p95, abortAfterMs: 5000 }, rate(0.5))).toEqual(['p95 of executions will hardly stop the test: that takes 20 executions in 5 s, and the plan starts 2.5.']);
  expect(said({ ...p95, abortAfterMs: 10_000 }, rate(2))).toEqual([]);
  expect(said({ ...p95, requestName: 'execute', abortAfterMs: 5000 }, rate(2))[0]).toMatch(/^p95 of "execute" requests will hardly/);
  expect(said({ metric: 'checks_ratio', comparison: '>=', value: 0.99, abortAfterMs: 5000 }, rate(2), { checks: [{ name: 'a', path: '/a', equals: '1' }, { name: 'b', path: '/b', equals: '1' }] })).toEqual([]);
});

test('so is a plan of fewer than 20 iterations', () => {
  expect(said({ ...p95, abortAfterMs: 1000 }, { preset: { key: 'smoke' } }).join()).toContain('can never stop the test');
});

test('where the speed of the target decides, or nothing is to be stopped, nothing is said', () => {
  expect(said({ ...p95, abortAfterMs: 1000 }, users)).toEqual([]);
  expect(said(p95, rate(1))).toEqual([]);
});

test('a window is looked at from as many samples on', () => {
  const brokenWith = (n: number) => {
    const watch = newWatch(planOf({ metric: 'error_ratio', comparison: '<', value: 0.01, abortAfterMs: 1000 }, users));
    const row = { shard: 0, second: 5, phase: 'steady', kind: 'execution', name: '', counts: { http_5xx: n }, latency: null, slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: null } as const;
    return watch?.brokenAt({ sequence: 1, rows: [row] }, 6) ?? null;
  };
  expect([brokenWith(LEAST_IN_WINDOW - 1), brokenWith(LEAST_IN_WINDOW)?.n]).toEqual([null, LEAST_IN_WINDOW]);
});
