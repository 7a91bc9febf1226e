/** `--csv`: `_failures.csv` and `_exceptions.csv`. What went wrong, and not of how many. */
import type { Told, Totals, TotalsFormat } from '../../results.ts';
import { count } from '../../shared/results/numbers.ts';
import { oneLine, Names } from '../../shared/results/names.ts';
import { Unreadable, orSentence } from '../../shared/results/unreadable.ts';
import { begins, eachRow } from './csv.ts';
import { numeric } from './row.ts';

type Failure = Told['failures'][number];

const only = (failures: readonly Failure[]): Told => ({ requests: null, failed: null, latencyOf: 'all', latency: {}, failures });
const totals = (all: Told | null, requests: Totals['requests']): Totals => ({ toolVersion: null, startedAt: null, durationMs: null, all, requests, rules: [] });

const FAILURES = ['Method', 'Name', 'Error'];

export const failures: TotalsFormat = {
  kind: 'totals',
  name: 'Locust CSV (_failures.csv)',
  recognises: (head) => begins(head, [...FAILURES, 'Occurrences']),
  read: orSentence((text) => {
    const byRequest = new Map<string, { readonly method: string; readonly name: string; readonly failures: Failure[] }>();
    const columns = eachRow(text, FAILURES, (row) => {
      const [method, name] = [row('Method') ?? '', row('Name') ?? ''];
      const key = JSON.stringify([method, name]);
      const request = byRequest.get(key) ?? { method, name, failures: [] };
      byRequest.set(key, request);
      request.failures.push({ what: oneLine(row('Error') ?? ''), count: known(row('Occurrences'), 'Occurrences') });
    });
    // A number that ends the file may go on. Only the oldest versions end it so.
    if (columns.at(-1) === 'Occurrences' && !text.startsWith('"') && !text.endsWith('\n')) throw new Unreadable('The last row does not end: the file was cut.');
    const names = new Names();
    const several = Map.groupBy(byRequest.values(), ({ name }) => name);
    return totals(
      null,
      [...byRequest.values()].map(({ method, name, failures: found }) => ({ name: names.give((several.get(name)?.length ?? 0) > 1 ? `${method} ${name}` : name), ...only(found) })),
    );
  }),
};

const EXCEPTIONS = ['Count', 'Message', 'Traceback', 'Nodes'];

/** Of tasks: a request may have succeeded all the same, or not have been counted at all. */
export const exceptions: TotalsFormat = {
  kind: 'totals',
  name: 'Locust CSV (_exceptions.csv)',
  recognises: (head) => begins(head, EXCEPTIONS),
  read: orSentence((text) => {
    const found: Failure[] = [];
    eachRow(text, EXCEPTIONS, (row) => found.push({ what: oneLine(row('Message') ?? ''), count: known(row('Count'), 'Count') }));
    return totals(only(found), []);
  }),
};

function known(cell: string | undefined, what: string): number {
  const told = count(numeric(cell), what);
  if (told === null) throw new Unreadable('A row does not say how often it happened.');
  return told;
}
