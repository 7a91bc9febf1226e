/** A second of a run as the server tells it, in which ten executions succeeded. */
import type { IntervalRow } from '../../ui/src/lib/metrics/points.ts';

export const intervalRow = (second: number, more: Partial<IntervalRow> = {}): IntervalRow => ({
  offsetMs: second * 1000,
  seconds: 1,
  requestName: null,
  executions: 10,
  failed: 0,
  failures: [],
  throughputPerSecond: 10,
  users: 5,
  inFlight: 2,
  dropped: 0,
  plannedUsers: 5,
  plannedRatePerSecond: null,
  latency: { p50Ms: 100, p95Ms: 200, p99Ms: 300 },
  ...more,
});
