/**
 * Fewer rows for the same picture: of each column of pixels the first row, the lowest, the highest and the last one. What else lies in that column would be
 * drawn over the line between these (M4, from Jugel, Jerzak, Hackenbroich and Markl: "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014). Pure.
 */

/** So many rows of a column are kept for one value. */
const KEPT = 4;

type Value<Row> = (row: Row) => number | null;

/**
 * Rows in their order, which is the one of their columns. A gap of a column or more stays one: rows without a value are kept where they begin or end a column.
 * @param columns of the drawing; where there are few rows for them, all rows are kept
 * @param columnOf which whole column a row is drawn in
 */
export function decimated<Row>(rows: readonly Row[], columns: number, columnOf: (row: Row) => number, ...values: readonly Value<Row>[]): readonly Row[] {
  // Before its size is known, a drawing has none.
  if (columns <= 0) return [];
  if (rows.length <= KEPT * columns) return rows;
  const kept: Row[] = [];
  for (let from = 0; from < rows.length; ) {
    const to = endOfColumn(rows, from, columnOf);
    const extremes: number[] = [];
    for (const value of values) extremes.push(...extremesOf(rows, from, to, value));
    for (const index of new Set([from, ...extremes, to - 1].sort((a, b) => a - b))) kept.push(rows[index] as Row);
    from = to;
  }
  return kept;
}

/** The first row after those of the column that begins here. */
function endOfColumn<Row>(rows: readonly Row[], from: number, columnOf: (row: Row) => number): number {
  const column = columnOf(rows[from] as Row);
  let [inside, outside] = [from, rows.length];
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (columnOf(rows[middle] as Row) === column) inside = middle;
    else outside = middle;
  }
  return outside;
}

/** Where the lowest and the highest value of a stretch stand; empty: it has none. */
function extremesOf<Row>(rows: readonly Row[], from: number, to: number, value: Value<Row>): number[] {
  let [lowest, low] = [-1, Number.POSITIVE_INFINITY];
  let [highest, high] = [-1, Number.NEGATIVE_INFINITY];
  for (let i = from; i < to; i++) {
    const at = value(rows[i] as Row);
    if (at === null) continue;
    if (at < low) [lowest, low] = [i, at];
    if (at > high) [highest, high] = [i, at];
  }
  return lowest === -1 ? [] : [lowest, highest];
}
