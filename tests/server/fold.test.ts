import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { Fold, fold, type Tally } from '../../server/metrics/fold.ts';
import type { IntervalRow } from '../../server/metrics/interval.ts';
import { isCensored, OUTCOMES } from '../../server/samples/sample.ts';
import { p95Below } from '../helpers/bundle.ts';

const sample = fc.record({
  name: fc.constantFrom('execute', 'poll', 'login'),
  start: fc.integer({ min: 0, max: 9_000_000 }),
  duration: fc.integer({ min: 0, max: 3_000_000 }),
  outcome: fc.oneof(fc.constant('ok' as const), fc.constantFrom(...OUTCOMES)),
  exec: fc.boolean(),
  connected: fc.boolean(),
});
type Sample = typeof sample extends fc.Arbitrary<infer T> ? T : never;

function rowsOf(samples: readonly Sample[]): readonly IntervalRow[] {
  const collector = new Collector({ steady: [[2000, 8000]], warmUpMs: 2000, objectives: [p95Below(500)] });
  for (const { name, start, duration, outcome, exec, connected } of samples)
    collector.add({ kind: 'request', startMicros: start, name, durationMicros: duration, outcome, status: 200, extra: { ...(exec ? { exec } : {}), ...(connected ? { connectMicros: 1 } : {}) } });
  return collector.close(collector.end)?.rows ?? [];
}

const facts = ({ total, failed, counts, slower, newConnections, latency }: Tally) => ({
  total, failed, counts, slower, newConnections, latency: [latency.count, latency.sumMicros, latency.minMicros, latency.maxMicros],
  ranks: Array.from({ length: latency.count }, (_, i) => latency.atRank(i + 1)),
});
const all = (folded: Fold) =>
  (['whole', 'steady'] as const).flatMap((during) => [folded.executions(during), folded.requests(during), ...['execute', 'poll', 'login'].map((name) => folded.requests(during, name))].map(facts));

test('however rows are split, and in whatever order they come, the totals are those of all of them', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 40 }), fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), (samples, order) => {
      const whole = fold(rowsOf(samples));
      // Samples that arrive in batches make other rows than samples that arrive at once.
      const parts = [0, 1, 2].flatMap((part) => rowsOf(samples.filter((_, i) => (order[i] ?? 0) % 3 === part)));
      const shuffled = parts.map((row, i) => [order[i % order.length] ?? 0, row] as const).sort(([a], [b]) => a - b);
      expect(all(fold(shuffled.map(([, row]) => row)))).toEqual(all(whole));
    }),
  );
});

test('totals are those of the samples', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 60 }), (samples) => {
      const folded = fold(rowsOf(samples));
      const steady = samples.filter((s) => s.start >= 2_000_000 && s.start < 8_000_000);
      for (const [during, list] of [['whole', samples], ['steady', steady]] as const) {
        const executions = list.filter((s) => s.exec);
        expect(folded.executions(during)).toMatchObject({ total: executions.length, failed: executions.filter((s) => s.outcome !== 'ok').length });
        expect(folded.requests(during)).toMatchObject({ total: list.length, newConnections: list.filter((s) => s.connected).length });
        expect(folded.requests(during, 'poll').total).toBe(list.filter((s) => s.name === 'poll').length);
        const against = executions.filter((s) => isCensored(s.outcome) || (s.outcome === 'ok' && s.duration >= 500_000)).length;
        expect(folded.executions(during).slower[0] ?? 0).toBe(against);
      }
    }),
  );
});

describe('requests and executions', () => {
  test('are never summed', () => {
    const folded = fold(rowsOf([{ name: 'execute', start: 0, duration: 1, outcome: 'ok', exec: true, connected: false }, { name: 'poll', start: 0, duration: 1, outcome: 'ok', exec: false, connected: false }]));
    expect([folded.executions('whole').total, folded.requests('whole').total, folded.requests('whole', 'execute').total]).toEqual([1, 2, 1]);
    expect(folded.names).toEqual(['execute', 'poll']);
  });
  test('of nothing are nothing', () => {
    expect(new Fold().executions('steady')).toMatchObject({ total: 0, failed: 0, counts: {} });
    expect(fold([]).names).toEqual([]);
  });
});
