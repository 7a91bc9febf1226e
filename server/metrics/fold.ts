/** Interval rows folded together: the one place where rows become totals, for the live view, the summary and the judge. */
import type { Outcome, SampleKind } from '../samples/sample.ts';
import { lengthOf } from './folded.ts';
import { LatencyHistogram } from './histogram.ts';
import type { Counts, IntervalRow } from './interval.ts';

export interface Tally {
  readonly total: number;
  readonly failed: number;
  readonly counts: Counts;
  readonly latency: LatencyHistogram;
  readonly slower: readonly number[];
  readonly newConnections: number;
  readonly checksPassed: number;
  readonly checksFailed: number;
  readonly examples: Partial<Record<Outcome, string>>;
}

interface MutableTally {
  total: number;
  failed: number;
  counts: Partial<Record<Outcome, number>>;
  latency: LatencyHistogram;
  slower: number[];
  newConnections: number;
  checksPassed: number;
  checksFailed: number;
  examples: Partial<Record<Outcome, string>>;
}

export class Fold {
  /** `during kind name`; the key of all requests together has no name. */
  readonly #tallies = new Map<string, MutableTally>();
  readonly #names = new Set<string>();
  /** Seconds that have a row. */
  seconds = 0;

  add(row: IntervalRow): this {
    this.seconds = Math.max(this.seconds, row.second + lengthOf(row));
    if (row.kind === 'request') this.#names.add(row.name);
    const latency = row.latency && LatencyHistogram.from(row.latency);
    for (const during of row.phase === 'steady' ? (['whole', 'steady'] as const) : (['whole'] as const)) {
      this.#into(keyOf(during, row.kind, row.name), row, latency);
      if (row.kind === 'request') this.#into(keyOf(during, 'request', ''), row, latency);
    }
    return this;
  }

  /** Whatever is added to one of the two is not in the other. */
  copy(): Fold {
    const copy = new Fold();
    copy.seconds = this.seconds;
    for (const name of this.#names) copy.#names.add(name);
    for (const [key, tally] of this.#tallies) {
      const latency = new LatencyHistogram();
      latency.add(tally.latency);
      copy.#tallies.set(key, { ...tally, counts: { ...tally.counts }, latency, slower: [...tally.slower] });
    }
    return copy;
  }

  /** Request names, in the order they came. */
  get names(): string[] {
    return [...this.#names];
  }

  executions(during: During): Tally {
    return this.#get(keyOf(during, 'execution', ''));
  }

  /** Without a name: all requests together. */
  requests(during: During, name = ''): Tally {
    return this.#get(keyOf(during, 'request', name));
  }

  #get(key: string): Tally {
    return this.#tallies.get(key) ?? newTally();
  }

  #into(key: string, row: IntervalRow, latency: LatencyHistogram | null): void {
    let tally = this.#tallies.get(key);
    if (!tally) {
      tally = newTally();
      this.#tallies.set(key, tally);
    }
    for (const [outcome, count] of Object.entries(row.counts) as [Outcome, number][]) {
      tally.total += count;
      if (outcome !== 'ok') tally.failed += count;
      tally.counts[outcome] = (tally.counts[outcome] ?? 0) + count;
    }
    if (latency) tally.latency.add(latency);
    row.slower.forEach((count, i) => {
      tally.slower[i] = (tally.slower[i] ?? 0) + count;
    });
    tally.newConnections += row.newConnections;
    tally.checksPassed += row.checksPassed;
    tally.checksFailed += row.checksFailed;
    tally.examples = { ...row.examples, ...tally.examples };
  }
}

export type During = 'steady' | 'whole';

/** Folds many rows; they may come in any order. */
export function fold(rows: Iterable<IntervalRow>): Fold {
  const result = new Fold();
  for (const row of rows) result.add(row);
  return result;
}

function keyOf(during: During, kind: SampleKind, name: string): string {
  return `${during} ${kind} ${name}`;
}

function newTally(): MutableTally {
  return { total: 0, failed: 0, counts: {}, latency: new LatencyHistogram(), slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {} };
}
