/** Rows of the per-request table and failures over all requests. Pure. */

export interface RequestRow {
  readonly name: string;
  readonly requests: number;
  readonly failed: number;
  readonly errorRatio: number | null;
  readonly latency: { readonly atLeast: readonly string[]; readonly p50Ms: number; readonly p90Ms: number; readonly p95Ms: number; readonly p99Ms: number; readonly maxMs: number } | null;
  readonly failures: readonly FailureClass[];
}

export interface FailureClass {
  readonly class: string;
  readonly count: number;
  readonly example: string | null;
}

export interface FailureRow extends FailureClass {
  readonly requestName: string;
}

/** The most frequent class first. */
export function failuresOf(requests: readonly RequestRow[]): FailureRow[] {
  return requests.flatMap((row) => row.failures.map((failure) => ({ ...failure, requestName: row.name }))).sort((a, b) => b.count - a.count);
}
