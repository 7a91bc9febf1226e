import { describe, expect, test } from 'vitest';
import { parsePlan } from '../../server/script/plan.ts';
import { canJudge, plannedCurve, stagesText } from '../../server/script/preview.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';

const resolved = (load: object, more: object = {}): ResolvedPlan => {
  const { plan, problems } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load, ...more });
  if (!plan) throw new Error(JSON.stringify(problems));
  return resolvePlan(plan);
};
const p99 = { objectives: [{ metric: 'latency', statistic: 'p99', comparison: '<', value: 500 }] };

describe('the planned curve', () => {
  test('has a point where the level bends, two where it jumps', () => {
    const { load } = resolved({ closed: { stages: [{ durationMs: 1000, users: 10 }, { durationMs: 2000, users: 10 }, { durationMs: 0, users: 4 }, { durationMs: 1000, users: 4 }] } });
    expect(plannedCurve(load).map((p) => [p.offsetMs, p.users])).toEqual([[0, 0], [1000, 10], [3000, 10], [3000, 4], [4000, 4]]);
  });
  test('speaks of rates in the open model', () => {
    expect(plannedCurve(resolved({ preset: { key: 'constant', ratePerSecond: 10, durationMs: 20_000 } }).load)).toEqual([{ offsetMs: 0, users: null, ratePerSecond: 10 }, { offsetMs: 20_000, users: null, ratePerSecond: 10 }]);
  });
});

test('a preset is told as stages that could be sent back', () => {
  const text = stagesText(resolved({ preset: { key: 'ramp', users: 10, durationMs: 10_000 } })) as { stages: object[] };
  expect(text).toEqual({ model: 'closed', maxUsers: 10, maxIterations: null, warmUpMs: 2000, steady: [[2000, 10_000]], stages: [{ durationMs: 2000, users: 10 }, { durationMs: 8000, users: 10 }] });
  expect(resolved({ closed: { stages: text.stages } }).load.stages).toEqual(resolved({ preset: { key: 'ramp', users: 10, durationMs: 10_000 } }).load.stages);
});

describe('what can be judged', () => {
  test('enough samples of an open plan', () => {
    const [judgeable] = canJudge(resolved({ preset: { key: 'constant', ratePerSecond: 20, durationMs: 60_000 } }, p99));
    expect(judgeable).toEqual({ objective: 0, expected: 1140, needed: 299, sentence: 'Can be judged: 1,140 executions, 299 needed.' });
  });
  test('too few: it says how long it would take', () => {
    const [judgeable] = canJudge(resolved({ preset: { key: 'constant', ratePerSecond: 2, durationMs: 20_000 } }, p99));
    expect(judgeable).toMatchObject({ expected: 34, needed: 299, sentence: 'Cannot pass: 34 executions, 299 needed; at this rate that takes 150 s.' });
  });
  test('a closed plan: the target decides', () => {
    expect(canJudge(resolved({ preset: { key: 'constant' } }, p99))[0]).toMatchObject({ expected: null, sentence: expect.stringContaining("the target's speed") });
  });
  test('no steady part', () => {
    expect(canJudge(resolved({ closed: { stages: [{ durationMs: 10_000, users: 5 }] } }, p99))[0]).toMatchObject({ sentence: expect.stringContaining('Cannot be judged') });
  });
  test('the added error objective', () => {
    expect(canJudge(resolved({ preset: { key: 'constant' } })).at(-1)).toMatchObject({ objective: 0, sentence: 'Passes when nothing failed.' });
  });
  test('a smoke test has five', () => expect(canJudge(resolved({ preset: { key: 'smoke' } }, p99))[0]).toMatchObject({ expected: 5, needed: 299 }));
  test('the longest plan at the highest rate is still a number of the API', () => {
    const most = { open: { stages: [{ durationMs: 0, ratePerSecond: 100_000 }, { durationMs: 86_400_000, ratePerSecond: 100_000 }], maxUsers: 100_000 } };
    expect(canJudge(resolved(most, p99))[0]?.expected).toBe(2 ** 31 - 1);
  });
});
