import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Collector, phaseAt } from '../../server/metrics/collector.ts';
import { fold } from '../../server/metrics/fold.ts';
import type { Batch, IntervalRow } from '../../server/metrics/interval.ts';
import type { SampleExtra, SampleLine } from '../../server/samples/sample.ts';
import { OUTCOMES } from '../../server/samples/sample.ts';
import { fewFailures, p95Below } from '../helpers/bundle.ts';

const plan = { steady: [[2000, 8000]] as const, warmUpMs: 2000, objectives: [p95Below(500), fewFailures] };
const request = (startMicros: number, durationMicros = 1000, outcome: (typeof OUTCOMES)[number] = 'ok', extra: SampleExtra = { exec: true }, name = 'execute'): SampleLine => ({
  kind: 'request', startMicros, name, durationMicros, outcome, status: 200, extra,
});
const gauge = (atMicros: number, more: Partial<Extract<SampleLine, { kind: 'gauge' }>> = {}): SampleLine => ({ kind: 'gauge', atMicros, users: 5, inFlight: 1, iterationsStarted: 7, dropped: 0, lagMs: 1, ...more });
const rowsOf = (batch: Batch | null): readonly IntervalRow[] => batch?.rows ?? [];
const total = (row: IntervalRow) => Object.values(row.counts).reduce((sum, count) => sum + count, 0);

describe('a sample', () => {
  test('stands in the second in which it ended and in the phase in which it started', () => {
    const collector = new Collector(plan);
    collector.add(request(1_900_000, 400_000));
    expect(rowsOf(collector.close(3)).filter((row) => total(row) > 0).map((r) => [r.kind, r.name, r.second, r.phase])).toEqual([['request', 'execute', 2, 'warm_up'], ['execution', '', 2, 'warm_up']]);
  });
  test('is an execution only when it says so, or on a line of its own', () => {
    const collector = new Collector(plan);
    collector.add(request(0, 1000, 'ok', {}, 'poll'));
    collector.add({ kind: 'execution', startMicros: 0, durationMicros: 900_000, outcome: 'ok' });
    const counted = rowsOf(collector.close(1)).filter((row) => total(row) > 0);
    expect(counted.map((r) => [r.kind, r.name, r.latency?.maxMicros])).toEqual([['request', 'poll', 1000], ['execution', '', 900_000]]);
  });
  test('that failed has no latency, and the first detail of its class is kept', () => {
    const collector = new Collector(plan);
    collector.add(request(0, 5000, 'http_5xx', { exec: true, detail: 'first\0\ud800' }));
    collector.add(request(0, 5000, 'http_5xx', { exec: true, detail: 'second' }));
    const row = rowsOf(collector.close(1)).find((r) => r.kind === 'request');
    expect(row).toMatchObject({ counts: { http_5xx: 2 }, latency: null, examples: { http_5xx: 'first\ufffd\ufffd' }, slower: [0, 0] });
  });
  test('of one name too many is counted under `other`; a name that is judged keeps its own count, however late it comes', () => {
    const collector = new Collector({ ...plan, objectives: [{ ...p95Below(500), requestName: 'judged' }] });
    for (let i = 0; i < 100_000; i++) collector.add(request(0, 1000, 'ok', {}, `/users/${i}`));
    collector.add(request(0, 1000, 'ok', {}, 'judged'));
    const rows = rowsOf(collector.close(1)).filter((row) => row.kind === 'request');
    expect(rows).toHaveLength(201);
    expect(rows.filter(({ name }) => name === 'other' || name === 'judged').map((row) => [row.name, total(row)])).toEqual([['other', 100_000 - 199], ['judged', 1]]);
    expect(collector.folded).toBe(100_000 - 199);
  });
  test('slower than an objective, or without an answer in time, counts against it', () => {
    const collector = new Collector(plan);
    for (const [duration, outcome] of [[499_999, 'ok'], [500_000, 'ok'], [1000, 'timeout'], [900_000, 'http_5xx']] as const) collector.add(request(2_000_000, duration, outcome));
    expect(fold(rowsOf(collector.close(3))).executions('steady').slower).toEqual([2, 0]);
  });
  test('that opened a connection is counted', () => {
    const collector = new Collector(plan);
    collector.add(request(0, 1000, 'ok', { connectMicros: 300 }));
    collector.add(request(0, 1000, 'ok', {}));
    expect(fold(rowsOf(collector.close(1))).requests('whole').newConnections).toBe(1);
  });
});

