/** An objective as its row in the form: the limit is typed in the unit that a person reads (ms, %, per second). */
import type { Objective, Statistic } from '../../../../server/script/plan.ts';
import { parseDuration, parseNumber } from './typed.ts';

export type Metric = Objective['metric'];

export interface ObjectiveFields {
  metric: Metric;
  statistic: Statistic;
  comparison: Objective['comparison'];
  /** ms, per cent or executions per second, as typed. */
  limit: string;
  /** Empty: executions. */
  requestName: string;
  /** Empty: the steady part, and the plan does not speak of it. */
  during: '' | 'steady' | 'whole';
}

export const METRICS: readonly Metric[] = ['latency', 'error_ratio', 'throughput'];

/** Comparisons that make sense for a metric; the first one is proposed. */
export function comparisonsOf(metric: Metric): readonly Objective['comparison'][] {
  return metric === 'throughput' ? ['>=', '>'] : ['<', '<='];
}

export const unitOf = (metric: Metric): string => ({ latency: 'ms', error_ratio: '%', throughput: '/s' })[metric];

const PROPOSED_LIMIT: Record<Metric, string> = { latency: '500', error_ratio: '1', throughput: '10' };

export function proposedObjective(metric: Metric = 'latency'): ObjectiveFields {
  const comparison = comparisonsOf(metric)[0] ?? '<';
  return { metric, statistic: 'p95', comparison, limit: PROPOSED_LIMIT[metric], requestName: '', during: '' };
}

/** Another metric in the same row: what still fits is kept. */
export function withMetric(fields: ObjectiveFields, metric: Metric): ObjectiveFields {
  return { ...proposedObjective(metric), statistic: fields.statistic, during: fields.during, requestName: metric === 'throughput' ? '' : fields.requestName };
}

export function toObjective(fields: ObjectiveFields) {
  return {
    metric: fields.metric,
    statistic: fields.metric === 'latency' ? fields.statistic : undefined,
    comparison: fields.comparison,
    value: limitOf(fields),
    requestName: fields.requestName.trim() === '' ? undefined : fields.requestName.trim(),
    during: fields.during === '' ? undefined : fields.during,
  };
}

/** `1 s` is understood too; a bare number counts in the row's unit. */
function limitOf({ metric, limit }: ObjectiveFields): number {
  if (metric === 'latency') return parseDuration(limit, 'ms');
  const number = parseNumber(limit.replace(/(%|\/s)\s*$/, ''));
  // 0.1 / 100 is 0.001 exactly as typed; 7 / 100 would be 0.07000000000000001 without the rounding.
  return metric === 'error_ratio' ? Number((number / 100).toPrecision(12)) : number;
}

export function fromObjective(objective: Objective): ObjectiveFields {
  const { metric, statistic, comparison, value, requestName, during } = objective;
  const limit = metric === 'error_ratio' ? Number((value * 100).toPrecision(12)) : value;
  return { metric, statistic: statistic ?? 'p95', comparison, limit: String(limit), requestName: requestName ?? '', during: during ?? '' };
}
