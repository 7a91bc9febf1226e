/**
 * Rows of several seconds: of an old run the latencies of ten seconds are one histogram. What was counted in each of its seconds is kept, for verdicts are
 * judged by seconds: how sure they are, where a step ended, whether the generator kept up.
 */
import type { Counts, Gauges, IntervalRow } from './interval.ts';

/** What is known of one second, whether it has a row of its own or not. */
export interface Second {
  readonly second: number;
  readonly counts: Counts;
  /** null: not known of this second, but of its row. */
  readonly slower: readonly (number | null)[];
  readonly checksPassed: number;
  readonly checksFailed: number;
  readonly gauges: Gauges | null;
}

export interface FoldedSecond extends Second {
  /** Of its successes; null: there was none. */
  readonly medianMicros: number | null;
}

export interface Folded {
  /** So many, from the row's own on. */
  readonly seconds: number;
  /** Those that had a row, and each of the rows that they had. */
  readonly each: readonly FoldedSecond[];
}

export function secondsIn(row: IntervalRow): readonly Second[] {
  return row.folded?.each ?? [row];
}

/** Seconds that it is about. */
export function lengthOf({ folded }: Pick<IntervalRow, 'folded'>): number {
  return folded?.seconds ?? 1;
}

/** What the generator told, second by second. */
export function gaugesIn(rows: readonly IntervalRow[]): { readonly second: number; readonly gauges: Gauges }[] {
  return rows.flatMap((row) => secondsIn(row).flatMap(({ second, gauges }) => (gauges === null ? [] : [{ second, gauges }])));
}

type Packed = readonly [offset: number, counts: Counts, slower: FoldedSecond['slower'], checksPassed: number, checksFailed: number, medianMicros: number | null, gauges: readonly (number | null)[] | null];

const GAUGES = ['users', 'inFlight', 'iterationsStarted', 'dropped', 'lagMs', 'cpuRatio', 'memoryBytes'] as const satisfies readonly (keyof Gauges)[];

/** Names that stand ten times in each row would be most of it. */
export function packed({ each }: Folded, from: number): string {
  return JSON.stringify(each.map(({ second, counts, slower, checksPassed, checksFailed, medianMicros, gauges }): Packed => [second - from, counts, slower, checksPassed, checksFailed, medianMicros, gauges && GAUGES.map((name) => gauges[name])]));
}

export function unpacked(text: string, from: number, seconds: number): Folded {
  const each = (JSON.parse(text) as Packed[]).map(([offset, counts, slower, checksPassed, checksFailed, medianMicros, gauges]): FoldedSecond => {
    const named = gauges === null ? null : (Object.fromEntries(GAUGES.map((name, i) => [name, gauges[i] ?? null])) as unknown as Gauges);
    return { second: from + offset, counts, slower, checksPassed, checksFailed, medianMicros, gauges: named };
  });
  return { seconds, each };
}
