/** An entry of Cloud Logging as a line of a shard, and the filters that find them. Pure. */

/** google.protobuf.Struct and Value, as far as they are read. */
interface Struct {
  readonly fields?: Readonly<Record<string, Value>> | null;
}
interface Value {
  readonly kind?: string;
  readonly numberValue?: number | null;
  readonly stringValue?: string | null;
  readonly boolValue?: boolean | null;
  readonly structValue?: Struct | null;
  readonly listValue?: { readonly values?: readonly Value[] | null } | null;
}

/** google.logging.v2.LogEntry, as far as it is read. */
export interface LogEntry {
  readonly logName?: string | null;
  readonly insertId?: string | null;
  readonly timestamp?: { readonly seconds?: number | string | { toString(): string } | null; readonly nanos?: number | null } | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly textPayload?: string | null;
  readonly jsonPayload?: Struct | null;
}

export interface Printed {
  readonly shard: number;
  readonly line: string;
  readonly isError: boolean;
}

const TASK_INDEX = 'run.googleapis.com/task_index';
const STDOUT = 'run.googleapis.com/stdout';
const STDERR = 'run.googleapis.com/stderr';

/** null: no shard has printed it. */
export function printedOf({ logName, labels, textPayload, jsonPayload }: LogEntry): Printed | null {
  const shard = Number(labels?.[TASK_INDEX] ?? Number.NaN);
  // A line that is a JSON object is taken apart there.
  const line = textPayload ?? (jsonPayload ? JSON.stringify(plain({ structValue: jsonPayload })) : null);
  if (!Number.isInteger(shard) || line === null) return null;
  return { shard, line: line.replace(/\r?\n$/, ''), isError: logName?.endsWith(encodeURIComponent(STDERR)) ?? false };
}

/** Epoch ms; null: it has none. */
export function timeOf({ timestamp }: LogEntry): number | null {
  return timestamp?.seconds == null ? null : Number(timestamp.seconds.toString()) * 1000 + Math.floor((timestamp.nanos ?? 0) / 1e6);
}

/** What all shards of a run print; with `shard`, one of them on standard output alone. */
export function filterOf(jobId: string, region: string, shard?: number): string {
  const logs = shard === undefined ? `(log_id("${STDOUT}") OR log_id("${STDERR}"))` : `log_id("${STDOUT}")`;
  const task = shard === undefined ? '' : ` AND labels."${TASK_INDEX}"="${shard}"`;
  return `resource.type="cloud_run_job" AND resource.labels.job_name="${jobId}" AND resource.labels.location="${region}" AND ${logs}${task}`;
}

export const since = (filter: string, ms: number): string => `${filter} AND timestamp>="${new Date(ms).toISOString()}"`;

function plain({ numberValue, stringValue, boolValue, structValue, listValue }: Value): unknown {
  if (structValue) return Object.fromEntries(Object.entries(structValue.fields ?? {}).map(([name, value]) => [name, plain(value)]));
  if (listValue) return (listValue.values ?? []).map(plain);
  return numberValue ?? stringValue ?? boolValue ?? null;
}
