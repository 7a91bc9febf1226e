/** The seconds of a steady part, filled as its rows come. Those of hours and of many names are in memory together, so each takes as little as it can. */
import { LatencyHistogram, medianOf, packedFrom, type PackedLatency } from '../metrics/histogram.ts';
import type { IntervalRow } from '../metrics/interval.ts';
import type { Least } from '../metrics/summary.ts';
import type { Window } from '../script/load.ts';
import { type Unfit, unfit } from './change.ts';
import type { Ended, Steady } from './steady.ts';

export type SecondRow = Pick<IntervalRow, 'second' | 'counts' | 'latency'>;

/** Flat, and its histogram packed. */
export class Second {
  total = 0;
  #ok = 0;
  #timeout = 0;
  #late = 0;
  #packed = '';
  #sumMicros = 0;
  #minMicros = 0;
  #maxMicros = 0;
  medianMicros = 0;

  get failed(): number {
    return this.total - this.#ok;
  }

  get counts(): Ended['counts'] {
    return { ok: this.#ok, timeout: this.#timeout, poll_deadline: this.#late };
  }

  get latency(): PackedLatency {
    return { count: this.#ok, sumMicros: this.#sumMicros, minMicros: this.#minMicros, maxMicros: this.#maxMicros, counts: this.#packed };
  }

  add(counts: IntervalRow['counts'], latency: PackedLatency | null): void {
    for (const count of Object.values(counts)) this.total += count;
    this.#timeout += counts.timeout ?? 0;
    this.#late += counts.poll_deadline ?? 0;
    if (latency === null || latency.count === 0) return;
    const all = this.#ok === 0 ? latency : addedUp([this.latency, latency]).packed();
    this.medianMicros = medianOf(all);
    ({ count: this.#ok, sumMicros: this.#sumMicros, minMicros: this.#minMicros, maxMicros: this.#maxMicros, counts: this.#packed } = all);
  }
}

/** A new one for each block would take longer than all the rest. */
const sum = new LatencyHistogram();

/** All of them together, as it is until others are added up. */
export function addedUp(latencies: readonly PackedLatency[]): LatencyHistogram {
  sum.clear();
  for (const latency of latencies) sum.addPacked(latency);
  return sum;
}

const NOTHING = new Second();

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly first: number;
  readonly seconds: Second[];
}

export class Seconds {
  readonly #spans: readonly Span[];
  readonly #latency = new LatencyHistogram();
  #badSecond: number | null = null;

  constructor(steady: readonly Window[]) {
    this.#spans = steady.flatMap(([fromMs, toMs]) => {
      const first = Math.ceil(fromMs / 1000);
      const length = Math.floor(toMs / 1000) - first;
      return length > 0 ? [{ fromMs, toMs, first, seconds: new Array<Second>(length).fill(NOTHING) }] : [];
    });
  }

  /** A row of the steady phase. Samples belong to it by their start: what ended after it is counted in its last second. */
  add({ second, counts, latency }: SecondRow): void {
    const span = this.#spans.findLast(({ first }) => first <= second) ?? this.#spans[0];
    if (!span || this.#badSecond !== null) return;
    const read = latencyOfRow(counts, latency);
    if (read === 'bad') {
      this.#badSecond = second;
      return;
    }
    if (read) this.#latency.addPacked(read);
    const at = Math.min(Math.max(0, second - span.first), span.seconds.length - 1);
    if (span.seconds[at] === NOTHING) span.seconds[at] = new Second();
    span.seconds[at]?.add(counts, read);
  }

  /** Of all rows that there are. */
  steady(least: Least): Steady | Unfit {
    if (this.#spans.length === 0) return unfit('no_steady_part', 'The run has no steady part of a second or more: nothing of it can be compared.');
    if (this.#badSecond !== null) return unfit('bad_values', `What was stored of second ${this.#badSecond} are no counts and durations: the run cannot be compared.`);
    const whole = { ...endedIn(this.#spans.flatMap(({ seconds }) => seconds)), latency: this.#latency };
    if (whole.total === 0) return unfit('no_samples', 'Nothing ended in the steady part: there is nothing to compare.');
    const windows = this.#spans.map(({ fromMs, toMs, first, seconds }) => ({ seconds, headMs: first * 1000 - fromMs, tailMs: toMs - (first + seconds.length) * 1000 }));
    return { ms: this.#spans.reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0), windows, whole, least };
  }
}

export function endedIn(parts: readonly Ended[]): Ended {
  const sum = { total: 0, failed: 0, counts: { ok: 0, timeout: 0, poll_deadline: 0 } };
  for (const { total, failed, counts } of parts) {
    sum.total += total;
    sum.failed += failed;
    sum.counts.ok += counts.ok ?? 0;
    sum.counts.timeout += counts.timeout ?? 0;
    sum.counts.poll_deadline += counts.poll_deadline ?? 0;
  }
  return sum;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** null: none succeeded. A row may come from a file that somebody uploaded. */
function latencyOfRow(counts: IntervalRow['counts'], latency: IntervalRow['latency']): PackedLatency | null | 'bad' {
  const { count = 0, minMicros = 0, maxMicros = 0, sumMicros = 0 } = latency ?? {};
  if (![...Object.values(counts), minMicros, maxMicros, sumMicros].every(isCount) || count !== (counts.ok ?? 0) || minMicros > maxMicros) return 'bad';
  try {
    return latency && packedFrom(latency);
  } catch {
    return 'bad';
  }
}
