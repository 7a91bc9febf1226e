/** The seconds of a steady part, filled as its rows come. Those of hours and of many names are in memory together, so each takes as little as it can. */
import { LatencyHistogram, medianOf, packedFrom, type PackedLatency } from '../metrics/histogram.ts';
import type { IntervalRow } from '../metrics/interval.ts';
import type { Least } from '../metrics/summary.ts';
import type { Window } from '../script/load.ts';
import { type Unfit, unfit } from './change.ts';
import type { Ended, Steady } from './steady.ts';

export type SecondRow = Pick<IntervalRow, 'second' | 'counts' | 'latency' | 'folded'>;

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
  /** null: it has a row of its own, with the latencies of its successes. */
  #folded: { latencies: number; isHeld: boolean } | null = null;

  /** Of an old run: its latencies are among those of a second before it. */
  get isHeld(): boolean {
    return this.#folded?.isHeld ?? false;
  }

  get failed(): number {
    return this.total - this.#ok;
  }

  get counts(): Ended['counts'] {
    return { ok: this.#ok, timeout: this.#timeout, poll_deadline: this.#late };
  }

  get latency(): PackedLatency {
    return { count: this.#folded?.latencies ?? this.#ok, sumMicros: this.#sumMicros, minMicros: this.#minMicros, maxMicros: this.#maxMicros, counts: this.#packed };
  }

  /** Of a row of its own. */
  add(counts: IntervalRow['counts'], latency: PackedLatency | null): void {
    if (this.#folded) {
      this.keep(latency);
      this.tell(counts, latency && medianOf(latency));
      return;
    }
    this.#count(counts);
    if (latency === null || latency.count === 0) return;
    this.#merge(latency);
    this.#ok += latency.count;
    this.medianMicros = medianOf(this.latency);
  }

  /** Of a folded row that begins here: the latencies of all its seconds. */
  keep(latency: PackedLatency | null): void {
    const folded = this.#fold();
    if (latency === null || latency.count === 0) return;
    this.#merge(latency);
    folded.latencies += latency.count;
  }

  /** Of a folded row: what was counted in this second. @param medianMicros of its successes; of several rows their geometric mean, each as often as it had some */
  tell(counts: IntervalRow['counts'], medianMicros: number | null): void {
    this.#fold();
    this.#count(counts);
    const { ok = 0 } = counts;
    if (ok === 0 || medianMicros === null) return;
    const all = this.#ok + ok;
    this.medianMicros = this.#ok === 0 ? medianMicros : Math.max(1, this.medianMicros) ** (this.#ok / all) * Math.max(1, medianMicros) ** (ok / all);
    this.#ok = all;
  }

  hold(): void {
    this.#fold().isHeld = true;
  }

  #fold(): { latencies: number; isHeld: boolean } {
    this.#folded ??= { latencies: this.#ok, isHeld: false };
    return this.#folded;
  }

  #count(counts: IntervalRow['counts']): void {
    for (const count of Object.values(counts)) this.total += count;
    this.#timeout += counts.timeout ?? 0;
    this.#late += counts.poll_deadline ?? 0;
  }

  /** How many there are its caller knows. */
  #merge(latency: PackedLatency): void {
    const all = this.latency.count === 0 ? latency : addedUp([this.latency, latency]).packed();
    ({ sumMicros: this.#sumMicros, minMicros: this.#minMicros, maxMicros: this.#maxMicros, counts: this.#packed } = all);
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

function nearest({ first, seconds }: Span, second: number): Second {
  const at = Math.min(Math.max(0, second - first), seconds.length - 1);
  let own = seconds[at] as Second;
  if (own === NOTHING) {
    own = new Second();
    seconds[at] = own;
  }
  return own;
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
  add(row: SecondRow): void {
    const { second, counts, folded } = row;
    const span = this.#spans.findLast(({ first }) => first <= second) ?? this.#spans[0];
    if (!span || this.#badSecond !== null) return;
    const read = latencyOfRow(row);
    if (read === 'bad') {
      this.#badSecond = second;
      return;
    }
    if (read) this.#latency.addPacked(read);
    if (!folded) {
      nearest(span, second).add(counts, read);
      return;
    }
    nearest(span, second).keep(read);
    for (const each of folded.each) nearest(span, each.second).tell(each.counts, each.medianMicros);
    const end = Math.min(second + folded.seconds, span.first + span.seconds.length);
    for (let held = Math.max(second, span.first) + 1; held < end; held++) nearest(span, held).hold();
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
function latencyOfRow({ counts, latency }: SecondRow): PackedLatency | null | 'bad' {
  const { count = 0, minMicros = 0, maxMicros = 0, sumMicros = 0 } = latency ?? {};
  if (![...Object.values(counts), minMicros, maxMicros, sumMicros].every(isCount) || count !== (counts.ok ?? 0) || minMicros > maxMicros) return 'bad';
  try {
    return latency && packedFrom(latency);
  } catch {
    return 'bad';
  }
}
