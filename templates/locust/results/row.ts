/** A row of statistics, of `_stats.csv` and at the end of `_stats_history.csv`. */
import type { Told, ToldNumber, ToldRequests } from '../../results.ts';
import { checked, count, latency, milliseconds } from '../../shared/results/numbers.ts';
import { Names } from '../../shared/results/names.ts';
import { Unreadable } from '../../shared/results/unreadable.ts';
import type { Row } from './csv.ts';
import { bucket } from './rounding.ts';

export interface Statistics {
  readonly method: string;
  readonly name: string;
  readonly isTotal: boolean;
  readonly told: Told;
}

/** @param prefix of the columns: `Total ` in the history */
export function statistics(row: Row, prefix: string, hasPercentiles: boolean): Statistics {
  const [method, name] = [row('Type') ?? '', row('Name') ?? ''];
  const isTotal = name === 'Aggregated' && (method === '' || method === 'None');
  const number = (column: string) => numeric(row(column));
  const requests = count(number(`${prefix}Request Count`), `${prefix}Request Count`);
  const failed = count(number(`${prefix}Failure Count`), `${prefix}Failure Count`);
  if (requests === null || failed === null) throw new Unreadable('A row of this file does not say how many requests there were.');
  return { method, name, isTotal, told: checked({ requests, failed, latencyOf: 'all', latency: latencyOf(row, prefix, hasPercentiles), failures: [] }, name.slice(0, 40)) };
}

/** Zeros stand for times that were not taken, and percentiles follow them. */
function latencyOf(row: Row, prefix: string, hasPercentiles: boolean): Told['latency'] {
  const text = (column: string) => row(`${prefix}${column} Response Time`);
  const time = (cell: string | undefined, what: string) => milliseconds(numeric(cell), what);
  const [min, mean, max] = (['Min', 'Average', 'Max'] as const).map((column) => time(text(column), column));
  if (!max) return {};
  // Up to 1.1 all are printed as whole numbers, and the fast client of 1.x measures in them: the rest of a millisecond was dropped.
  const isWhole = !text('Min')?.includes('.') && !text('Max')?.includes('.');
  const dropped = isWhole ? 1 : 0;
  const cut = (value: number | null | undefined, most: number): ToldNumber | null => (value == null ? null : most === 0 ? { value } : { value, between: [value, value + most] });
  const rounded = (value: number | null): ToldNumber | null => {
    if (value === null) return null;
    const [least, most] = bucket(value);
    return { value, between: [least, most + dropped] };
  };
  const percentile = (column: string) => (hasPercentiles ? rounded(time(row(column), column)) : null);
  return latency({
    min: cut(min, dropped),
    mean: cut(mean, text('Average')?.includes('.') ? dropped : dropped + 1),
    // Nearest rank, which the column 50% is not.
    p50: rounded(time(text('Median'), 'Median')),
    p90: percentile('90%'),
    p95: percentile('95%'),
    p99: percentile('99%'),
    p999: percentile('99.9%'),
    max: cut(max, dropped),
  });
}

/** Without rows of no requests. Where two methods have one name they are told apart. */
export function byName(rows: readonly Statistics[]): ToldRequests[] {
  const names = new Names();
  const alike = Map.groupBy(rows, ({ name }) => name);
  return rows.filter(({ told }) => told.requests !== 0).map(({ method, name, told }) => ({ name: names.give((alike.get(name)?.length ?? 0) > 1 ? `${method} ${name}` : name), ...told }));
}

/** Text of a cell -> a number; undefined: it is not known. What is no number stays what it is, and is refused. */
export function numeric(cell: string | undefined): unknown {
  if (cell === undefined || cell === '' || cell === 'N/A') return undefined;
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell;
}
