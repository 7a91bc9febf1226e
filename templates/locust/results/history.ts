/** `--csv`: `_stats_history.csv`. Its last rows are totals of the run; of all others only the first time is taken. */
import type { TotalsFormat } from '../../results.ts';
import { lasting, moment } from '../../shared/results/numbers.ts';
import { Unreadable, orSentence } from '../../shared/results/unreadable.ts';
import { begins, eachRow, type Row } from './csv.ts';
import { byName, numeric, statistics } from './row.ts';

const FIRST = ['Timestamp', 'User Count', 'Type', 'Name'];

export const history: TotalsFormat = {
  kind: 'totals',
  name: 'Locust CSV (_stats_history.csv)',
  recognises: (head) => begins(head, FIRST),
  read: orSentence((text) => {
    let startedAt: number | null = null;
    let isFull = false;
    /** Rows of the moment that is read, and of the one before it. */
    let rows: Row[] = [];
    let last: readonly Row[] = [];
    const columns = eachRow(text, FIRST, (row) => {
      startedAt ??= momentOf(row);
      rows.push(row);
      if (row('Name') !== 'Aggregated' || !['', 'None'].includes(row('Type') ?? '')) isFull = true;
      else {
        last = rows;
        rows = [];
      }
    });
    if (rows.length > 0 || last.length === 0) throw new Unreadable('The row Aggregated is missing at the end: the file was cut.');
    // Percentiles are of the last ten seconds where there is a history of each name (since 2.2), and before 1.2 (which has a column 99.999%).
    const hasPercentiles = !isFull && !columns.includes('99.999%');
    const read = last.map((row) => statistics(row, 'Total ', hasPercentiles));
    const total = read.pop();
    if (!total || total.told.requests === 0) throw new Unreadable('This file of Locust tells of no request.');
    const end = last.map(momentOf).at(-1) ?? null;
    return { toolVersion: null, startedAt, durationMs: lasting(startedAt, end), all: total.told, requests: byName(read), rules: [] };
  }),
};

function momentOf(row: Row): number | null {
  const seconds = numeric(row('Timestamp'));
  return typeof seconds === 'number' ? moment(seconds * 1000) : null;
}
