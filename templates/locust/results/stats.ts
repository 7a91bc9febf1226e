/** `--csv`: `_stats.csv`. Locust may not write it a last time at the end: what it says is taken as it is. */
import type { TotalsFormat } from '../../results.ts';
import { Unreadable, orSentence } from '../../shared/results/unreadable.ts';
import { begins, eachRow } from './csv.ts';
import { byName, statistics, type Statistics } from './row.ts';

const FIRST = ['Type', 'Name'];
const COLUMNS = [...FIRST, 'Request Count', 'Failure Count'];

export const stats: TotalsFormat = {
  kind: 'totals',
  name: 'Locust CSV (_stats.csv)',
  recognises: (head) => begins(head, COLUMNS),
  read: orSentence((text) => {
    const rows: Statistics[] = [];
    eachRow(text, FIRST, (row) => rows.push(statistics(row, '', true)));
    const total = rows.pop();
    if (!total?.isTotal) throw new Unreadable('The row Aggregated is missing at the end: the file was cut.');
    if (total.told.requests === 0) throw new Unreadable('This file of Locust tells of no request.');
    return { toolVersion: null, startedAt: null, durationMs: null, all: total.told, requests: byName(rows), rules: [] };
  }),
};
