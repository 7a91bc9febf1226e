/** Old rows, ten seconds to one: of the same phase, kind, name and shard. Pure. */
import type { Window } from '../script/load.ts';
import type { FoldedSecond } from './folded.ts';
import { LatencyHistogram } from './histogram.ts';
import { RowSum } from './row-sum.ts';
import type { StoredRow } from './store.ts';

const LENGTH = 10;

/**
 * The first of the seconds that are folded with this one. They begin anew where a part of the plan does that is judged by itself: a
 * second that lies across its edge stays alone, whichever of the two it is counted to.
 */
export function beginOf(second: number, steady: readonly Window[]): number {
  const edges = steady.flat().flatMap((ms) => [Math.floor(ms / 1000), Math.ceil(ms / 1000)]);
  const edge = edges.reduce((last, each) => (each <= second ? Math.max(last, each) : last), 0);
  return edge + Math.floor((second - edge) / LENGTH) * LENGTH;
}

/** @param rows all of the seconds that they are of, in the order in which they were stored */
export function foldTens(rows: readonly StoredRow[], steady: readonly Window[]): StoredRow[] {
  const begins = new Map([...new Set(rows.map(({ second }) => second))].map((second) => [second, beginOf(second, steady)]));
  const beginOfRow = ({ second }: StoredRow) => begins.get(second) ?? second;
  const ends = new Map<number, number>();
  for (const row of rows) ends.set(beginOfRow(row), Math.max(ends.get(beginOfRow(row)) ?? 0, row.second + 1));
  const groups = Map.groupBy(rows, (row) => JSON.stringify([beginOfRow(row), row.phase, row.kind, row.name, row.shard]));
  return [...groups.values()].map((group) => {
    const begin = begins.get(group[0]?.second ?? 0) ?? 0;
    return together(group as [StoredRow, ...StoredRow[]], begin, (ends.get(begin) ?? begin) - begin);
  });
}

function together(rows: readonly [StoredRow, ...StoredRow[]], second: number, seconds: number): StoredRow {
  const [first] = rows;
  const sum = new RowSum();
  const each = rows.map((row): FoldedSecond => {
    const latency = row.latency && LatencyHistogram.from(row.latency);
    sum.add(row, latency);
    const { second: at, counts, slower, checksPassed, checksFailed, gauges } = row;
    return { second: at, counts, slower, checksPassed, checksFailed, gauges, medianMicros: latency?.medianMicros ?? null };
  });
  return {
    at: new Date(first.at.getTime() - (first.second - second) * 1000),
    sequence: first.sequence,
    second,
    phase: first.phase,
    kind: first.kind,
    name: first.name,
    shard: first.shard,
    ...sum.sum(),
    gauges: null,
    folded: { seconds, each },
  };
}
