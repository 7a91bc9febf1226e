import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '../../server/metrics/histogram.ts';
import type { IntervalRow } from '../../server/metrics/interval.ts';
import { type ShardLine, ShardLines, written } from '../../server/run/shard/lines.ts';

const latencyOf = (count: number) => {
  const latency = new LatencyHistogram();
  for (let i = 1; i <= count; i++) latency.record(1 + Math.floor((i * 7919) % 60_000_000));
  return latency.stored();
};
const row: IntervalRow = { second: 17, phase: 'steady', kind: 'request', name: 'exécute "x"', shard: 3, counts: { ok: 20, http_5xx: 1 }, latency: latencyOf(20), slower: [2, 0], newConnections: 1, checksPassed: 4, checksFailed: 1, examples: { http_5xx: 'Ärger\u2028\n' }, gauges: null };
const news = { iterationsStarted: 5, iterationsDropped: 0, iterationsInterrupted: 1, inFlightAtEnd: null, linesUnreadable: 0, linesLost: 0, durationMs: 17_000.5, latenessP99Ms: 0.25, requestsFolded: 0, clockStepMs: null };
const lines: readonly ShardLine[] = [
  { kind: 'waiting', shard: 3, clockMs: 1_700_000_000_000 },
  { kind: 'begin', shard: 3, clockMs: 1_700_000_000_000, startedAt: 1_700_000_001_000.25, toolVersion: '2.47.0', isolation: 'a container', cores: 2 },
  { kind: 'interval', shard: 3, seq: 1, row },
  { kind: 'interval', shard: 3, seq: 2, row: { ...row, kind: 'execution', name: '', latency: null, counts: {}, examples: {}, gauges: { users: 3, inFlight: null, iterationsStarted: 4, dropped: 0, lagMs: 0.5, cpuRatio: null, memoryBytes: 1e8 } } },
  { kind: 'closed', shard: 3, seq: 3, until: 18 },
  { kind: 'log', shard: 3, lines: ['"quoted"', 'ünï 🎈'] },
  { kind: 'end', shard: 3, seq: 3, ending: { cause: 'planned_end', message: 'The plan ran to its end.', exitCode: 0 }, news, totals: { request: { ok: 20 }, execution: {} } },
];

describe('a line of a shard', () => {
  for (const line of lines)
    test(`is read as it was written: ${line.kind}${line.kind === 'interval' ? ` of ${line.row.kind}s` : ''}`, () => {
      const [text, ...others] = written(line, 1);
      expect(others).toEqual([]);
      expect(text).toMatch(/^[ -~]*$/);
      expect(new ShardLines().read(text ?? '')).toEqual(line);
    });

  test('that would be cut on its way goes in pieces, and is put together from them in any order', () => {
    const long: ShardLine = { kind: 'log', shard: 3, lines: Array.from({ length: 30 }, (_, i) => `${i} "\\ü🎈`.repeat(60)) };
    const pieces = written(long, 4);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece.length).toBeLessThan(12_001);
    const reader = new ShardLines();
    const read = [...pieces].reverse().map((piece) => reader.read(piece));
    expect(read.slice(0, -1).every((one) => one === null)).toBe(true);
    expect(read.at(-1)).toEqual(long);
  });

  test('is never taken for one where something else is printed', () => {
    const reader = new ShardLines();
    for (const text of ['', 'Downloading image ...', '{"kind":"end"}', '["interval"]', '["end",3,1,{}]', '["part",3,1,0,2,"half"]', 'null', '[]']) expect(reader.read(text)).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => void expect(reader.read(text)).toBeNull()));
    fc.assert(fc.property(fc.json(), (text) => void expect(reader.read(text)).toBeNull()));
  });
});
