import { describe, expect, test } from 'vitest';
import { parsePlan } from '../../server/script/plan.ts';
import { plannedCurve, stagesText } from '../../server/script/preview.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';

const resolved = (load: object, more: object = {}): ResolvedPlan => {
  const { plan, problems } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load, ...more });
  if (!plan) throw new Error(JSON.stringify(problems));
  return resolvePlan(plan);
};

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
