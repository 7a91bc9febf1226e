/** The steady part of one run, second by second: what a comparison takes of it. */
import { LatencyHistogram } from '../metrics/histogram.ts';
import type { Counts, IntervalRow } from '../metrics/interval.ts';
import type { Least } from '../metrics/summary.ts';
import type { Outcome, SampleKind } from '../samples/sample.ts';
import type { Window } from '../script/load.ts';
import { type Unfit, unfit } from './change.ts';

export interface SteadySource {
  readonly rows: Iterable<IntervalRow>;
  /** `steady` of the resolved plan. */
  readonly steady: readonly Window[];
  /** What a censored one took at least. */
  readonly least: Least;
  /** Executions, unless requests of one name are asked for. */
  readonly kind?: SampleKind;
  readonly name?: string;
}

/** What ended in one second, or in several. */
export interface Part {
  readonly latency: LatencyHistogram;
  readonly counts: Counts;
  readonly total: number;
  readonly failed: number;
}

export interface SteadyWindow {
  readonly seconds: readonly Part[];
  /** Before the first whole second and after the last one; what ended there is counted in them. */
  readonly headMs: number;
  readonly tailMs: number;
}

export interface Steady {
  readonly ms: number;
  readonly windows: readonly SteadyWindow[];
  readonly whole: Part;
  readonly least: Least;
}

/** Samples belong to the steady part by their start: what ended after it is counted in its last second. */
export function steadyOf({ rows, steady, least, kind = 'execution', name = '' }: SteadySource): Steady | Unfit {
  const spans = steady.map(([fromMs, toMs]) => ({ fromMs, toMs, first: Math.ceil(fromMs / 1000), end: Math.floor(toMs / 1000) })).filter(({ first, end }) => end > first);
  if (spans.length === 0) return unfit('no_steady_part', 'The run has no steady part of a second or more: nothing of it can be compared.');
  const seconds = spans.map(({ first, end }) => Array.from({ length: end - first }, newSum));
  const whole = newSum();
  for (const row of rows) {
    if (row.phase !== 'steady' || row.kind !== kind || row.name !== name) continue;
    const latency = latencyOfRow(row);
    if (latency === 'bad') return unfit('bad_values', `What was stored of second ${row.second} are no counts and durations: the run cannot be compared.`);
    const at = Math.max(0, spans.findLastIndex(({ first }) => first <= row.second));
    const span = seconds[at] ?? [];
    const second = span[Math.min(Math.max(0, row.second - (spans[at]?.first ?? 0)), span.length - 1)];
    for (const sum of second ? [second, whole] : []) sum.add(row.counts, latency);
  }
  if (whole.total === 0) return unfit('no_samples', 'Nothing ended in the steady part: there is nothing to compare.');
  const windows = spans.map(({ fromMs, toMs, first, end }, i) => ({ seconds: seconds[i] ?? [], headMs: first * 1000 - fromMs, tailMs: toMs - end * 1000 }));
  return { ms: spans.reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0), windows, whole, least };
}

export function sumOf(parts: readonly Part[]): Part {
  const sum = newSum();
  for (const { counts, latency } of parts) sum.add(counts, latency);
  return sum;
}

function newSum() {
  const counts: Partial<Record<Outcome, number>> = {};
  return {
    latency: new LatencyHistogram(),
    counts,
    total: 0,
    failed: 0,
    add(more: Counts, latency: LatencyHistogram | null): void {
      for (const [outcome, count] of Object.entries(more) as [Outcome, number][]) {
        counts[outcome] = (counts[outcome] ?? 0) + count;
        this.total += count;
        if (outcome !== 'ok') this.failed += count;
      }
      if (latency) this.latency.add(latency);
    },
  };
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** null: none succeeded. A row may come from a file that somebody uploaded. */
function latencyOfRow({ counts, latency }: IntervalRow): LatencyHistogram | null | 'bad' {
  if (!Object.values(counts).every(isCount) || (latency?.count ?? 0) !== (counts.ok ?? 0)) return 'bad';
  if (latency === null) return null;
  const { minMicros, maxMicros, sumMicros } = latency;
  if (![minMicros, maxMicros, sumMicros].every(isCount) || minMicros > maxMicros) return 'bad';
  try {
    return LatencyHistogram.from(latency);
  } catch {
    return 'bad';
  }
}
