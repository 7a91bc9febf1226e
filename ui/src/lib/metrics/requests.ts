/** Rows of the per-request table and failures over all requests. Pure. */
import type { FailureCount } from './points.ts';

export interface RequestRow {
  readonly name: string;
  readonly requests: number;
  readonly failed: number;
  readonly errorRatio: number | null;
  readonly latency: { readonly count: number; readonly atLeast: readonly string[]; readonly p50Ms: number; readonly p90Ms: number; readonly p95Ms: number; readonly p99Ms: number; readonly maxMs: number } | null;
  readonly failures: readonly FailureClass[];
}

export interface FailureClass extends FailureCount {
  readonly example: string | null;
}

export interface FailureRow extends FailureClass {
  readonly requestName: string;
}

/** Of executions, from intervals that hold them; the most frequent class first, each with the first example. */
export function executionFailures<Failure extends FailureCount & Partial<FailureClass>>(rows: readonly { readonly failures: readonly Failure[] }[]): Failure[] {
  const classes = new Map<string, Failure>();
  for (const { failures } of rows)
    for (const failure of failures) {
      const known = classes.get(failure.class);
      classes.set(failure.class, { ...(known?.example ? known : failure), count: (known?.count ?? 0) + failure.count });
    }
  return [...classes.values()].sort((a, b) => b.count - a.count);
}

/** An execution is begun by one request and then asked for: what became of it is not what became of a request. */
export const isPolled = (requests: readonly { readonly name: string }[]): boolean => requests.some(({ name }) => name === 'poll');

export const FAILURE_ORDERS = ['count', 'class', 'request'] as const;
export type FailureOrder = (typeof FAILURE_ORDERS)[number];

/** As the address says it; what cannot be read is what is usual. */
export const failureOrderOf = (written: string | null): FailureOrder => FAILURE_ORDERS.find((known) => known === written) ?? 'count';

/** The most frequent first, or as in a lexicon; then the most frequent of a class, or of a request. @param named as it is shown */
export function failuresInOrder<Failure extends FailureClass & { readonly requestName?: string }>(failures: readonly Failure[], order: FailureOrder, named: (failure: Failure) => string): Failure[] {
  const first = (a: Failure, b: Failure) => {
    if (order === 'class') return named(a).localeCompare(named(b), 'en');
    return order === 'request' ? (a.requestName ?? '').localeCompare(b.requestName ?? '', 'en') : 0;
  };
  return failures.toSorted((a, b) => first(a, b) || b.count - a.count);
}

/** The most frequent class first. */
export function failuresOf(requests: readonly RequestRow[]): FailureRow[] {
  return requests.flatMap((row) => row.failures.map((failure) => ({ ...failure, requestName: row.name }))).sort((a, b) => b.count - a.count);
}
