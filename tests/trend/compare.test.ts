/** One run with one: from interval rows to an outcome, by length, and whatever a run may bring. */
import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '../../server/metrics/histogram.ts';
import type { IntervalRow } from '../../server/metrics/interval.ts';
import { autocorrelationTime, sharedBetween } from '../../server/trend/autocorrelation.ts';
import { cut, runValue } from '../../server/trend/blocks.ts';
import { type Change, isUnfit, type Measure, type Unfit } from '../../server/trend/change.ts';
import { compareErrors } from '../../server/trend/errors.ts';
import { compareRuns } from '../../server/trend/compare.ts';
import { blockLength, timed } from '../../server/trend/level.ts';
import { noiseBetween } from '../../server/trend/noise.ts';
import { type Steady, type SteadySource, steadyOf } from '../../server/trend/steady.ts';
import { tQuantile } from '../../server/verdict/distributions.ts';
import { LEAST, randomFrom, type Simulated, simulatedRows, simulatedRun } from '../helpers/simulated.ts';

const p50: Measure = { metric: 'latency', statistic: 'p50' };
const p95: Measure = { metric: 'latency', statistic: 'p95' };
const p999: Measure = { metric: 'latency', statistic: 'p999' };
const throughput: Measure = { metric: 'throughput' };
const ALL = [p50, p95, throughput];
const LITTLE_NOISE = [100, 100.1, 99.9, 100.2, 99.8, 100];

const run = (seed: number, plan: Partial<Simulated> = {}) => simulatedRun(randomFrom(seed), { seconds: 200, ...plan });
function called(compared: Change | Unfit): Change {
  if (isUnfit(compared)) throw new Error(compared.reason);
  return compared;
}
function steadyFrom(source: Omit<SteadySource, 'least'>): Steady {
  const steady = steadyOf({ ...source, least: LEAST });
  if (isUnfit(steady)) throw new Error(steady.reason);
  return steady;
}

const row = (second: number, durationsMs: readonly number[], more: Partial<IntervalRow> = {}): IntervalRow => {
  const latency = new LatencyHistogram();
  for (const ms of durationsMs) latency.record(Math.round(ms * 1000));
  return { second, phase: 'steady', kind: 'execution', name: '', shard: 0, counts: durationsMs.length > 0 ? { ok: durationsMs.length } : {}, latency: latency.stored(), slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: null, ...more };
};
/** 200 s, 20 executions in each; every second takes a little longer than the one before, up to 7. */
const rows = (factor = 1, seconds = 200) => Array.from({ length: seconds }, (_, second) => row(second, Array.from({ length: 20 }, (__, i) => factor * (100 + ((second * 5) % 7) + i))));
const steady: SteadySource['steady'] = [[0, 200_000]];

describe('the steady part of a run', () => {
  test('is the same made of rows as of samples', () => {
    const [made, sampled] = [simulatedRun(randomFrom(9), { seconds: 100 }), steadyFrom({ rows: simulatedRows(randomFrom(9), { seconds: 100 }), steady: [[0, 100_000]] })];
    for (const measure of ALL) expect(runValue(sampled, measure)).toEqual(runValue(made, measure));
  });

  test('takes what started in it, also what ended later, and nothing else', () => {
    const other = [row(9, [1], { phase: 'warm_up' }), row(15, [1], { kind: 'request', name: 'execute' }), row(31, [700])];
    const { whole, ms, windows } = steadyFrom({ rows: [...rows().slice(10, 30), ...other], steady: [[9500, 30_200]] });
    expect({ total: whole.total, ms, slowest: whole.latency.maxMicros, head: windows[0]?.headMs, tail: windows[0]?.tailMs }).toEqual({ total: 20 * 20 + 1, ms: 20_700, slowest: 700_000, head: 500, tail: 200 });
  });

  test('is cut into blocks of equal length, none shorter than asked and none across two windows', () => {
    const blocks = cut(steadyFrom({ rows: rows(), steady: [[0, 47_000], [60_000, 95_000], [100_000, 104_000]] }), 10);
    expect(blocks.map(({ ms }) => ms)).toEqual([12_000, 12_000, 11_000, 12_000, 12_000, 11_000, 12_000]);
    expect(blocks[0]?.total).toBe(240);
  });

  test('is summed up whichever way its rows come: in shards, late, in any order', () => {
    const halves = rows().flatMap(({ second }) => [row(second, [100, 110], { shard: 1 }), row(second, [120], { shard: 0 })]);
    const { whole } = steadyFrom({ rows: halves.toReversed(), steady });
    expect(whole.total).toBe(600);
  });
});

