/** Intervals as they come from the server, as points that charts draw. Pure. */

/** The members of a `PerformanceMetric` that charts need. */
export interface IntervalRow {
  readonly offsetMs: number;
  /** So many are in it: 1, or what the server merged (`maxPoints`), of which the last one may have fewer. */
  readonly seconds: number;
  readonly requestName: string | null;
  readonly executions: number;
  readonly failed: number;
  readonly throughputPerSecond: number;
  readonly users: number | null;
  readonly inFlight: number | null;
  /** Since the start of the run. */
  readonly dropped: number | null;
  readonly plannedUsers: number | null;
  readonly plannedRatePerSecond: number | null;
  readonly failures: readonly FailureCount[];
  readonly latency: (Percentiles & { /** Of seconds that were put into one row: there the others are the highest. */ readonly lowest?: Percentiles }) | null;
}

interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface FailureCount {
  readonly class: string;
  readonly count: number;
}

export interface Point {
  /** Start of the interval, from plan second 0. */
  readonly offsetMs: number;
  readonly widthMs: number;
  /** Where it is drawn: the middle of the interval. */
  readonly x: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** The lowest of its seconds, where several are in it and the percentiles above are the highest of them. */
  readonly lowest: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  /** Executions per second. */
  readonly succeeded: number;
  readonly failed: number;
  /** Failed executions, the most frequent class first. */
  readonly failures: readonly FailureCount[];
  /** Users (closed) or iterations per second (open). */
  readonly planned: number | null;
  /** Closed: users. Open: executions that finished, per second. Null where the tool cannot know. */
  readonly achieved: number | null;
  readonly inFlight: number | null;
  /** Starts that the plan asked for and that were not made, in this interval. Null where the tool cannot know. */
  readonly dropped: number | null;
}

/** Puts incoming intervals in: one with the same offset replaces (a late line opened a further row of its second). */
export function mergeRows<Row extends IntervalRow>(known: readonly Row[], incoming: readonly Row[]): Row[] {
  const wholeRun = incoming.filter((row) => row.requestName === null);
  if (known.length === 0) return sorted(lastOfEach(wholeRun));
  const last = known.at(-1)?.offsetMs ?? -1;
  // The usual case, one second after the other, without building a map of the whole run.
  if (wholeRun.every((row, i) => row.offsetMs > (wholeRun[i - 1]?.offsetMs ?? last))) return [...known, ...wholeRun];
  return sorted(lastOfEach([...known, ...wholeRun]));
}

function lastOfEach<Row extends IntervalRow>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.offsetMs, row])).values()];
}

const sorted = <Row extends IntervalRow>(rows: Row[]): Row[] => rows.sort((a, b) => a.offsetMs - b.offsetMs);

export function toPoints(rows: readonly IntervalRow[], model: 'closed' | 'open'): Point[] {
  const tellsDropped = rows.some((row) => row.dropped !== null);
  let droppedBefore = 0;
  return rows.map((row) => {
    const dropped = tellsDropped ? Math.max(0, (row.dropped ?? droppedBefore) - droppedBefore) : null;
    droppedBefore = row.dropped ?? droppedBefore;
    const { seconds, latency } = row;
    const widthMs = seconds * 1000;
    const lowest = latency?.lowest;
    return {
      offsetMs: row.offsetMs,
      widthMs,
      x: row.offsetMs + widthMs / 2,
      p50: latency?.p50Ms ?? null,
      p95: latency?.p95Ms ?? null,
      p99: latency?.p99Ms ?? null,
      lowest: lowest ? { p50: lowest.p50Ms, p95: lowest.p95Ms, p99: lowest.p99Ms } : null,
      succeeded: row.throughputPerSecond,
      failed: row.failed / seconds,
      failures: row.failures.length > 1 ? row.failures.toSorted((a, b) => b.count - a.count) : row.failures,
      planned: model === 'closed' ? row.plannedUsers : row.plannedRatePerSecond,
      achieved: model === 'closed' ? row.users : row.executions / seconds,
      inFlight: row.inFlight,
      dropped,
    };
  });
}
