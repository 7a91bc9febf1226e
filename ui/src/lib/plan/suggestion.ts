/** What limit the last runs suggest: the worst of them with some room, as a number that is easily said. Pure. */
import { type Metric, unitOf, wantsMore } from './objective.ts';
import { numberText, percentText } from './typed.ts';

export interface MeasuredRun {
  /** Null: it did not come to its planned end, or nothing can be said by it. */
  readonly value: number | null;
  /** The value is at least that. */
  readonly atLeast: boolean;
  readonly series: number;
}

const MOST_RUNS = 5;

/** Of the last runs that can be compared with the very last one. */
export function lastValues(runs: readonly MeasuredRun[]): number[] {
  const known = runs.filter((run): run is MeasuredRun & { value: number } => run.value !== null && !run.atLeast);
  const series = known.at(-1)?.series;
  return known.filter((run) => run.series === series).slice(-MOST_RUNS).map(({ value }) => value);
}

/** Beside the worst run: runs differ by some per cent although nothing was changed. */
const ROOM = 1.2;
const ROOM_BELOW = 0.85;
/** A smaller share takes more executions to be judged than most runs have. */
const LEAST_SHARE = 0.005;

/** In the unit of the plan: ms, a ratio, per second. Null: no limit would say anything. */
export function suggestedLimit(metric: Metric, values: readonly number[]): number | null {
  const worst = values.length === 0 ? null : wantsMore(metric) ? Math.min(...values) : Math.max(...values);
  if (worst === null) return null;
  if (metric === 'latency') return worst > 0 ? roundUp(worst * ROOM) : null;
  if (metric === 'throughput') return worst > 0 ? roundDown(worst * ROOM_BELOW) : null;
  const share = metric === 'error_ratio' ? worst : 1 - worst;
  const limit = roundUp(Math.max(LEAST_SHARE, share * 2));
  if (limit >= 1) return null;
  return metric === 'error_ratio' ? limit : exact(1 - limit);
}

/** As its field shows it. */
export const limitText = (metric: Metric, limit: number): string => (unitOf(metric) === '%' ? percentText(limit) : numberText(limit));

const PLEASANT = [1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10];

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return exact((PLEASANT.find((step) => step * power >= value * (1 - 1e-9)) ?? 10) * power);
}

const roundDown = (value: number): number => {
  const power = 10 ** (Math.floor(Math.log10(value)) - 1);
  return exact(Math.floor(value / power + 1e-9) * power);
};

/** Without what binary fractions leave behind. */
const exact = (value: number): number => Number(value.toPrecision(6));
