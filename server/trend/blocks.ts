/** A steady part cut into blocks of some seconds: the unit of a comparison, for requests of one second are no independent evidence. */
import { latencyOf } from '../metrics/summary.ts';
import { type Measure, type Statistic, type Unfit, unfit } from './change.ts';
import { type Part, type Steady, sumOf } from './steady.ts';

export interface Block extends Part {
  readonly ms: number;
}

/** A block needs so many samples, or its percentile is that of its slowest few. */
export const LEAST_SAMPLES: Readonly<Record<Statistic, number>> = { p50: 10, p90: 20, p95: 40, p99: 200, p999: 2000 };

/** Blocks of about so many seconds, none of them shorter; of a window that is shorter than one there is none. */
export function cut({ windows }: Steady, seconds: number): Block[] {
  return windows.flatMap((window) => {
    const length = window.seconds.length;
    const count = Math.floor(length / seconds);
    const edge = (i: number) => Math.round((i * length) / count);
    return Array.from({ length: count }, (_, i) => {
      const { counts, latency, total, failed } = sumOf(window.seconds.slice(edge(i), edge(i + 1)));
      return { counts, latency, total, failed, ms: (edge(i + 1) - edge(i)) * 1000 + (i === 0 ? window.headMs : 0) + (i === count - 1 ? window.tailMs : 0) };
    });
  });
}

export interface Value {
  readonly value: number;
  /** It is at least that: the percentile falls into those that had no end in time. */
  readonly isAtLeast: boolean;
}

/** null: nothing succeeded there, and nothing timed out. */
export function blockValue({ ms, ...part }: Block, measure: Measure, least: Steady['least']): Value | null {
  if (measure.metric === 'throughput') return { value: ((part.counts.ok ?? 0) * 1000) / ms, isAtLeast: false };
  const latency = latencyOf(part, least, 0);
  if (latency === null) return null;
  const field = `${measure.statistic}Ms` as const;
  // What took no time at all has no logarithm.
  return { value: Math.max(latency[field], 0.001), isAtLeast: latency.atLeast.includes(field) };
}

/** Of the whole steady part, as its summary tells it. */
export function runValue(steady: Steady, measure: Measure): Value | Unfit {
  const value = blockValue({ ...steady.whole, ms: steady.ms }, measure, steady.least);
  return value === null || value.value === 0 ? unfit('no_success', 'Nothing succeeded in the steady part of a run: there is nothing to compare but its errors.') : value;
}

/** What hangs together from second to second: logs of medians, or how many succeeded. A second without any is left out. */
export function secondsOf({ windows }: Steady, { metric }: Pick<Measure, 'metric'>): number[] {
  const parts = windows.flatMap(({ seconds }) => seconds);
  if (metric === 'throughput') return parts.map(({ counts }) => counts.ok ?? 0);
  return parts.flatMap(({ latency }) => (latency.count > 0 ? [Math.log(Math.max(1, latency.atRank(Math.ceil(latency.count / 2))))] : []));
}
