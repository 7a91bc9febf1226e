import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { type Fold, fold } from '../../server/metrics/fold.ts';
import { LatencyHistogram } from '../../server/metrics/histogram.ts';
import { type EndFacts, failuresOf, latencyOf, requestSummaries, summaryOf } from '../../server/metrics/summary.ts';
import type { Outcome } from '../../server/samples/sample.ts';

const latencies = (micros: readonly number[]) => {
  const histogram = new LatencyHistogram();
  for (const value of micros) histogram.record(value);
  return histogram;
};
const end: EndFacts = { iterationsStarted: 0, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0 };
/** What a timeout is at least. */
const least = (requestTimeoutMs: number) => ({ requestTimeoutMs, polling: null });
const PER_MILLE = { p50Ms: 500, p90Ms: 900, p95Ms: 950, p99Ms: 990, p999Ms: 999 } as const;

describe('percentiles', () => {
  test('are nearest ranks: the ceil(p * n)-th of the sorted values, within 0.1 %', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000_000 }), { minLength: 1, maxLength: 400 }), (micros) => {
        const sorted = [...micros].sort((a, b) => a - b);
        const latency = latencyOf({ latency: latencies(micros), counts: { ok: micros.length } }, least(30_000), 0);
        expect(latency).toMatchObject({ count: micros.length, censored: 0, atLeast: [], minMs: (sorted[0] ?? 0) / 1000, maxMs: (sorted.at(-1) ?? 0) / 1000 });
        for (const [field, perMille] of Object.entries(PER_MILLE) as [keyof typeof PER_MILLE, number][]) {
          const truthMs = (sorted[Math.ceil((perMille * micros.length) / 1000) - 1] ?? Number.NaN) / 1000;
          expect(latency?.[field]).toBeGreaterThanOrEqual(truthMs);
          expect(latency?.[field]).toBeLessThanOrEqual(truthMs * 1.001 + 0.001);
        }
        expect(latency?.meanMs).toBeCloseTo(micros.reduce((a, b) => a + b, 0) / micros.length / 1000, 6);
      }),
    );
  });
  test('of nothing are null', () => expect(latencyOf({ latency: latencies([]), counts: { http_5xx: 3 } }, least(30_000), 0)).toBeNull());
});

describe('what timed out, or was in flight at the end', () => {
  test('is slower than all others: ranks that fall into it read "at least" the timeout', () => {
    const micros = Array.from({ length: 90 }, () => 10_000);
    const latency = latencyOf({ latency: latencies(micros), counts: { ok: 90, timeout: 10 } }, least(2000), 0);
    expect(latency).toMatchObject({ count: 100, censored: 10, minMs: 10, p50Ms: 10, p90Ms: 10, p95Ms: 2000, p99Ms: 2000, p999Ms: 2000, maxMs: 2000 });
    expect([...(latency?.atLeast ?? [])].sort()).toEqual(['maxMs', 'meanMs', 'p95Ms', 'p999Ms', 'p99Ms']);
  });
  test('in flight alone, it is at least as slow as the slowest answer', () => {
    expect(latencyOf({ latency: latencies([5000]), counts: { ok: 1 } }, least(30_000), 1)).toMatchObject({ count: 2, censored: 1, p50Ms: 5, p99Ms: 5, maxMs: 5, atLeast: expect.arrayContaining(['p99Ms', 'maxMs']) });
  });
  test('when there is nothing else, every field says so', () => {
    expect(latencyOf({ latency: latencies([]), counts: { timeout: 3 } }, least(2000), 0)).toMatchObject({
      count: 3, censored: 3, minMs: 2000, meanMs: 2000, p50Ms: 2000, maxMs: 2000, atLeast: expect.arrayContaining(['minMs', 'p50Ms', 'meanMs', 'maxMs']),
    });
  });
  test('counts in the mean with the least that it took, in flight with nothing', () => {
    const tally = { latency: latencies([100_000, 5_000_000]), counts: { ok: 2, timeout: 1, poll_deadline: 1 } };
    expect(latencyOf(tally, { requestTimeoutMs: 2000, polling: { deadlineMs: 3000 } }, 1)?.meanMs).toBe((100 + 5000 + 2000 + 3000) / 5);
  });
  test('never makes a percentile smaller', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 1, maxLength: 60 }), fc.nat({ max: 30 }), fc.nat({ max: 30 }), (micros, timeouts, inFlight) => {
        const without = latencyOf({ latency: latencies(micros), counts: { ok: micros.length } }, least(2000), 0);
        const withThem = latencyOf({ latency: latencies(micros), counts: { ok: micros.length, timeout: timeouts } }, least(2000), inFlight);
        for (const field of Object.keys(PER_MILLE) as (keyof typeof PER_MILLE)[]) expect(withThem?.[field]).toBeGreaterThanOrEqual(without?.[field] ?? 0);
      }),
    );
  });
});

describe('a summary', () => {
  const folded = (...samples: [startMs: number, durationMs: number, outcome: Outcome][]): Fold => {
    const collector = new Collector({ steady: [[1000, 4000]], warmUpMs: 1000, objectives: [] });
    for (const [start, duration, outcome] of samples) collector.add({ kind: 'request', startMicros: start * 1000, name: 'execute', durationMicros: duration * 1000, outcome, status: 200, extra: { exec: true, detail: `${outcome} at ${start}` } });
    return fold(collector.close(5)?.rows ?? []);
  };
  test('counts throughput by successes, and rates by the length of the part', () => {
    const run = folded([0, 10, 'ok'], [1000, 10, 'ok'], [2000, 10, 'http_5xx'], [3000, 10, 'ok']);
    expect(summaryOf(run, 'whole', 4000, least(1000), end)).toMatchObject({ executions: 4, failedExecutions: 1, errorRatio: 0.25, throughputPerSecond: 0.75, requests: 4, failedRequests: 1, requestRatePerSecond: 1, durationMs: 4000 });
    expect(summaryOf(run, 'steady', 3000, least(1000), end)).toMatchObject({ executions: 3, failedExecutions: 1, throughputPerSecond: 2 / 3 });
  });
  test('without executions has no error ratio and no latency, and divides by nothing', () => {
    expect(summaryOf(folded(), 'steady', 0, least(1000), end)).toMatchObject({ executions: 0, errorRatio: null, latency: null, throughputPerSecond: 0, requestRatePerSecond: 0 });
  });
  test('in flight at the end counts for the whole run, not for the steady part', () => {
    const run = folded([2000, 10, 'ok']);
    const facts = { ...end, iterationsInterrupted: 4, inFlightAtEnd: 4 };
    expect(summaryOf(run, 'whole', 4000, least(1000), facts).latency).toMatchObject({ count: 5, censored: 4 });
    expect(summaryOf(run, 'steady', 3000, least(1000), facts).latency).toMatchObject({ count: 1, censored: 0 });
  });
  test('failures by class, most frequent first, each with an example', () => {
    const run = folded([0, 10, 'timeout'], [100, 10, 'reset'], [200, 10, 'reset'], [300, 10, 'ok']);
    expect(failuresOf(run.executions('whole'))).toEqual([{ class: 'reset', count: 2, example: 'reset at 100' }, { class: 'timeout', count: 1, example: 'timeout at 0' }]);
    expect(requestSummaries(run, 'whole', least(1000))).toMatchObject([{ name: 'execute', requests: 4, failed: 3, errorRatio: 0.75, latency: { count: 2, censored: 1 } }]);
  });
});
