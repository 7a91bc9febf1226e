/** An objective as its row in the form: the limit is typed in the unit that a person reads (ms, %, per second). */
import type { Objective, Statistic } from '../../../../server/script/plan.ts';
import { durationOr, durationText, numberText, parseDuration, parseNumber, parsePercent, percentText, textOr } from './typed.ts';

export type Metric = Objective['metric'];

/** Its own limit, or what the pinned run measured. */
export const HELD_TO = ['value', 'baseline'] as const;
export type HeldTo = (typeof HELD_TO)[number];

export interface ObjectiveFields {
  metric: Metric;
  statistic: Statistic;
  comparison: NonNullable<Objective['comparison']>;
  /** ms, per cent or executions per second, as typed for each metric. */
  limits: Record<Metric, string>;
  /** Empty: executions. */
  requestName: string;
  /** Empty: the steady part, and the plan does not speak of it. */
  during: '' | 'steady' | 'whole';
  /** Empty: it never stops the test. */
  abortAfter: string;
  /** A narrow verdict is none. */
  strict: boolean;
  heldTo: HeldTo;
  /** Of the baseline: at most so many per cent worse, as typed. */
  maxChange: string;
}

export const METRICS: readonly Metric[] = ['latency', 'error_ratio', 'checks_ratio', 'throughput'];

/** What is better when there is more of it. */
export const wantsMore = (metric: Metric): boolean => metric === 'throughput' || metric === 'checks_ratio';

/** Comparisons that make sense for a metric; the first one is proposed. */
export function comparisonsOf(metric: Metric): readonly NonNullable<Objective['comparison']>[] {
  return wantsMore(metric) ? ['>=', '>'] : ['<', '<='];
}

const UNITS: Record<Metric, string> = { latency: 'ms', error_ratio: '%', checks_ratio: '%', throughput: '/s' };
export const unitOf = (metric: Metric): string => UNITS[metric];

const PROPOSED_LIMITS: Readonly<Record<Metric, string>> = { latency: '500', error_ratio: '1', checks_ratio: '99', throughput: '10' };

const PROPOSED_CHANGE = '10';

/** Judged on the requests of one name; the others are judged on executions. */
export const hasRequestName = (metric: Metric): boolean => !wantsMore(metric);

/** By a window of the last seconds: of throughput and a mean there is none, and the baseline has none to compare with. */
export const canAbort = ({ metric, statistic, heldTo }: Pick<ObjectiveFields, 'metric' | 'statistic' | 'heldTo'>): boolean =>
  heldTo === 'value' && metric !== 'throughput' && !(metric === 'latency' && statistic === 'mean');

export function proposedObjective(metric: Metric = 'latency'): ObjectiveFields {
  const comparison = comparisonsOf(metric)[0] ?? '<';
  return { metric, statistic: 'p95', comparison, limits: { ...PROPOSED_LIMITS }, requestName: '', during: '', abortAfter: '', strict: false, heldTo: 'value', maxChange: PROPOSED_CHANGE };
}

/** The next objective that a plan may want: what it has none of yet. */
export function nextMetric(objectives: readonly ObjectiveFields[], withChecks: boolean): Metric {
  const has = (metric: Metric) => objectives.some((objective) => objective.metric === metric && objective.requestName.trim() === '');
  const wanted: readonly Metric[] = withChecks ? ['latency', 'error_ratio', 'checks_ratio', 'throughput'] : ['latency', 'error_ratio', 'throughput'];
  return wanted.find((metric) => !has(metric)) ?? 'latency';
}

/** Another metric in the same row: what does not fit it is kept for the way back. */
export function withMetric(fields: ObjectiveFields, metric: Metric): ObjectiveFields {
  const place = comparisonsOf(fields.metric).indexOf(fields.comparison);
  return { ...fields, metric, comparison: comparisonsOf(metric)[place] ?? fields.comparison };
}

export function toObjective(fields: ObjectiveFields) {
  return {
    metric: fields.metric,
    statistic: fields.metric === 'latency' ? fields.statistic : undefined,
    comparison: fields.comparison,
    value: fields.heldTo === 'value' ? limitOf(fields) : undefined,
    requestName: hasRequestName(fields.metric) ? textOr(fields.requestName) : undefined,
    during: fields.during === '' ? undefined : fields.during,
    abortAfterMs: canAbort(fields) ? durationOr(fields.abortAfter) : undefined,
    maxChangeRatio: fields.heldTo === 'baseline' ? parsePercent(fields.maxChange) : undefined,
    strict: fields.strict || undefined,
  };
}

/** `1 s` is understood too; a bare number counts in the row's unit. */
function limitOf({ metric, limits }: ObjectiveFields): number {
  const limit = limits[metric];
  if (unitOf(metric) === '%') return parsePercent(limit);
  if (metric === 'throughput') return parseNumber(limit.replace(/\/s\s*$/, ''));
  // As it was typed, to its last digit.
  const number = parseNumber(limit);
  return Number.isNaN(number) ? parseDuration(limit, 'ms') : number;
}

export function fromObjective(objective: Objective): ObjectiveFields {
  const { metric, statistic, comparison, value, requestName, during, abortAfterMs, maxChangeRatio, strict } = objective;
  return {
    metric,
    statistic: statistic ?? 'p95',
    comparison: comparison ?? comparisonsOf(metric)[0] ?? '<',
    limits: { ...PROPOSED_LIMITS, ...(value === undefined ? {} : { [metric]: unitOf(metric) === '%' ? percentText(value) : numberText(value) }) },
    requestName: requestName ?? '',
    during: during ?? '',
    abortAfter: abortAfterMs === undefined ? '' : durationText(abortAfterMs),
    strict: strict ?? false,
    heldTo: maxChangeRatio === undefined ? 'value' : 'baseline',
    maxChange: maxChangeRatio === undefined ? PROPOSED_CHANGE : percentText(maxChangeRatio),
  };
}
