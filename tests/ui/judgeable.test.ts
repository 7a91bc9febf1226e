/** What a load comes to for who judges it, told before it is run. */
import { describe, expect, it } from 'vitest';
import { neededSamples } from '../../server/script/needed.ts';
import { about, executionsJudged, executionsThatFit, executionsFor, percentilesOf, thinkMsOf } from '../../ui/src/lib/plan/judgeable.ts';
import type { PlannedStages } from '../../ui/src/lib/plan/preview.svelte.ts';

const open: PlannedStages = { model: 'open', maxUsers: 40, maxIterations: null, warmUpMs: 10_000, steady: [[10_000, 70_000]], stages: [{ durationMs: 10_000, ratePerSecond: 5 }, { durationMs: 60_000, ratePerSecond: 5 }] };
const closed: PlannedStages = { ...open, model: 'closed', stages: [{ durationMs: 10_000, users: 5 }, { durationMs: 60_000, users: 5 }] };

describe('executions', () => {
  it('of an open load are known in its steady part; of users, how fast the target answers decides', () => {
    expect(executionsJudged(open)).toBe(300);
    expect(executionsJudged(closed)).toBeNull();
    expect(executionsJudged({ ...closed, maxIterations: 5 })).toBe(5);
  });

  it('that fit follow from how long one took, with the time to think', () => {
    expect(executionsThatFit(closed, { meanMs: 200 }, 0)).toEqual({ whole: 1625, steady: 1500 });
    expect(executionsThatFit(closed, { meanMs: 200 }, thinkMsOf({ thinkTime: { minMs: 500, maxMs: 1100 } } as never))).toEqual({ whole: 325, steady: 300 });
    expect(executionsThatFit({ ...closed, maxIterations: 5 }, { meanMs: 200 }, 0)).toEqual({ whole: 5, steady: 5 });
  });

  it('are told with two digits', () => expect([1625, 9, 12_345].map(about)).toEqual([1600, 9, 12_000]));
});

describe('percentiles', () => {
  it('can be judged from as many executions on as the server asks for', () => {
    for (const percentile of ['p50', 'p90', 'p95', 'p99', 'p999'] as const) {
      const needed = executionsFor(percentile);
      expect(needed).toBe(neededSamples({ metric: 'latency', statistic: percentile, value: 500 }));
      expect(percentilesOf(needed).highest).toBe(percentile);
      expect(percentilesOf(needed - 1).next).toBe(percentile);
    }
  });

  it('are all of them, or none', () => {
    expect(percentilesOf(1e6)).toEqual({ highest: 'p999', next: null });
    expect(percentilesOf(0)).toEqual({ highest: null, next: 'p50' });
  });
});
