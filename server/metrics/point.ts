/** One second of a run as a chart draws it: all its rows merged, for the executions of the whole run or one request name. */
import { addCounts } from './add-counts.ts';
import type { Outcome } from '../samples/sample.ts';
import { areaUntil, levelAt, type Load } from '../script/load.ts';
import { gaugesIn, lengthOf, secondsIn } from './folded.ts';
import { LatencyHistogram } from './histogram.ts';
import { COUNTED_AT_MS, type Counts, type Gauges } from './interval.ts';
import type { StoredRow } from './store.ts';
import { failuresOf, type FailureClass, type Latency, latencyOf, type Least } from './summary.ts';

export interface Point {
  /** Of the last batch that touched this second. */
  readonly sequence: number;
  readonly at: Date;
  readonly offsetMs: number;
  /** So many are in it: 1, or those that were merged or folded; the last point may have fewer. */
  readonly seconds: number;
  /** null: executions of the whole run. */
  readonly requestName: string | null;
  readonly executions: number;
  readonly requests: number;
  readonly failed: number;
  readonly failures: readonly FailureClass[];
  readonly throughputPerSecond: number;
  readonly users: number | null;
  readonly inFlight: number | null;
  readonly dropped: number | null;
  /** The worst. */
  readonly latenessMs: number | null;
  /** The mean. */
  readonly cpuRatio: number | null;
  /** At the moment when `users` were counted: on a ramp any other moment has other users. */
  readonly plannedUsers: number | null;
  /** Planned starts, divided by the seconds. */
  readonly plannedRatePerSecond: number | null;
  readonly latency: Latency | null;
  /** Iterations that the generator had started by the end of this second. */
  readonly iterationsStarted: number | null;
  /** HdrHistogram V2, base64, microseconds; null without a success. */
  readonly histogram: string | null;
}

export interface PointPlan extends Least {
  readonly load: Load;
}

/** `rows`: all rows of one second, or of several that are drawn as one point (never empty). */
export function pointOf(rows: readonly StoredRow[], plan: PointPlan, requestName: string | null): Point {
  const [first] = rows;
  if (!first) throw new Error('a point is made of at least one row');
  const judged = rows.filter((row) => (requestName === null ? row.kind === 'execution' : row.kind === 'request' && row.name === requestName));
  const requests = rows.filter((row) => row.kind === 'request' && (requestName === null || row.name === requestName));
  const counts = sumCounts(judged);
  const total = totalOf(counts);
  const failed = total - (counts.ok ?? 0);
  const latencies = judged.map((row) => row.latency).filter((l) => l !== null);
  const latency = LatencyHistogram.of(latencies);
  const gauges = gaugesIn(rows).map((told) => told.gauges);
  const all = <K extends keyof Gauges>(key: K): number[] => gauges.map((g) => g[key]).filter((v) => v !== null);
  const last = <K extends keyof Gauges>(key: K) => all(key).at(-1) ?? null;
  const cpu = all('cpuRatio');
  const seconds = secondsOf(rows);
  return {
    sequence: rows.reduce((last, row) => Math.max(last, row.sequence), 0),
    at: first.at,
    offsetMs: first.second * 1000,
    seconds,
    requestName,
    executions: requestName === null ? total : 0,
    requests: requests.reduce((sum, row) => sum + totalOf(row.counts), 0),
    failed,
    failures: failuresOf({ counts, examples: judged.reduceRight((later, row) => Object.assign(later, row.examples), {}) }),
    throughputPerSecond: (total - failed) / seconds,
    users: last('users'),
    inFlight: last('inFlight'),
    dropped: last('dropped'),
    latenessMs: all('lagMs').reduce<number | null>((worst, lag) => Math.max(worst ?? lag, lag), null),
    cpuRatio: cpu.length === 0 ? null : cpu.reduce((a, b) => a + b, 0) / cpu.length,
    plannedUsers: plan.load.model === 'closed' ? levelAt(plan.load, countedIn(rows) * 1000 + COUNTED_AT_MS) : null,
    plannedRatePerSecond: plan.load.model === 'open' ? (areaUntil(plan.load, (first.second + seconds) * 1000) - areaUntil(plan.load, first.second * 1000)) / seconds : null,
    latency: latencyOf({ latency, counts }, plan, 0),
    iterationsStarted: last('iterationsStarted'),
    // Of one alone it stands there already: to encode it takes longer than all the rest.
    histogram: (latencies.length === 1 ? latencies[0] : latency.stored())?.histogram ?? null,
  };
}

function secondsOf(rows: readonly StoredRow[]): number {
  const lengths = new Map<number, number>();
  for (const row of rows) lengths.set(row.second, Math.max(lengths.get(row.second) ?? 0, lengthOf(row)));
  return [...lengths.values()].reduce((a, b) => a + b, 0);
}

/** The second whose users are told; the last one where nobody told. */
function countedIn(rows: readonly StoredRow[]): number {
  const seconds = rows.flatMap(secondsIn);
  return (seconds.findLast(({ gauges }) => gauges?.users != null) ?? seconds.at(-1))?.second ?? 0;
}

/** Rows grouped by second, in order. */
export function bySecond(rows: Iterable<StoredRow>): Map<number, StoredRow[]> {
  const seconds = new Map<number, StoredRow[]>();
  for (const row of rows) {
    const list = seconds.get(row.second);
    if (list) list.push(row);
    else seconds.set(row.second, [row]);
  }
  return new Map([...seconds].sort(([a], [b]) => a - b));
}

function sumCounts(rows: readonly StoredRow[]): Counts {
  const sum: Partial<Record<Outcome, number>> = {};
  for (const { counts } of rows) addCounts(sum, counts);
  return sum;
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