describe('values hang together', () => {
  test('for as long as a series of first order with that memory does', () => {
    const { normal } = randomFrom(4);
    let value = 0;
    const series = Array.from({ length: 20_000 }, () => (value = 0.8 * value + normal()));
    expect(autocorrelationTime(series)).toBeGreaterThan(4);
    expect(autocorrelationTime(series)).toBeLessThan(5);
    expect(autocorrelationTime(series.map(normal))).toBeLessThan(0.6);
  });
  test('and blocks of them still share something: less, the longer they are', () => {
    const shared = [1, 10, 100, 1000].map((length) => sharedBetween(4.5, length));
    expect(shared[0]).toBeCloseTo(9);
    expect(shared[1]).toBeCloseTo(1.66, 1);
    expect(shared[3]).toBeCloseTo(1, 1);
    expect(sharedBetween(0.5, 10)).toBe(1);
  });
  test('in longer blocks when that asks for it, up to the twelfth part of a run', () => {
    const slow = steadyFrom({ rows: Array.from({ length: 600 }, (_, second) => row(second, Array.from({ length: 20 }, (__, i) => 100 + 40 * Math.sin(second / 12) + i))), steady: [[0, 600_000]] });
    expect(blockLength([timed(slow, p95)], p95)).toBeGreaterThan(10);
    expect(blockLength([timed(slow, p95)], p95)).toBeLessThanOrEqual(50);
    expect(blockLength([timed(steadyFrom({ rows: rows(), steady }), p95)], p95)).toBe(10);
  });
});

describe('noise between runs', () => {
  test('is measured on five or more, else assumed, and an assumption is worth no more than five runs', () => {
    expect(noiseBetween([100, 101, 99, 100])).toEqual({ ratio: 0.05, variance: 0.05 ** 2, freedom: 4, runs: null });
    expect(noiseBetween([100, 110, 90, 100, Number.NaN])).toMatchObject({ runs: null });
    expect(noiseBetween([100, 110, 90, 100, 105])).toMatchObject({ runs: 5, freedom: 4, ratio: expect.closeTo(0.074, 2) });
  });
  test('widens an interval, and moves the limit of a median', () => {
    const [one, other] = [run(1), run(2)];
    const [little, assumed, much] = [LITTLE_NOISE, [], [100, 130, 80, 110, 90]].map((history) => called(compareRuns(one, other, p50, history)));
    const width = (change: Change | undefined) => (change ? change.high - change.low : 0);
    expect(width(little)).toBeLessThan(width(assumed));
    expect(width(assumed)).toBeLessThan(width(much));
    expect([little?.limit, assumed?.limit]).toEqual([0.05, 0.1]);
    expect(much?.limit).toBeGreaterThan(0.3);
  });
  test('that was measured has what is within runs in it, and is worth no more than the runs that told it', () => {
    const history = [100, 130, 80, 110, 90];
    const { variance, freedom } = noiseBetween(history);
    const { low, high } = called(compareRuns(run(1), run(2), p95, history));
    expect(Math.log1p(high) - Math.log1p(low)).toBeCloseTo(2 * tQuantile(0.95, freedom) * Math.sqrt(2 * variance), 10);
  });
});

