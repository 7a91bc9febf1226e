/** The beginning of a data set, for the panel. */
import { parseTree } from 'jsonc-parser';
import { shown } from '../workflow/shown.ts';
import type { Dataset } from './rows.ts';

export interface DatasetPreview {
  /** Names fit for a screen. */
  readonly columns: readonly string[];
  /** One cell for each of `columns`: a text as it reads, any other value as its JSON text, shortened; null: the row has no such member. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly columnCount: number;
  readonly rowCount: number;
}

const MOST_LETTERS = 80;

/** @param most how much of it; default 5 rows and 10 columns */
export function previewDataset({ rows, columns }: Pick<Dataset, 'rows' | 'columns'>, most: { readonly rows?: number; readonly columns?: number } = {}): DatasetPreview {
  const names = columns.slice(0, most.columns ?? 10);
  return {
    columns: names.map((name) => shown(name, MOST_LETTERS)),
    rows: rows.slice(0, most.rows ?? 5).map((row) => {
      const cells = cellsOf(row);
      return names.map((name) => cells.get(name) ?? null);
    }),
    columnCount: columns.length,
    rowCount: rows.length,
  };
}

/** From the text, not from a parsed value: 20-digit integers are shown as they are sent. Of two equal names the last counts. */
function cellsOf(row: string): Map<string, string> {
  const cells = new Map<string, string>();
  for (const { children: [name, value] = [] } of parseTree(row)?.children ?? [])
    if (name && value) cells.set(String(name.value), shown(value.type === 'string' ? String(value.value) : row.slice(value.offset, value.offset + value.length), MOST_LETTERS));
  return cells;
}
