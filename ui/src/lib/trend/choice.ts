/** What of a test is drawn, as the address says it: a reload shows the same. Pure. */
import type { Statistic } from '../../../../server/script/plan.ts';
import { hasRequestName, METRICS, type Metric } from '../plan/objective.ts';

export interface TrendChoice {
  readonly metric: Metric;
  /** Null: the metric has none. */
  readonly statistic: string | null;
  /** Null: executions. */
  readonly requestName: string | null;
  /** How many runs. */
  readonly last: number;
}

export const STATISTICS = ['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const satisfies readonly Statistic[];
export const LASTS = [30, 100, 1000] as const;

/** What cannot be read is what is usual. */
export function choiceOf(query: URLSearchParams): TrendChoice {
  const metric = METRICS.find((known) => known === query.get('metric')) ?? 'latency';
  return {
    metric,
    statistic: metric === 'latency' ? (STATISTICS.find((known) => known === query.get('statistic')) ?? 'p95') : null,
    requestName: hasRequestName(metric) ? query.get('of') || null : null,
    last: LASTS.find((known) => String(known) === query.get('last')) ?? LASTS[0],
  };
}

export function queryOf({ metric, statistic, requestName, last }: TrendChoice): string {
  const parts = { metric, statistic: metric === 'latency' ? (statistic ?? 'p95') : null, of: hasRequestName(metric) ? requestName : null, last: String(last) };
  return `?${new URLSearchParams(Object.entries(parts).flatMap(([key, value]) => (value === null ? [] : [[key, value]])))}`;
}
