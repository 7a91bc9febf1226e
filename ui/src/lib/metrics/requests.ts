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

/** The most frequent class first. */
export function failuresOf(requests: readonly RequestRow[]): FailureRow[] {
  return requests.flatMap((row) => row.failures.map((failure) => ({ ...failure, requestName: row.name }))).sort((a, b) => b.count - a.count);
}
