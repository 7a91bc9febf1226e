/** Intervals as CSV (RFC 4180): one line for each second, or ten of an old run, and name. Pure. */
import Papa from 'papaparse';
import type { Latency } from '../metrics/summary.ts';
import type { Point } from '../metrics/point.ts';

/** A spreadsheet would run what begins so; it gets a ' before it. The wide forms are the same to one that is set to Japanese or Chinese. */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

const latencyOf = (field: keyof Latency) => (point: Point) => point.latency?.[field] as number | undefined;

/** What is of the whole run stands on the line of its executions only. */
const ofRun = (value: (point: Point) => unknown) => (point: Point) => (point.requestName === null ? value(point) : null);

const COLUMNS: Readonly<Record<string, (point: Point) => unknown>> = {
  at_utc: ({ at }) => at.toISOString(),
  offset_s: ({ offsetMs }) => offsetMs / 1000,
  seconds: ({ seconds }) => seconds,
  kind: ({ requestName }) => (requestName === null ? 'execution' : 'request'),
  request_name: ({ requestName }) => requestName,
  finished: ({ requestName, executions, requests }) => (requestName === null ? executions : requests),
  failed: ({ failed }) => failed,
  succeeded_per_s: ({ throughputPerSecond }) => throughputPerSecond,
  latency_count: latencyOf('count'),
  latency_censored: latencyOf('censored'),
  latency_min_ms: latencyOf('minMs'),
  latency_mean_ms: latencyOf('meanMs'),
  latency_p50_ms: latencyOf('p50Ms'),
  latency_p90_ms: latencyOf('p90Ms'),
  latency_p95_ms: latencyOf('p95Ms'),
  latency_p99_ms: latencyOf('p99Ms'),
  latency_p999_ms: latencyOf('p999Ms'),
  latency_max_ms: latencyOf('maxMs'),
  latency_at_least: ({ latency }) => latency?.atLeast.map((field) => field.replace('Ms', '')).join(' '),
  failures: ({ failures }) => failures.map((failure) => `${failure.class} ${failure.count}`).join(', '),
  users: ofRun(({ users }) => users),
  planned_users: ofRun(({ plannedUsers }) => plannedUsers),
  planned_starts_per_s: ofRun(({ plannedRatePerSecond }) => plannedRatePerSecond),
  iterations_started_so_far: ofRun(({ iterationsStarted }) => iterationsStarted),
  iterations_dropped_so_far: ofRun(({ dropped }) => dropped),
  in_flight: ofRun(({ inFlight }) => inFlight),
  lateness_ms: ofRun(({ latenessMs }) => latenessMs),
  generator_cpu_cores: ofRun(({ cpuRatio }) => cpuRatio),
};

export const CSV_HEADER = `${Object.keys(COLUMNS).join(',')}\r\n`;

/** Their lines, without the header: a long run comes in parts. */
export function csvOf(points: readonly Point[]): string {
  const rows = points.map((point) => Object.values(COLUMNS).map((value) => value(point) ?? null));
  return rows.length === 0 ? '' : `${Papa.unparse(rows, { newline: '\r\n', escapeFormulae: FORMULA })}\r\n`;
}
