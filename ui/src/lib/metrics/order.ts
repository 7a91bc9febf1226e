/** In which order the rows of the per-request table stand. Pure. */
import type { RequestRow } from './requests.ts';
import { type PercentileField, percentileOf } from './percentile.ts';

export const REQUEST_PERCENTILES = ['p50Ms', 'p90Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const satisfies readonly PercentileField[];
export const REQUEST_COLUMNS = ['name', 'requests', 'failed', 'errorRatio', ...REQUEST_PERCENTILES] as const;
export type RequestColumn = (typeof REQUEST_COLUMNS)[number];

export interface Order {
  readonly column: RequestColumn;
  readonly descending: boolean;
}

/** The slowest first. */
export const USUAL_ORDER: Order = { column: 'p95Ms', descending: true };

/** As the address says it: `p95Ms`, `-p95Ms` for the largest first; what cannot be read is what is usual. */
export function orderOf(written: string | null): Order {
  const column = REQUEST_COLUMNS.find((known) => known === written?.replace(/^-/, ''));
  return column === undefined ? USUAL_ORDER : { column, descending: written?.startsWith('-') ?? false };
}

export const written = ({ column, descending }: Order): string => `${descending ? '-' : ''}${column}`;

/** A number with the largest first, a name as in a lexicon. */
export const by = (column: RequestColumn): Order => ({ column, descending: column !== 'name' });

/** The head of a column is pressed; pressed again, the other way round. */
export const turned = (order: Order, column: RequestColumn): Order => (order.column === column ? { column, descending: !order.descending } : by(column));

/** What is not known stands last, either way; of a percentile that is not known yet, the slowest of its requests decides among those. */
export function inOrder(rows: readonly RequestRow[], { column, descending }: Order): RequestRow[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (column === 'name') return sign * a.name.localeCompare(b.name, 'en');
    const [left, right] = [numberIn(a, column), numberIn(b, column)];
    if (left === null || right === null) return left === right ? (b.latency?.maxMs ?? 0) - (a.latency?.maxMs ?? 0) : left === null ? 1 : -1;
    return sign * (left - right) || a.name.localeCompare(b.name, 'en');
  });
}

function numberIn(row: RequestRow, column: Exclude<RequestColumn, 'name'>): number | null {
  if (column === 'requests' || column === 'failed' || column === 'errorRatio') return row[column];
  return percentileOf(row.latency, column)?.ms ?? null;
}