describe('a closed second', () => {
  test('has a whole-run row even when nothing finished, so that a stall is seen', () => {
    const collector = new Collector(plan);
    collector.add(request(0));
    collector.add(gauge(2_500_000, { inFlight: 9 }));
    const rows = rowsOf(collector.close(3));
    expect(rows.filter((r) => r.kind === 'execution').map((r) => [r.second, r.phase, total(r)])).toEqual([[0, 'warm_up', 1], [1, 'warm_up', 0], [2, 'steady', 0]]);
    expect(rows.find((r) => r.second === 2)?.gauges).toMatchObject({ inFlight: 9 });
  });
  test('keeps the last value of each gauge and the worst lateness', () => {
    const collector = new Collector(plan);
    collector.add(gauge(100_000, { users: 1, lagMs: 40 }));
    collector.add(gauge(900_000, { users: 2, inFlight: null, lagMs: 3 }));
    collector.gauge(0, { cpuRatio: 0.5, memoryBytes: 1 });
    expect(rowsOf(collector.close(1))[0]?.gauges).toEqual({ users: 2, inFlight: 1, iterationsStarted: 7, dropped: 0, lagMs: 40, cpuRatio: 0.5, memoryBytes: 1 });
  });
  test('without anything new gives no batch', () => {
    const collector = new Collector(plan);
    expect(collector.close(0)).toBeNull();
    expect(collector.close(1)?.sequence).toBe(1);
    expect(collector.close(1)).toBeNull();
    expect(collector.close(2)?.sequence).toBe(2);
  });
});

describe('a line that comes late', () => {
  test('opens a further row of its second, under the next sequence', () => {
    const collector = new Collector(plan);
    collector.add(request(100_000));
    collector.close(2);
    collector.add(request(200_000, 2000));
    const late = collector.close(3);
    expect(late?.sequence).toBe(2);
    expect(rowsOf(late).filter((r) => r.second === 0)).toMatchObject([{ kind: 'request', counts: { ok: 1 } }, { kind: 'execution', counts: { ok: 1 }, gauges: null }]);
  });
  test('with a gauge is kept too: it is late because the generator stalled', () => {
    const collector = new Collector(plan);
    collector.close(2);
    collector.add(gauge(1_000_000, { lagMs: 900 }));
    const rows = rowsOf(collector.close(3)).filter((r) => r.second === 1);
    expect(rows).toMatchObject([{ kind: 'execution', counts: {}, gauges: { lagMs: 900 } }]);
  });
});

const samples = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ start: fc.integer({ min: 0, max: 9_000_000 }), duration: fc.integer({ min: 0, max: 2_000_000 }), outcome: fc.constantFrom(...OUTCOMES), exec: fc.boolean(), name: fc.constantFrom('execute', 'poll') }) },
    { weight: 1, arbitrary: fc.record({ close: fc.integer({ min: 0, max: 12 }) }) },
    { weight: 1, arbitrary: fc.record({ gaugeAt: fc.integer({ min: 0, max: 9_000_000 }) }) },
  ),
  { maxLength: 60 },
);

test('whenever seconds are closed: nothing is lost, nothing counted twice, sequences have no gap, keys no double', () => {
  fc.assert(
    fc.property(samples, (events) => {
      const [collector, all] = [new Collector(plan), new Collector(plan)];
      const batches: Batch[] = [];
      const lagged = new Set<number>();
      let requests = 0;
      let executions = 0;
      for (const event of events) {
        if ('close' in event) {
          const batch = collector.close(event.close);
          if (batch) batches.push(batch);
        } else if ('gaugeAt' in event) {
          collector.add(gauge(event.gaugeAt, { lagMs: 5 }));
          lagged.add(Math.floor(event.gaugeAt / 1e6));
        } else {
          const line = request(event.start, event.duration, event.outcome, event.exec ? { exec: true } : {}, event.name);
          collector.add(line);
          all.add(line);
          requests += 1;
          if (event.exec) executions += 1;
        }
      }
      const last = collector.close(Math.max(collector.end, 12));
      if (last) batches.push(last);

      expect(batches.map((b) => b.sequence)).toEqual(batches.map((_, i) => i + 1));
      const rows = batches.flatMap((b) => b.rows);
      const folded = fold(rows);
      expect([folded.requests('whole').total, folded.executions('whole').total]).toEqual([requests, executions]);
      const once = fold(rowsOf(all.close(Math.max(all.end, 12))));
      for (const during of ['whole', 'steady'] as const) {
        expect(folded.executions(during).counts).toEqual(once.executions(during).counts);
        expect(folded.executions(during).slower).toEqual(once.executions(during).slower);
        const { count, sumMicros, maxMicros } = once.requests(during, 'poll').latency;
        expect(folded.requests(during, 'poll').latency).toMatchObject({ count, sumMicros, maxMicros });
      }
      for (const batch of batches) {
        const keys = batch.rows.map((r) => `${r.second} ${r.phase} ${r.kind} ${r.name} ${r.shard}`);
        expect(new Set(keys).size).toBe(keys.length);
      }
      const seconds = new Set(rows.filter((r) => r.kind === 'execution').map((r) => r.second));
      for (let second = 0; second < 12; second++) expect(seconds.has(second)).toBe(true);
      expect(new Set(rows.filter((r) => r.gauges?.lagMs === 5).map((r) => r.second))).toEqual(lagged);
    }),
  );
});

test('phases: warm-up before it is over, steady in a window, ramp elsewhere', () => {
  expect([0, 1999, 2000, 7999, 8000].map((at) => phaseAt(plan, at))).toEqual(['warm_up', 'warm_up', 'steady', 'steady', 'ramp']);
  expect(phaseAt({ steady: [], warmUpMs: 0 }, 0)).toBe('ramp');
});
