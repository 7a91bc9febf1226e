/** One second of a run as a chart draws it: all its rows merged, for the executions of the whole run or one request name. */
import type { Outcome } from '../samples/sample.ts';
import { levelAt, type Load } from '../script/load.ts';
import { LatencyHistogram } from './histogram.ts';
import type { Counts, Gauges } from './interval.ts';
import type { StoredRow } from './store.ts';
import { failuresOf, type FailureClass, type Latency, latencyOf, type Least } from './summary.ts';

export interface Point {
  /** Of the last batch that touched this second. */
  readonly sequence: number;
  readonly at: Date;
  readonly offsetMs: number;
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
  readonly latenessMs: number | null;
  readonly cpuRatio: number | null;
  readonly plannedUsers: number | null;
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
  const latency = new LatencyHistogram();
  for (const row of judged) if (row.latency) latency.add(LatencyHistogram.from(row.latency));
  const gauges = rows.map((row) => row.gauges).filter((g): g is Gauges => g !== null);
  const last = <K extends keyof Gauges>(key: K) => gauges.map((g) => g[key]).filter((v) => v !== null).at(-1) ?? null;
  const level = levelAt(plan.load, first.second * 1000 + 500);
  return {
    sequence: rows.reduce((last, row) => Math.max(last, row.sequence), 0),
    at: first.at,
    offsetMs: first.second * 1000,
    requestName,
    executions: requestName === null ? total : 0,
    requests: requests.reduce((sum, row) => sum + totalOf(row.counts), 0),
    failed,
    failures: failuresOf({ counts, examples: judged.reduceRight((later, row) => Object.assign(later, row.examples), {}) }),
    throughputPerSecond: (total - failed) / new Set(rows.map((row) => row.second)).size,
    users: last('users'),
    inFlight: last('inFlight'),
    dropped: last('dropped'),
    latenessMs: last('lagMs'),
    cpuRatio: last('cpuRatio'),
    plannedUsers: plan.load.model === 'closed' ? level : null,
    plannedRatePerSecond: plan.load.model === 'open' ? level : null,
    latency: latencyOf({ latency, counts }, plan, 0),
    iterationsStarted: last('iterationsStarted'),
    histogram: latency.stored()?.histogram ?? null,
  };
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
  for (const row of rows) for (const [outcome, count] of Object.entries(row.counts) as [Outcome, number][]) sum[outcome] = (sum[outcome] ?? 0) + count;
  return sum;
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
