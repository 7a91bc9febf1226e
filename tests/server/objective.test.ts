import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neededSamples } from '../../server/script/needed.ts';
import { scriptObjective } from '../../server/script/objective.ts';
import type { ResolvedObjective } from '../../server/script/resolve.ts';
import { allowedOf } from '../../server/verdict/judge.ts';

const objective = (more: Partial<ResolvedObjective>): ResolvedObjective => ({ metric: 'latency', statistic: 'p95', comparison: '<', value: 500, requestName: null, during: 'steady', added: false, abortAfterMs: null, ...more });

describe('the first whole microsecond that is slower than the limit', () => {
  test('below 500 ms, 500,000 is slower; at most 500 ms, 500,001', () => {
    expect(scriptObjective(objective({ comparison: '<' })).slowerFromMicros).toBe(500_000);
    expect(scriptObjective(objective({ comparison: '<=' })).slowerFromMicros).toBe(500_001);
  });
  test('whatever a fraction of a millisecond is in binary', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (micros) => {
        const value = micros / 1000;
        expect(scriptObjective(objective({ comparison: '<', value })).slowerFromMicros).toBe(micros);
        expect(scriptObjective(objective({ comparison: '<=', value })).slowerFromMicros).toBe(micros + 1);
      }),
      { examples: [[16_100], [2300], [1001]] },
    );
  });
  test('a limit between two microseconds', () => {
    expect(scriptObjective(objective({ comparison: '<', value: 0.0015 })).slowerFromMicros).toBe(2);
    expect(scriptObjective(objective({ comparison: '<=', value: 0.0015 })).slowerFromMicros).toBe(2);
  });
});

test('shares and limits are whole numbers', () => {
  expect(['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'].map((statistic) => scriptObjective(objective({ statistic: statistic as 'p50' })).perMille)).toEqual([500, 900, 950, 990, 999, 1000, null]);
  expect(scriptObjective(objective({ metric: 'error_ratio', statistic: null, value: 0.01 }))).toMatchObject({ perMille: null, slowerFromMicros: null, limitPpm: 10_000 });
});

describe('samples that a pass needs', () => {
  test('as many as give an upper bound of 95 % at all', () => {
    for (const [statistic, perMille, needed] of [['p50', 500, 5], ['p90', 900, 29], ['p95', 950, 59], ['p99', 990, 299], ['p999', 999, 2995]] as const) {
      expect(neededSamples({ metric: 'latency', statistic, value: 1 })).toBe(needed);
      // The chance that n samples all lie below the percentile falls under 5 % with the last of them.
      expect((perMille / 1000) ** needed).toBeLessThan(0.05);
      expect((perMille / 1000) ** (needed - 1)).toBeGreaterThanOrEqual(0.05);
    }
  });
  test('an error ratio: 3 over the limit', () => {
    expect(neededSamples({ metric: 'error_ratio', statistic: null, value: 0.01 })).toBe(300);
    expect(neededSamples({ metric: 'error_ratio', statistic: null, value: 0 })).toBe(1);
    expect(neededSamples({ metric: 'throughput', statistic: null, value: 5 })).toBeNull();
  });
});

test('what is allowed keeps the ratio, and one more breaks it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom('<' as const, '<=' as const), (n, ppm, comparison) => {
      const scripted = scriptObjective(objective({ metric: 'error_ratio', statistic: null, comparison, value: ppm / 1e6 }));
      const allowed = allowedOf(scripted, n) ?? -1;
      const keeps = (k: number) => (comparison === '<' ? k * 1e6 < ppm * n : k * 1e6 <= ppm * n);
      expect([keeps(allowed), keeps(allowed + 1)]).toEqual([true, false]);
    }),
  );
});
