import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { fold } from '../../server/metrics/fold.ts';
import type { Gauges, IntervalRow } from '../../server/metrics/interval.ts';
import { Merger } from '../../server/metrics/merger.ts';
import { OUTCOMES, type SampleLine } from '../../server/samples/sample.ts';
import { fewFailures, p95Below } from '../helpers/bundle.ts';

const plan = { steady: [[2000, 8000]] as const, warmUpMs: 2000, objectives: [p95Below(500), fewFailures] };
const gauges = (more: Partial<Gauges> = {}): Gauges => ({ users: 5, inFlight: 1, iterationsStarted: 7, dropped: 0, lagMs: 1, cpuRatio: 0.2, memoryBytes: 1e6, ...more });
const row = (second: number, more: Partial<IntervalRow> = {}): IntervalRow => ({ second, phase: 'steady', kind: 'execution', name: '', shard: 0, counts: { ok: 1 }, latency: null, slower: [0], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: null, ...more });
const request = (startMicros: number, durationMicros: number, outcome: (typeof OUTCOMES)[number]): SampleLine => ({ kind: 'request', startMicros, name: 'execute', durationMicros, outcome, status: 200, extra: { exec: true } });

test('samples that were parted among shards come to the same as by one collector', () => {
  const sample = fc.tuple(fc.nat({ max: 9_999_999 }), fc.nat({ max: 900_000 }), fc.constantFrom(...OUTCOMES), fc.nat({ max: 4 }));
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 200 }), (samples) => {
      const alone = new Collector(plan);
      const shards = Array.from({ length: 5 }, () => new Collector(plan));
      for (const [at, duration, outcome, shard] of samples) for (const collector of [alone, shards[shard]]) collector?.add(request(at, duration, outcome));
      const merger = new Merger();
      shards.forEach((collector, shard) => {
        for (const one of collector.close(12)?.rows ?? []) merger.add(shard, one);
      });
      const [one, many] = [fold(alone.close(12)?.rows ?? []), fold(merger.close(12)?.rows ?? [])];
      for (const during of ['steady', 'whole'] as const)
        for (const of of ['executions', 'requests'] as const) {
          const [a, b] = [one[of](during), many[of](during)];
          expect({ ...b, latency: b.latency.stored() }).toEqual({ ...a, latency: a.latency.stored() });
        }
    }),
    { numRuns: 50 },
  );
});

describe('the gauges of a second', () => {
  test('are of all generators together: users and starts are added, and the worst of what each suffers', () => {
    const merger = new Merger();
    merger.add(0, row(3, { gauges: gauges({ users: 4, lagMs: 2, cpuRatio: 0.9, memoryBytes: 3 }) }));
    merger.add(1, row(3, { gauges: gauges({ users: 3, lagMs: 40, cpuRatio: 0.1, memoryBytes: 5, inFlight: null }) }));
    const [merged] = merger.close(4)?.rows ?? [];
    expect(merged?.gauges).toEqual({ users: 7, inFlight: 1, iterationsStarted: 14, dropped: 0, lagMs: 40, cpuRatio: 0.9, memoryBytes: 5 });
    expect(merged?.counts).toEqual({ ok: 2 });
  });
  test('stand with what comes late, too: the later row replaces what was told of the second', () => {
    const merger = new Merger();
    merger.add(0, row(3, { gauges: gauges({ users: 4 }) }));
    expect(merger.close(4)?.rows.map((one) => one.gauges?.users)).toEqual([4]);
    merger.add(1, row(3, { gauges: gauges({ users: 3 }), counts: { ok: 6 } }));
    const late = merger.close(5);
    expect(late).toMatchObject({ sequence: 2, rows: [{ second: 3, counts: { ok: 6 }, gauges: { users: 7 } }] });
  });
  test('are not kept for ever: what comes minutes after its second was closed brings its own only', () => {
    const merger = new Merger();
    merger.add(0, row(3, { gauges: gauges({ users: 4 }) }));
    merger.close(4);
    merger.add(0, row(124, { gauges: gauges({ users: 4 }) }));
    merger.close(125);
    merger.add(1, row(3, { gauges: gauges({ users: 3 }) }));
    merger.add(1, row(124, { gauges: gauges({ users: 3 }) }));
    expect(merger.close(126)?.rows.map(({ second, gauges: of }) => [second, of?.users])).toEqual([[3, 3], [124, 7]]);
  });
  test('of a phase that is not the second\'s own are with nobody', () => {
    const merger = new Merger();
    merger.add(0, row(2, { phase: 'warm_up' }));
    merger.add(0, row(2, { gauges: gauges() }));
    expect(merger.close(3)?.rows.map(({ phase, gauges: of }) => [phase, of !== null])).toEqual([['warm_up', false], ['steady', true]]);
  });
});

test('a second is given out once it is closed, and nothing comes of nothing', () => {
  const merger = new Merger();
  merger.add(0, row(5));
  expect(merger.close(5)).toBeNull();
  expect(merger.end).toBe(6);
  expect(merger.close(6)).toMatchObject({ sequence: 1, rows: [{ second: 5 }] });
  expect(merger.close(7)).toBeNull();
});
