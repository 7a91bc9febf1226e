import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimated } from '../../ui/src/lib/chart/decimate.ts';

interface Row {
  readonly x: number;
  readonly value: number | null;
}
const value = (row: Row) => row.value;
const rowsOf = (values: readonly (number | null)[]): Row[] => values.map((each, x) => ({ x, value: each }));
const WIDTH = 20;

/** As it is drawn on `WIDTH` columns. */
function thinned(rows: readonly Row[]) {
  const columnOf = ({ x }: Row) => Math.floor((x * WIDTH) / rows.length);
  return { columnOf, kept: decimated(rows, WIDTH, columnOf, value) };
}
const anyValues = fc.array(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { freq: 4 }), { minLength: 200, maxLength: 2000 });

describe('many rows on few pixels', () => {
  it('are a few for each column, in their order, however many there were', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const { kept } = thinned(rowsOf(values));
        expect(kept.length).toBeLessThanOrEqual(4 * WIDTH);
        expect(kept.every((row, i) => i === 0 || row.x > (kept[i - 1]?.x ?? 0))).toBe(true);
      }),
    );
    expect(thinned(rowsOf(Array.from({ length: 100_000 }, (_, i) => i % 97))).kept.length).toBeLessThanOrEqual(4 * WIDTH);
  });

  it('keep the lowest and the highest value of every column, and where its line comes in and goes out', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const rows = rowsOf(values);
        const { kept, columnOf } = thinned(rows);
        for (const [column, all] of Map.groupBy(rows, columnOf)) {
          const left = kept.filter((row) => columnOf(row) === column);
          const extremes = (of: readonly Row[]) => {
            const known = of.map(value).filter((each) => each !== null);
            return [Math.min(...known), Math.max(...known), of[0], of.at(-1)];
          };
          expect(extremes(left)).toEqual(extremes(all));
        }
      }),
    );
  });

  it('keep a gap as wide as a column, and a value that stands alone in one', () => {
    const perColumn = 50;
    const values = Array.from({ length: WIDTH * perColumn }, (_, i): number | null => (i >= 5 * perColumn && i < 8 * perColumn && i !== 6.5 * perColumn ? null : i));
    const { kept, columnOf } = thinned(rowsOf(values));
    const inColumn = (column: number) => kept.filter((row) => columnOf(row) === column).map(value);
    expect([inColumn(5), inColumn(6), inColumn(7)]).toEqual([[null, null], [null, 325, null], [null, null]]);
    expect(kept.filter((row) => columnOf(row) < 5 || columnOf(row) > 7).every((row) => row.value !== null)).toBe(true);
  });

  it('keep the extremes of each of several values', () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ x: i, up: i === 333 ? 9 : 1, down: i === 444 ? -9 : -1 }));
    const kept = decimated(rows, 2, ({ x }) => Math.floor(x / 250), (row) => row.up, (row) => row.down);
    expect([kept.some(({ x }) => x === 333), kept.some(({ x }) => x === 444)]).toEqual([true, true]);
  });

  it('that are few are left alone', () => {
    const rows = rowsOf([1, null, 3]);
    expect(decimated(rows, WIDTH, () => 0, value)).toBe(rows);
  });

  it('are none while the drawing has no size', () => {
    expect(decimated(rowsOf([1, 2]), -20, () => 0, value)).toEqual([]);
  });
});
