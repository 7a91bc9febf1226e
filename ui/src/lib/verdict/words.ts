/** An objective in words: its name, and numbers in the unit of its metric. */
import { asGiven, DASH, ms, percent, rate } from '../text/format.ts';
import { text } from '../text/text.ts';

export interface ObjectiveShape {
  readonly metric: string;
  readonly statistic: string | null;
  readonly comparison: string | null;
  readonly value: number | null;
  /** Instead of a value: the most that it may be worse than the baseline. */
  readonly maxChangeRatio?: number | null;
  readonly requestName: string | null;
  readonly during: string;
}

export function amount(metric: string, value: number | null): string {
  if (metric === 'latency') return ms(value);
  if (metric === 'error_ratio' || metric === 'checks_ratio') return percent(value);
  return rate(value);
}

interface Measured {
  readonly metric: string;
  readonly measured: number | null;
  readonly verdict: string;
  readonly samples: number;
  readonly needed: number | null;
}

/** What few samples say of a percentile is chance. */
export const tooFew = ({ verdict, needed, samples }: Omit<Measured, 'metric' | 'measured'>): boolean => verdict === 'NOT_EVALUATED' && needed !== null && samples < needed;

/** Of too few samples a dash. */
export const measuredOf = (objective: Measured): string => (tooFew(objective) ? DASH : amount(objective.metric, objective.measured));

/** A limit, as it was given: what is rounded would not be what was judged by. */
export function givenAmount(metric: string, value: number | null): string {
  if (metric === 'latency') return asGiven(value, 'ms');
  if (metric === 'error_ratio' || metric === 'checks_ratio') return asGiven(value === null ? null : value * 100, '%');
  return asGiven(value, '/s', '');
}

export function nameOf({ metric, statistic }: Pick<ObjectiveShape, 'metric' | 'statistic'>): string {
  const names: Record<string, string> = text.metric.name;
  const statistics: Record<string, string> = text.metric.statistic;
  return metric === 'latency' && statistic !== null ? (statistics[statistic] ?? statistic) : (names[metric] ?? metric);
}

export function limitOf({ metric, comparison, value, maxChangeRatio }: ObjectiveShape): string {
  if (value === null && maxChangeRatio != null) return text.verdict.ofBaseline(metric === 'throughput' || metric === 'checks_ratio', asGiven(maxChangeRatio * 100, '%'));
  const comparisons: Record<string, string> = text.metric.comparison;
  return `${comparison === null ? '' : (comparisons[comparison] ?? comparison)} ${givenAmount(metric, value)}`.trim();
}

/** Of what, and when: only where it is not the usual (executions, steady part). */
export function scopeOf({ requestName, during }: ObjectiveShape): string {
  return [requestName === null ? '' : text.metric.ofRequest(requestName), during === 'whole' ? text.metric.during.whole : ''].filter((part) => part !== '').join(', ');
}

/** A time from the first request of an execution to its end. */
export const isOfExecutions = ({ metric, requestName }: Pick<ObjectiveShape, 'metric' | 'requestName'>): boolean => metric === 'latency' && requestName === null;

/** What the number says, in plain words. */
export const meaningOf = ({ metric, statistic }: Pick<ObjectiveShape, 'metric' | 'statistic'>): string => text.meaning[metric === 'latency' ? (statistic ?? '') : metric] ?? '';

/** How sure a verdict is: chance alone, or not; empty where that has no meaning. */
export function marginOf(margin: string | null): string {
  const margins: Record<string, string> = text.verdict.margin;
  return margin === null ? '' : (margins[margin] ?? margin);
}
