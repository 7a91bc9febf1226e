/**
 * Where a series is most unlike itself: the divergence of E-divisive (Matteson and James, arXiv 1306.4933), for one dimension and distances to the power of 1. Sums of distances are carried
 * on from one split to the next, so that all splits of n values take n * n steps. Own code: no library for JavaScript has it.
 */

export interface Split {
  /** The first value after it. */
  readonly index: number;
  readonly divergence: number;
}

/**
 * The split of `from` to `to` (excluded) after which values are least like those before it. What comes long after a split need not be like what
 * comes right after it, so each end of the part behind it is tried. null: fewer than two values.
 */
export function bestSplit(values: Float64Array, from: number, to: number): Split | null {
  if (to - from < 2) return null;
  /** Of pairs within `from` to i, and of pairs within i to the end that is tried. */
  const before = new Float64Array(to - from + 1);
  const behind = new Float64Array(to - from + 1);
  let [index, divergence] = [from + 1, Number.NEGATIVE_INFINITY];
  for (let end = from + 1; end <= to; end++) {
    const last = values[end - 1] ?? 0;
    let toLast = 0;
    for (let at = end - 1; at >= from; at--) {
      toLast += Math.abs((values[at] ?? 0) - last);
      behind[at - from] = (behind[at - from] ?? 0) + toLast;
    }
    const all = behind[0] ?? 0;
    before[end - from] = all;
    for (let at = from + 1; at < end; at++) {
      const [n, m] = [at - from, end - at];
      const [left, right] = [before[n] ?? 0, behind[n] ?? 0];
      const within = (n > 1 ? (m * left) / (n - 1) : 0) + (m > 1 ? (n * right) / (m - 1) : 0);
      const found = (2 / (n + m)) * (all - left - right - within);
      if (found > divergence || (found === divergence && at < index)) [index, divergence] = [at, found];
    }
  }
  return { index, divergence };
}
