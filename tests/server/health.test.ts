import { describe, expect, test } from 'vitest';
import type { Phase } from '../../server/samples/sample.ts';
import { healthOf, type Measured } from '../../server/run/health.ts';

interface Second {
  readonly cpu?: number | null;
  readonly lag?: number | null;
  readonly memory?: number | null;
  readonly phase?: Phase;
}

const rowsOf = (seconds: readonly Second[], from = 1): Measured['rows'] =>
  seconds.map(({ cpu = 0.1, lag = 1, memory = 1000, phase = 'steady' }, i) => ({
    second: from + i,
    phase,
    gauges: { users: 5, inFlight: 0, iterationsStarted: 0, dropped: 0, lagMs: lag, cpuRatio: cpu, memoryBytes: memory },
  }));
const seconds = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second);
const health = (rows: Measured['rows'], more: Partial<Measured> = {}) => healthOf({ plan: { steady: [[1000, 60_000]] }, rows, p50Ms: 20, startsLateP99Ms: null, cores: 1, ...more });

const HELPS = 'What helps: close other programs on its machine, ask for less load, or give it a machine of its own.';

describe('CPU', () => {
  test('of 80 % of the cores that the tool can use is too much, whatever the machine has', () => {
    expect(health(rowsOf(seconds(5, { cpu: 0.79 }))).unhealthy).toEqual([]);
    expect(health(rowsOf(seconds(5, { cpu: 0.8 }))).unhealthy).toEqual([`The generator used 80 % of the one core that it can use, and less than 80 % is accepted: it may have been the slow part itself. ${HELPS}`]);
    expect(health(rowsOf(seconds(5, { cpu: 3.1 })), { cores: 4 }).unhealthy).toEqual([]);
    expect(health(rowsOf(seconds(5, { cpu: 3.3 })), { cores: 4 }).unhealthy).toEqual([`The generator used 83 % of the 4 cores that it can use, and less than 80 % is accepted: it may have been the slow part itself. ${HELPS}`]);
  });
  test('is that of the steady part: a tool that was busy while it got ready has kept up', () => {
    const busy = [...rowsOf(seconds(3, { cpu: 1, phase: 'warm_up' }), 0), ...rowsOf(seconds(4, { cpu: 0.2 }), 3)];
    expect(health(busy)).toMatchObject({ cpuRatio: 0.2, unhealthy: [] });
  });
  test('is never that of the first second, also where no warm-up was planned, nor what nobody told', () => {
    expect(health(rowsOf([{ cpu: 1, lag: 300 }, { cpu: 0.2 }, { cpu: null }], 0))).toMatchObject({ cpuRatio: 0.2, unhealthy: [] });
    expect(health(rowsOf(seconds(1, { cpu: 1 }), 0))).toMatchObject({ cpuRatio: null, unhealthy: [] });
  });
  test('of a plan without a steady part is that of all the rest', () => {
    expect(health(rowsOf(seconds(4, { cpu: 0.9, phase: 'ramp' })), { plan: { steady: [] } }).unhealthy).toHaveLength(1);
  });
});

describe('lateness', () => {
  test('is that of the starts, where each is known', () => {
    expect(health(rowsOf(seconds(5, { lag: 90 })), { startsLateP99Ms: 9.9 })).toMatchObject({ latenessP99Ms: 9.9, unhealthy: [] });
    expect(health(rowsOf(seconds(5, { lag: 1 })), { startsLateP99Ms: 11.2 }).unhealthy).toEqual([
      `The generator was late by 11 ms (p99), and up to 10 ms is accepted: what was measured may be its own slowness. ${HELPS}`,
    ]);
  });
  test('reads as more than what is accepted, however little more it is', () => {
    const late = (startsLateP99Ms: number, p50Ms = 20) => /late by (.+) \(p99\), and up to (.+) is accepted/.exec(health(rowsOf([]), { startsLateP99Ms, p50Ms }).unhealthy[0] ?? '')?.slice(1);
    expect(late(10.4)).toEqual(['10.4 ms', '10 ms']);
    expect(late(10.004)).toEqual(['10.004 ms', '10 ms']);
    expect(late(10.6)).toEqual(['11 ms', '10 ms']);
    expect(late(12.49, 249)).toEqual(['12.5 ms', '12 ms']);
    expect(late(12.6, 251)).toEqual(['13 ms', '12 ms']);
    expect(late(10.0001)).toEqual(['more than 10 ms', '10 ms']);
  });
  test('may be 5 % of the median: against 5 s a quarter of a second is nothing', () => {
    expect(health(rowsOf([]), { startsLateP99Ms: 240, p50Ms: 5000 }).unhealthy).toEqual([]);
    expect(health(rowsOf([]), { startsLateP99Ms: 260, p50Ms: 5000 }).unhealthy).toHaveLength(1);
    expect(health(rowsOf([]), { startsLateP99Ms: 11, p50Ms: null }).unhealthy).toHaveLength(1);
  });
  test('of a scheduler is that of its quieter seconds, not of those in which the whole machine stood still', () => {
    expect(health(rowsOf([{ lag: 3 }, { lag: 900 }, { lag: 4 }, { lag: 5 }, { lag: 2 }]))).toMatchObject({ latenessP99Ms: 3, unhealthy: [] });
    expect(health(rowsOf([{ lag: 200 }, { lag: 3 }, { lag: 180 }, { lag: 220 }, { lag: 190 }]))).toMatchObject({ latenessP99Ms: 180, unhealthy: [expect.any(String)] });
  });
  test('that nobody told makes no generator unhealthy', () => {
    expect(health(rowsOf(seconds(3, { lag: null, cpu: null, memory: null })))).toEqual({ cpuRatio: null, memoryBytes: null, latenessP99Ms: null, unhealthy: [] });
  });
});

test('memory is the most that was held, at whatever time', () => {
  expect(health([...rowsOf([{ memory: 500, phase: 'warm_up' }], 0), ...rowsOf([{ memory: 300 }, { memory: 400 }])]).memoryBytes).toBe(500);
});

test('of several generators the strain is that of the worst of them, whatever their seconds say together', () => {
  const together = rowsOf(seconds(20, { cpu: 0.9, lag: 500 }));
  expect(health(together).unhealthy).toHaveLength(2);
  expect(health(together, { strain: { cpuRatio: 0.4, lagMs: 3 } })).toMatchObject({ cpuRatio: 0.4, latenessP99Ms: 3, unhealthy: [] });
  expect(health(rowsOf(seconds(20, {})), { strain: { cpuRatio: 0.9, lagMs: 500 } }).unhealthy).toHaveLength(2);
});
