import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaUntil, durationOf, peakOf } from '../../server/script/load.ts';
import { parsePlan, PRESETS } from '../../server/script/plan.ts';
import { expandPreset } from '../../server/script/presets.ts';
import { resolvePlan } from '../../server/script/resolve.ts';

const stagesOf = (preset: Parameters<typeof expandPreset>[0]) => expandPreset(preset).stages.map((s) => [s.durationMs, s.target]);
const resolved = (preset: object) => {
  const { plan } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:1' }, load: { preset } });
  if (!plan) throw new Error('refused');
  return resolvePlan(plan);
};

describe('each preset in stages', () => {
  test('smoke: 1 user, 5 iterations', () => {
    expect(expandPreset({ key: 'smoke' })).toEqual({ model: 'closed', stages: [{ durationMs: 0, target: 1 }, { durationMs: 60_000, target: 1 }], maxUsers: 1, maxIterations: 5 });
  });
  test('constant: all users from the first second, no way down', () => expect(stagesOf({ key: 'constant', users: 5, durationMs: 20_000 })).toEqual([[0, 5], [20_000, 5]]));
  test('ramp', () => expect(stagesOf({ key: 'ramp', users: 10, durationMs: 10_000 })).toEqual([[2000, 10], [8000, 10]]));
  test('spike: from the base level up and back', () => expect(stagesOf({ key: 'spike', users: 50, durationMs: 100_000 })).toEqual([[0, 10], [40_000, 10], [2000, 50], [16_000, 50], [2000, 10], [40_000, 10]]));
  test('stress: four steps', () => expect(stagesOf({ key: 'stress', users: 100, durationMs: 40_000 }).map(([, users]) => users)).toEqual([25, 25, 50, 50, 75, 75, 100, 100]));
  test('soak', () => expect(stagesOf({ key: 'soak', users: 20, durationMs: 3_600_000 })).toEqual([[72_000, 20], [3_528_000, 20]]));
  test('breakpoint: ten steps', () => expect(expandPreset({ key: 'breakpoint' }).stages).toHaveLength(20));
  test('with a rate it is open, with room for answers of 4 s', () => expect(expandPreset({ key: 'constant', ratePerSecond: 2.5 })).toMatchObject({ model: 'open', maxUsers: 10 }));
});

const presets = fc.record({ key: fc.constantFrom(...PRESETS), durationMs: fc.integer({ min: 1000, max: 86_400_000 }), users: fc.integer({ min: 1, max: 10_000 }) });

test('every preset lasts exactly as long as was asked, reaches its peak and never goes below a user', () => {
  fc.assert(
    fc.property(presets, ({ key, durationMs, users }) => {
      const load = expandPreset({ key, durationMs, users });
      expect(durationOf(load)).toBe(durationMs);
      expect(peakOf(load.stages)).toBe(users);
      expect(load.maxUsers).toBe(users);
      for (const stage of load.stages) {
        expect(Number.isInteger(stage.durationMs)).toBe(true);
        expect(Number.isInteger(stage.target)).toBe(true);
        expect(stage.target).toBeGreaterThanOrEqual(1);
        expect(stage.durationMs).toBeGreaterThanOrEqual(0);
      }
      expect(areaUntil(load, durationMs)).toBeLessThanOrEqual((users * durationMs) / 1000 + 1e-6);
    }),
  );
});

test('in a spike only the base level is steady', () => {
  expect(resolved({ key: 'spike', users: 50, durationMs: 100_000 }).steady).toEqual([[3000, 40_000], [60_000, 100_000]]);
});
test('every preset has a steady part', () => {
  for (const key of PRESETS) expect(resolved({ key }).steady.length, key).toBeGreaterThan(0);
});
