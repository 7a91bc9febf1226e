/** A steady part cut into blocks of some seconds: the unit of a comparison, for requests of one second are no independent evidence. */
import { type Latency, latencyOf, type Least } from '../metrics/summary.ts';
import { type Measure, type Statistic, type Unfit, unfit } from './change.ts';
import { once } from './once.ts';
import { addedUp, endedIn } from './seconds.ts';
import type { Ended, Steady, SteadyWindow } from './steady.ts';

export interface Block extends Ended {
  readonly ms: number;
  /** null: nothing succeeded there, and nothing timed out. */
  readonly latency: Latency | null;
}

/** A block needs so many samples, or its percentile is that of its slowest few. */
export const LEAST_SAMPLES: Readonly<Record<Statistic, number>> = { p50: 10, p90: 20, p95: 40, p99: 200, p999: 2000 };

/** Seconds whose latencies are in one histogram: of an old run those of ten. A block is as many, or a multiple of it. */
export function keptTogether({ windows }: Steady): number {
  let longest = 1;
  for (const { seconds } of windows) {
    let length = 0;
    for (const { isHeld } of seconds) {
      length = isHeld ? length + 1 : 1;
      longest = Math.max(longest, length);
    }
  }
  return longest;
}

/** Blocks of about so many seconds, none of them shorter; of a window that is shorter than one there is none. */
export const cut = once(({ windows, least }: Steady, seconds: number): readonly Block[] =>
  windows.flatMap((window) => {
    const length = window.seconds.length;
    const count = Math.floor(length / seconds);
    const edge = (i: number) => {
      let at = Math.round((i * length) / count);
      while (window.seconds[at]?.isHeld) at -= 1;
      return at;
    };
    return Array.from({ length: count }, (_, i) => blockOf(window.seconds.slice(edge(i), edge(i + 1)), (i === 0 ? window.headMs : 0) + (i === count - 1 ? window.tailMs : 0), least));
  }),
);

/** Its histograms are added up when somebody looks at its latency: that takes longer than all the rest. */
function blockOf(seconds: SteadyWindow['seconds'], besidesMs: number, least: Least): Block {
  const ended = endedIn(seconds);
  let latency: Latency | null | undefined;
  return {
    ...ended,
    ms: seconds.length * 1000 + besidesMs,
    get latency() {
      latency ??= latencyOf({ latency: addedUp(seconds.map((second) => second.latency)), counts: ended.counts }, least, 0);
      return latency;
    },
  };
}

export interface Value {
  readonly value: number;
  /** It is at least that: the percentile falls into those that had no end in time. */
  readonly isAtLeast: boolean;
}

/** null: nothing succeeded there, and nothing timed out. */
export function blockValue(block: Block, measure: Measure): Value | null {
  if (measure.metric === 'throughput') return { value: ((block.counts.ok ?? 0) * 1000) / block.ms, isAtLeast: false };
  const { latency } = block;
  if (latency === null) return null;
  const field = `${measure.statistic}Ms` as const;
  // What took no time at all has no logarithm.
  return { value: Math.max(latency[field], 0.001), isAtLeast: latency.atLeast.includes(field) };
}

/** Of the whole steady part, as its summary tells it. */
export function runValue(steady: Steady, measure: Measure): Value | Unfit {
  const value = blockValue({ ...steady.whole, ms: steady.ms, latency: latencyOf(steady.whole, steady.least, 0) }, measure);
  return value === null || value.value === 0 ? unfit('no_success', 'Nothing succeeded in the steady part of a run: there is nothing to compare but its errors.') : value;
}

/** What hangs together from second to second: logs of medians, or how many succeeded. A second without any is left out. */
export function secondsOf({ windows }: Steady, { metric }: Pick<Measure, 'metric'>): number[] {
  const parts = windows.flatMap(({ seconds }) => seconds);
  if (metric === 'throughput') return parts.map(({ counts }) => counts.ok ?? 0);
  return parts.flatMap(({ counts, medianMicros }) => ((counts.ok ?? 0) > 0 ? [Math.log(Math.max(1, medianMicros))] : []));
}
