/** Where the results of a run came from, in the words of the API. Pure. */
import type { Told, ToldNumber } from '../../templates/results.ts';
import type { Imported } from './run.ts';

export interface ImportedFrom {
  readonly fileName: string;
  readonly format: string;
  /** As the tool tells it; null: it does not, or each request was told. */
  readonly durationMs: number | null;
  /** The tool's own totals; empty: each request was told, and all numbers are ours. */
  readonly told: readonly ToldRequests[];
}

export interface ToldRequests extends Omit<Told, 'latency'> {
  /** null: all of them. */
  readonly name: string | null;
  readonly latency: readonly ToldStatistic[];
}

export interface ToldStatistic {
  readonly statistic: string;
  readonly valueMs: number;
  /** The tool rounded it: the true one lies between these. null: it is as it was measured. */
  readonly leastMs: number | null;
  readonly mostMs: number | null;
}

export function importedFrom({ fileName, format, told }: Imported): ImportedFrom {
  const { durationMs = null, all = null, requests = [] } = told?.totals ?? {};
  return { fileName, format, durationMs, told: [...(all ? [toldOf(null, all)] : []), ...requests.map((one) => toldOf(one.name, one))] };
}

function toldOf(name: string | null, { requests, failed, latencyOf, latency, failures }: Told): ToldRequests {
  return { name, requests, failed, latencyOf, latency: (Object.entries(latency) as [string, ToldNumber][]).map(([statistic, { value, between }]) => ({ statistic, valueMs: value, leastMs: between?.[0] ?? null, mostMs: between?.[1] ?? null })), failures };
}