describe('a comparison', () => {
  test('tells what it compared, how sure it is, and what it could have shown', () => {
    const change = called(compareRuns(run(1), run(2, { factor: 2 }), p95));
    expect(change).toMatchObject({ outcome: 'REGRESSION', method: 'blocks', confidence: 0.9, limit: 0.1, noise: { ratio: 0.05, runs: null }, repeats: null, reason: null });
    expect(change.low).toBeGreaterThan(0.1);
    expect(change.change).toBeCloseTo(1, 0);
    expect(change.current / change.baseline - 1).toBeCloseTo(change.change, 1);
    expect(change.visibleFrom).toBeGreaterThan(0.1);
    expect(change.calledFrom).toBeGreaterThan(change.visibleFrom ?? 0);
    // With the change that it calls at least it would have been called.
    const at = (factor: number) => called(compareRuns(run(1), run(1, { factor }), p95)).outcome;
    const { calledFrom } = called(compareRuns(run(1), run(1), p95));
    expect([at(1 + (calledFrom ?? 0) + 0.005), at(1 + (calledFrom ?? 0) - 0.005)]).toEqual(['REGRESSION', 'UNCLEAR']);
  });

  test('is the same in both directions', () => {
    const [slower, faster] = [called(compareRuns(run(1), run(2, { factor: 1.8 }), p95)), called(compareRuns(run(2, { factor: 1.8 }), run(1), p95))];
    expect([slower.outcome, faster.outcome]).toEqual(['REGRESSION', 'IMPROVEMENT']);
    expect((1 + slower.low) * (1 + faster.high)).toBeCloseTo(1, 9);
  });

  test('calls less throughput a REGRESSION, more of it an IMPROVEMENT, and as much SAME', () => {
    const [many, few] = [run(1), run(2, { rate: 30 })];
    const outcome = (one: Steady, other: Steady) => called(compareRuns(one, other, throughput, LITTLE_NOISE)).outcome;
    expect([outcome(many, few), outcome(few, many), outcome(many, run(3))]).toEqual(['REGRESSION', 'IMPROVEMENT', 'SAME']);
    expect(called(compareRuns(many, few, throughput, LITTLE_NOISE)).visibleFrom).toBeLessThan(0);
  });

  test('that is UNCLEAR says how often to repeat', () => expect(called(compareRuns(run(1), run(2, { factor: 1.2 }), p95))).toMatchObject({ outcome: 'UNCLEAR', repeats: expect.any(Number), reason: null }));

  test('of a steady part under 200 s shows a regression only, and says so; under 60 s nothing', () => {
    const short = (seed: number, factor: number, seconds = 120) => run(seed, { seconds, factor });
    expect(called(compareRuns(short(1, 1), short(2, 2), p95)).outcome).toBe('REGRESSION');
    expect(called(compareRuns(short(1, 2), short(2, 1), p95))).toMatchObject({ outcome: 'UNCLEAR', reason: expect.stringContaining('shorter than 200 s') });
    expect(called(compareRuns(short(1, 2, 200), short(2, 1, 200), p95)).outcome).toBe('IMPROVEMENT');
    expect(compareRuns(short(1, 1, 59), short(2, 2, 200), p95)).toMatchObject({ code: 'too_short', repeats: 6, reason: expect.stringContaining('59 s') });
    expect(called(compareRuns(short(1, 1, 60), short(2, 3, 60), p50)).outcome).toBe('REGRESSION');
  });

  test('with timeouts among the slowest of twenty knows the run to be slower, never to be the same or faster', () => {
    const timingOut = steadyFrom({ rows: rows().map((each) => ({ ...each, counts: { ok: 20, timeout: 3 } })), steady });
    const well = steadyFrom({ rows: rows(), steady });
    const slow = steadyFrom({ rows: rows(1000), steady });
    expect(called(compareRuns(well, timingOut, p95, LITTLE_NOISE)).outcome).toBe('REGRESSION');
    expect(called(compareRuns(slow, timingOut, p95, LITTLE_NOISE))).toMatchObject({ outcome: 'UNCLEAR', reason: expect.stringContaining('no end in time') });
    expect(called(compareRuns(timingOut, well, p95, LITTLE_NOISE)).outcome).toBe('IMPROVEMENT');
    expect(called(compareRuns(timingOut, timingOut, p50, LITTLE_NOISE)).outcome).toBe('SAME');
  });
});

