/** The values of many runs, oldest first, and where their level moved. Pure. */
import { type Unfit, unfit } from './change.ts';
import { candidates, LOOSER, merged, type Point } from './change-points.ts';
import { ERRORS } from './limits.ts';

const WINDOW = 50;
const P = 0.001;
const MAGNITUDE = 0.05;
const LEAST_RUNS = 10;
/** Runs of the new level: one slow run is none. */
const LEAST_AFTER = 3;

/** What is a ratio by nature moves by points: near 0 it has no logarithm. */
export type Scale = 'ratio' | 'points';

export interface ChangePoint {
  /** Of the values that were given: the first run of the new level. */
  readonly index: number;
  /** Mean of the level (of ratios the geometric one). */
  readonly before: number;
  readonly after: number;
  /** 0.1: a tenth more than before. On the scale of points their difference. */
  readonly change: number;
  readonly p: number;
  /** Likely, but not sure: `p` is less than 0.01 between points of which some are weak themselves; between sure ones it is not less than 0.001. */
  readonly isWeak: boolean;
}

export interface Trend {
  /** In the order of the runs. */
  readonly changePoints: readonly ChangePoint[];
}

/** @param values null, or one that is none: it is left out */
export function trendOf(values: readonly (number | null)[], scale: Scale = 'ratio'): Trend | Unfit {
  const isValue = (value: number | null): value is number => value !== null && Number.isFinite(value) && (scale === 'points' ? value >= 0 : value > 0);
  const runs = values.flatMap((value, index) => (isValue(value) ? [{ index, value: scale === 'ratio' ? Math.log(value) : value }] : []));
  if (runs.length < LEAST_RUNS) return unfit('too_few_runs', `Where the level moved can be told of ${LEAST_RUNS} runs or more; there are ${runs.length} with a value.`, LEAST_RUNS - runs.length);
  const series = Float64Array.from(runs, ({ value }) => value);
  const isLarge = (before: number, after: number) => Math.abs(after - before) >= (scale === 'ratio' ? Math.log1p(MAGNITUDE) : ERRORS);
  const possible = candidates(series, { window: WINDOW, p: P });
  const sure = merged(series, possible, { p: P, least: LEAST_AFTER, isLarge });
  const likely = merged(series, possible, { p: LOOSER * P, least: LEAST_AFTER, isLarge });
  const told = ({ index, before, after, p }: Point, isWeak: boolean): ChangePoint => ({
    index: runs[index]?.index ?? index,
    ...(scale === 'ratio' ? { before: Math.exp(before), after: Math.exp(after), change: Math.expm1(after - before) } : { before, after, change: after - before }),
    p,
    isWeak,
  });
  const weak = likely.filter(({ index }) => sure.every((point) => point.index !== index));
  const changePoints = [...sure.map((point) => told(point, false)), ...weak.map((point) => told(point, true))].sort((a, b) => a.index - b.index);
  return { changePoints };
}
