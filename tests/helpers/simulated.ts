/**
 * Runs as a real target makes them, without one: 40 executions per second, lognormal around 1 ms (on logs it is all the same, and short histograms are fast), a level that wanders over seconds (AR(1): 8 %,
 * 0.8 from one to the next), pauses of garbage collection, and a level of the whole run that differs from run to run by `noise`.
 */
import { Collector } from '../../server/metrics/collector.ts';
import { LatencyHistogram } from '../../server/metrics/histogram.ts';
import type { IntervalRow } from '../../server/metrics/interval.ts';
import { endedIn, Second } from '../../server/trend/seconds.ts';
import type { Steady } from '../../server/trend/steady.ts';
import { seeded } from './seeded.ts';

const MEDIAN_MS = 1;
const SPREAD = 0.4;
const WANDER = 0.08;
const KEPT = 0.8;
const RATE = 40;
/** One second in twelve has a pause: a fifth of what is under way then waits for it. */
const PAUSES = 1 / 12;
const PAUSED = 0.2;
const PAUSE_MS = 1.2;

export const LEAST = { requestTimeoutMs: 30_000, polling: null };

export interface Simulated {
  readonly seconds: number;
  /** Between runs: standard deviation of the log of the level. */
  readonly noise?: number;
  /** 1.3: everything takes 30 % longer. */
  readonly factor?: number;
  readonly rate?: number;
  /** Of executions; failures come in bursts of some seconds. */
  readonly errorRatio?: number;
}

export interface Random {
  uniform(): number;
  normal(): number;
}

export function randomFrom(seed: number): Random {
  const uniform = seeded(seed);
  // Box and Muller.
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

/** Of each second of a run: what moves its level, and whether there is a pause. Shared by what runs inside it. */
function weather({ uniform, normal }: Random, { seconds, noise = 0 }: Simulated): { readonly level: number; readonly isPaused: boolean }[] {
  const run = noise * normal();
  let wander = WANDER * normal();
  return Array.from({ length: seconds }, () => {
    wander = KEPT * wander + Math.sqrt(1 - KEPT ** 2) * WANDER * normal();
    return { level: Math.exp(run + wander), isPaused: uniform() < PAUSES };
  });
}

/** Microseconds of each execution of each second. `split`: iterations alternate, the second half takes `factor` as long. */
function durations(random: Random, plan: Simulated, split: boolean): number[][][] {
  const { rate = RATE, factor = 1 } = plan;
  return weather(random, plan).map(({ level, isPaused }) => {
    const sides: number[][] = [[], []];
    for (let i = 0; i < rate; i++) {
      const side = split ? i % 2 : 0;
      const times = split && side === 0 ? 1 : factor;
      const pauseMs = isPaused && random.uniform() < PAUSED ? PAUSE_MS * random.uniform() : 0;
      sides[side]?.push(Math.round((MEDIAN_MS * level * Math.exp(SPREAD * random.normal()) + pauseMs) * times * 1000));
    }
    return sides;
  });
}

/** As `steadyOf` makes it of rows, without the rows: most of the time would go into packing histograms. */
export function simulatedRun(random: Random, plan: Simulated): Steady {
  const failures = burstsOf(random, plan);
  return steadyFrom(durations(random, plan, false).map(([all = []]) => all), failures);
}

/** A and B of one run. */
export function simulatedAB(random: Random, plan: Simulated): [Steady, Steady] {
  const both = durations(random, plan, true);
  return [steadyFrom(both.map(([a = []]) => a)), steadyFrom(both.map(([, b = []]) => b))];
}

function steadyFrom(all: readonly (readonly number[])[], failures: readonly number[] = []): Steady {
  const whole = new LatencyHistogram();
  const seconds = all.map((durations, i) => {
    const latency = new LatencyHistogram();
    const failed = Math.min(failures[i] ?? 0, durations.length);
    for (const micros of durations.slice(failed)) {
      latency.record(micros);
      whole.record(micros);
    }
    const second = new Second();
    second.add({ ok: durations.length - failed, http_5xx: failed }, latency.packed());
    return second;
  });
  return { ms: seconds.length * 1000, windows: [{ seconds, headMs: 0, tailMs: 0 }], whole: { ...endedIn(seconds), latency: whole }, least: LEAST };
}

/** Half of what is started within three seconds of a burst fails. */
function burstsOf({ uniform }: Random, { seconds, rate = RATE, errorRatio = 0 }: Simulated): number[] {
  const failed = new Array<number>(seconds).fill(0);
  if (errorRatio === 0) return failed;
  const length = 3;
  for (let second = 0; second < seconds; second++) if (uniform() < errorRatio / (0.5 * length)) for (let i = second; i < Math.min(seconds, second + length); i++) failed[i] = Math.round(rate / 2);
  return failed;
}

/** The same as rows: what a collector makes of the samples of a run. */
export function simulatedRows(random: Random, plan: Simulated): readonly IntervalRow[] {
  const collector = new Collector({ steady: [[0, plan.seconds * 1000]], warmUpMs: 0, objectives: [] });
  for (const [second, [all = []]] of durations(random, plan, false).entries())
    for (const [i, durationMicros] of all.entries()) collector.add({ kind: 'execution', startMicros: second * 1_000_000 + Math.floor((i * 1_000_000) / all.length), durationMicros, outcome: 'ok' });
  return collector.close(collector.end)?.rows ?? [];
}
