/**
 * A run that is watched, in so few rows that neither memory nor a redraw grows with its length: the last seconds as they came, and before them columns of time that get
 * wider as the run gets longer. Counts of a column are exact; percentiles cannot be added up, so that of those the lowest and the highest second are kept. Pure.
 */
import { type IntervalRow, mergeRows } from './points.ts';
import { executionFailures } from './requests.ts';

export interface Course<Row> {
  readonly folded: readonly Row[];
  /** Where the folded part ends, ms. */
  readonly foldedUntil: number;
  readonly recent: readonly Row[];
  /** Seconds of a column. */
  readonly column: number;
}

/** About one for each pixel of a chart. */
const MOST_COLUMNS = 1200;
/** Seconds that a late line can still replace. */
const RECENT = 60;

export const NOTHING: Course<never> = { folded: [], foldedUntil: 0, recent: [], column: 1 };

/** Puts incoming intervals in. @param snapshot they are all that there is */
export function extended<Row extends IntervalRow>(course: Course<Row>, incoming: readonly Row[], snapshot: boolean): Course<Row> {
  let { folded, foldedUntil, recent, column } = snapshot ? (NOTHING as Course<Row>) : course;
  const late = incoming.filter((row) => row.requestName === null && row.offsetMs < foldedUntil);
  // Its counts stand in the column already, which is as long ago as a line can be late: what it changes is how slow the slowest was.
  if (late.length > 0) folded = folded.map((row) => late.filter((one) => columnOf(one, column) === columnOf(row, column)).reduce(withLatencyOf, row));
  recent = mergeRows(recent, late.length > 0 ? incoming.filter((row) => row.offsetMs >= foldedUntil) : incoming);
  if (recent.length > 2 * RECENT) {
    const old = recent.slice(0, -RECENT);
    recent = recent.slice(-RECENT);
    foldedUntil = recent[0]?.offsetMs ?? foldedUntil;
    folded = [...folded, ...old];
    while (folded.length > MOST_COLUMNS && inColumns(folded, column).length > MOST_COLUMNS) column *= 2;
    folded = inColumns(folded, column);
  }
  return { folded, foldedUntil, recent, column };
}

/** What charts draw: a row for each column, of which the last one may have fewer seconds. */
export function drawn<Row extends IntervalRow>({ folded, recent, column }: Course<Row>): readonly Row[] {
  return column === 1 ? [...folded, ...recent] : inColumns([...folded, ...recent], column);
}

const columnOf = (row: IntervalRow, column: number): number => Math.floor(row.offsetMs / (column * 1000));

function inColumns<Row extends IntervalRow>(rows: readonly Row[], column: number): Row[] {
  if (column === 1) return [...rows];
  return [...Map.groupBy(rows, (row) => columnOf(row, column)).values()].map((group) => (group.length === 1 ? (group[0] as Row) : joined(group)));
}

/** As the server merges neighbours: counts are added up, what was measured at a moment is of the last one. */
function joined<Row extends IntervalRow>(rows: readonly Row[]): Row {
  const [first, last] = [rows[0] as Row, rows.at(-1) as Row];
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const mean = (value: (row: Row) => number) => rows.reduce((sum, row) => sum + value(row) * row.seconds, 0) / seconds;
  const sum = (value: (row: Row) => number) => rows.reduce((all, row) => all + value(row), 0);
  const latest = <T>(value: (row: Row) => T | null): T | null => value(rows.findLast((row) => value(row) !== null) ?? last);
  return {
    ...last,
    offsetMs: first.offsetMs,
    seconds,
    executions: sum((row) => row.executions),
    failed: sum((row) => row.failed),
    failures: executionFailures(rows),
    throughputPerSecond: mean((row) => row.throughputPerSecond),
    users: latest((row) => row.users),
    inFlight: latest((row) => row.inFlight),
    dropped: latest((row) => row.dropped),
    plannedRatePerSecond: last.plannedRatePerSecond === null ? null : mean((row) => row.plannedRatePerSecond ?? 0),
    latency: rows.reduce(withLatencyOf).latency,
  };
}

const STATISTICS = ['p50Ms', 'p95Ms', 'p99Ms'] as const;

/** The highest of both, and beside it the lowest. */
function withLatencyOf<Row extends IntervalRow>(row: Row, other: Row): Row {
  if (row.latency === null || other.latency === null) return row.latency === null ? { ...row, latency: other.latency } : row;
  const [a, b] = [row.latency, other.latency];
  const of = (pick: (one: number, another: number) => number, [one, another]: readonly [Figures, Figures]) => Object.fromEntries(STATISTICS.map((name) => [name, pick(one[name], another[name])])) as unknown as Figures;
  return { ...row, latency: { ...a, ...of(Math.max, [a, b]), lowest: of(Math.min, [a.lowest ?? a, b.lowest ?? b]) } };
}

type Figures = Record<(typeof STATISTICS)[number], number>;