describe('nothing is said, and why, of', () => {
  const good = steadyFrom({ rows: rows(), steady });
  const source = (changed: (each: IntervalRow) => IntervalRow) => steadyOf({ rows: rows().map(changed), steady, least: LEAST });
  const broken = (latency: object) => source((each) => (each.second === 50 && each.latency ? { ...each, latency: { ...each.latency, ...latency } } : each));

  test.each([
    ['no steady part', steadyOf({ rows: rows(), steady: [], least: LEAST }), 'no_steady_part'],
    ['a steady part of less than a second', steadyOf({ rows: rows(), steady: [[100, 900]], least: LEAST }), 'no_steady_part'],
    ['no rows', steadyOf({ rows: [], steady, least: LEAST }), 'no_samples'],
    ['a duration that is NaN', broken({ minMicros: Number.NaN }), 'bad_values'],
    ['a duration without end', broken({ maxMicros: Number.POSITIVE_INFINITY }), 'bad_values'],
    ['a negative duration', broken({ minMicros: -5 }), 'bad_values'],
    ['a histogram that is none', broken({ histogram: 'AAAA' }), 'bad_values'],
    ['counts that contradict each other', broken({ count: 7 }), 'bad_values'],
    ['a negative count', source((each) => ({ ...each, counts: { ...each.counts, timeout: -1 } })), 'bad_values'],
  ])('%s', (_name, steadyPart, code) => expect(steadyPart).toMatchObject({ outcome: null, code, reason: expect.stringMatching(/\.$/) }));

  test('a run in which nothing succeeded: only its errors can be compared', () => {
    const failed = steadyFrom({ rows: rows().map((each) => ({ ...each, counts: { http_5xx: 20 }, latency: null })), steady });
    expect(ALL.map((measure) => compareRuns(good, failed, measure))).toMatchObject([{ code: 'too_few_samples' }, { code: 'too_few_samples' }, { code: 'no_success' }]);
    expect(called(compareErrors([good], [failed]))).toMatchObject({ outcome: 'REGRESSION', change: 1, high: expect.closeTo(1, 2) });
  });

  test('a run in which nothing succeeded for a while: its throughput can be compared', () => {
    const stalled = steadyFrom({ rows: rows().map((each) => (each.second >= 60 && each.second < 100 ? { ...each, counts: { http_5xx: 20 }, latency: null } : each)), steady });
    expect(compareRuns(good, stalled, p95)).toMatchObject({ code: 'block_without_success' });
    expect(called(compareRuns(good, stalled, throughput, LITTLE_NOISE)).change).toBeCloseTo(-0.2, 2);
  });

  test('values that never differ, where runs never did either', () => {
    const constant = steadyFrom({ rows: rows().map(({ second }) => row(second, new Array<number>(20).fill(100))), steady });
    const never = [100, 100, 100, 100, 100];
    expect([p50, throughput].map((measure) => compareRuns(constant, constant, measure, never))).toMatchObject([{ code: 'no_variance' }, { code: 'no_variance' }]);
    expect(called(compareRuns(constant, constant, p50)).outcome).toBe('UNCLEAR');
  });

  test('one block, few samples, and a run that only drifts', () => {
    const one = steadyFrom({ rows: rows(), steady: [[0, 70_000], [80_000, 84_000], [90_000, 94_000]] });
    expect(compareRuns(one, one, p999)).toMatchObject({ code: 'too_few_samples' });
    const parts = steadyFrom({ rows: rows(), steady: Array.from({ length: 20 }, (_, i) => [i * 10_000, i * 10_000 + 4000] as const) });
    expect(compareRuns(parts, parts, p95)).toMatchObject({ code: 'too_few_blocks', reason: expect.stringContaining('0 blocks') });
    const drift = steadyFrom({ rows: rows().map(({ second }) => row(second, Array.from({ length: 20 }, (_, i) => 100 + second * 3 + i))), steady });
    expect(compareRuns(drift, drift, p95)).toMatchObject({ code: 'too_few_blocks', reason: expect.stringContaining('drifting') });
  });

  test('anything at all: no number of a result is NaN', () => {
    const odd = [good, run(1, { rate: 5 }), run(2, { seconds: 60 }), steadyFrom({ rows: [row(3, [0, 0, 0])], steady }), steadyFrom({ rows: rows(1e9), steady }), steadyFrom({ rows: rows().map((each) => ({ ...each, counts: { timeout: 9 }, latency: null })), steady })];
    for (const one of odd)
      for (const other of odd)
        for (const compared of [...[...ALL, p999].flatMap((measure) => [[], LITTLE_NOISE, [Number.NaN, -1, 0, 1, 2]].map((history) => compareRuns(one, other, measure, history))), compareErrors([one], [other]), compareErrors([one, other], [one])])
          for (const value of Object.values(compared)) if (typeof value === 'number') expect(value, JSON.stringify(compared)).not.toBeNaN();
  }, 60_000);
});
