/**
 * Where the level of a series moved, as Hunter finds it (Fleming et al., arXiv 2301.03034; Apache Otava): E-divisive in windows that overlap, with a t-test instead of permutations,
 * so that the same series always has the same points; first with ten times the p, then the weakest are merged away until all that are left are sure enough. Pure.
 */
import { tTwoSided } from '../verdict/distributions.ts';
import { bestSplit, type Split } from './divisive.ts';

export interface Search {
  readonly window: number;
  /** A point must be less likely by chance. */
  readonly p: number;
  /** A level must have so many values, from the last one and up to the next one. */
  readonly least: number;
  /** And it must have moved by so much, on the scale of the series. */
  isLarge(before: number, after: number): boolean;
}

export interface Point {
  /** The first value after it. */
  readonly index: number;
  readonly p: number;
  /** Means from the point before to the point behind. */
  readonly before: number;
  readonly after: number;
}

/** What is found at first may be so much more likely by chance. */
export const LOOSER = 10;

/** Points that may be some: what `merged` is to thin out. @param p as it is to be in the end */
export function candidates(series: Float64Array, { window, p }: Pick<Search, 'window' | 'p'>): number[] {
  const sums = new Sums(series);
  const found = new Set<number>();
  const step = Math.max(1, Math.floor(window / 2));
  for (let start = 0; start < series.length; ) {
    const points = pointsWithin(sums, start, Math.min(start + window, series.length), LOOSER * p);
    for (const index of points) found.add(index);
    start = Math.max(Math.max(0, ...points), start + step);
  }
  return [...found].sort((a, b) => a - b);
}

/** Splits again and again where it is most unlike itself, until a split is no more than chance. */
function pointsWithin(sums: Sums, from: number, to: number, p: number): number[] {
  const parts = [{ from, to, split: bestSplit(sums.series, from, to) }];
  const points: number[] = [];
  while (true) {
    const best = parts.reduce((a, b) => (divergenceOf(b.split) > divergenceOf(a.split) ? b : a));
    if (best.split === null || !(sums.compare(best.from, best.split.index, best.to).p <= p)) return points.sort((a, b) => a - b);
    const { index } = best.split;
    points.push(index);
    parts.splice(parts.indexOf(best), 1, ...[[best.from, index], [index, best.to]].map(([start = 0, end = 0]) => ({ from: start, to: end, split: bestSplit(sums.series, start, end) })));
  }
}

const divergenceOf = (split: Split | null): number => split?.divergence ?? Number.NEGATIVE_INFINITY;

/** Takes the least sure point away, and where all are sure the smallest, until every one is sure and large. */
export function merged(series: Float64Array, indexes: readonly number[], { p, least, isLarge }: Omit<Search, 'window'>): Point[] {
  const sums = new Sums(series);
  const kept = [...indexes];
  const at = (i: number): Point => {
    const [from, index, to] = [kept[i - 1] ?? 0, kept[i] ?? 0, kept[i + 1] ?? series.length];
    const point = sums.compare(from, index, to);
    return Math.min(index - from, to - index) < least ? { ...point, p: 1 } : point;
  };
  const points = kept.map((_, i) => at(i));
  while (points.length > 0) {
    const unsure = worst(points, (a, b) => a.p > b.p);
    const smallest = worst(points, (a, b) => Math.abs(a.after - a.before) < Math.abs(b.after - b.before));
    const [weakest, little] = [points[unsure], points[smallest]];
    if (weakest && weakest.p < p && little && isLarge(little.before, little.after)) return points;
    const gone = weakest && weakest.p < p ? smallest : unsure;
    kept.splice(gone, 1);
    points.splice(gone, 1);
    for (const i of [gone - 1, gone]) if (i >= 0 && i < points.length) points[i] = at(i);
  }
  return points;
}

function worst(points: readonly Point[], isWorse: (a: Point, b: Point) => boolean): number {
  return points.reduce((at, point, i) => (isWorse(point, points[at] ?? point) ? i : at), 0);
}

/** Means and variances of any part of a series, in one step each. */
class Sums {
  readonly series: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #middle: number;

  constructor(series: Float64Array) {
    this.series = series;
    this.#sums = new Float64Array(series.length + 1);
    this.#squares = new Float64Array(series.length + 1);
    // Squares of large numbers that differ little would lose what they differ by.
    this.#middle = series.reduce((sum, value) => sum + value, 0) / Math.max(1, series.length);
    series.forEach((value, i) => {
      const from = value - this.#middle;
      this.#sums[i + 1] = (this.#sums[i] ?? 0) + from;
      this.#squares[i + 1] = (this.#squares[i] ?? 0) + from * from;
    });
  }

  /** Student's t-test, two-sided, one variance for both parts. */
  compare(from: number, index: number, to: number): Point {
    const [left, right] = [this.#part(from, index), this.#part(index, to)];
    const freedom = to - from - 2;
    const difference = Math.abs(left.mean - right.mean);
    const error = Math.sqrt(((left.squares + right.squares) / Math.max(1, freedom)) * (1 / (index - from) + 1 / (to - index)));
    const p = freedom < 1 || difference === 0 ? 1 : tTwoSided(difference / error, freedom);
    return { index, p, before: left.mean + this.#middle, after: right.mean + this.#middle };
  }

  #part(from: number, to: number): { readonly mean: number; readonly squares: number } {
    const sum = (this.#sums[to] ?? 0) - (this.#sums[from] ?? 0);
    const mean = sum / (to - from);
    return { mean, squares: Math.max(0, (this.#squares[to] ?? 0) - (this.#squares[from] ?? 0) - sum * mean) };
  }
}
