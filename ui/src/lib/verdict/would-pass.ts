/** From which limit on an objective would have held, by what was measured; and the limits that a slider offers. In the unit of its field: ms, per cent, per second. Pure. */
import { SAMPLES_OF_RATIO } from '../../../../server/script/least-samples.ts';
import { niceTop } from '../chart/scale.ts';
import { neededFor } from '../metrics/percentile.ts';
import { type Metric, unitOf, wantsMore } from '../plan/objective.ts';

export interface Told {
  readonly metric: string;
  readonly statistic: string | null;
  readonly comparison: string | null;
  readonly measured: number | null;
  readonly samples: number;
  readonly reasonCode: string | null;
}

/** Reasons that another limit does away with; all others stand against any. */
const OF_THE_LIMIT: readonly (string | null)[] = [null, 'slower_than_allowed', 'more_failures_than_allowed', 'more_failed_checks_than_allowed', 'below_limit', 'above_limit'];

export interface Edge {
  /** Rounded to what a person types: at this limit it holds. */
  readonly limit: number;
  /** Less of it is held, too; else more of it. */
  readonly upTo: boolean;
}

const asTyped = (metric: Metric, value: number) => (unitOf(metric) === '%' ? value * 100 : value);

/** null: no limit decides it, or none is known. */
export function edgeOf(metric: Metric, { statistic, comparison, measured, samples, reasonCode }: Told): Edge | null {
  if (measured === null || samples === 0 || !OF_THE_LIMIT.includes(reasonCode)) return null;
  if (metric === 'latency' && neededFor(statistic ?? '', samples) !== null) return null;
  const [least, strictly] = [SAMPLES_OF_RATIO / samples, comparison === '<' || comparison === '>'];
  const value = metric === 'error_ratio' ? Math.max(measured, least) : metric === 'checks_ratio' ? Math.min(measured, 1 - least) : measured;
  const upTo = wantsMore(metric);
  const isOwn = value === measured;
  const edge = asTyped(metric, value);
  const unit = unitFor(edge);
  const rounded = plain((upTo ? Math.floor(edge / unit + TINY) : Math.ceil(edge / unit - TINY)) * unit);
  const limit = strictly && isOwn && Math.abs(rounded - edge) < unit * TINY * 2 ? plain(rounded + (upTo ? -unit : unit)) : rounded;
  return limit > 0 && (unitOf(metric) !== '%' || limit < 100) ? { limit, upTo } : null;
}

/** What binary fractions leave behind. */
const TINY = 1e-6;
const plain = (value: number) => Number(value.toPrecision(12));
/** Three digits. */
const unitFor = (value: number) => (value >= 100 ? 1 : value >= 10 ? 0.1 : 0.01);

export const holds = ({ limit, upTo }: Edge, asked: number): boolean => (upTo ? asked <= limit : asked >= limit);

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Both the limit and what was measured are well inside. */
export function rangeOf(metric: Metric, value: number | null, measured: number | null): Range {
  const known = [value, measured].flatMap((one) => (one === null ? [] : [asTyped(metric, one)]));
  if (metric === 'checks_ratio') {
    const down = Math.min(100, niceTop(2 * Math.max(...known.map((one) => 100 - one), 0.5)));
    return { min: plain(100 - down), max: 100, step: stepOf(down) };
  }
  const top = niceTop(2 * Math.max(...known, unitFor(0)));
  const max = metric === 'error_ratio' ? Math.min(100, top) : top;
  const step = stepOf(max);
  return { min: step, max, step };
}

/** A hundred steps or more, each a round number. */
const stepOf = (width: number) => plain(10 ** Math.floor(Math.log10(width / 100)));
