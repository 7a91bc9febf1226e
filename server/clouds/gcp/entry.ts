/** An entry of Cloud Logging as a line of a shard, and the filters that find them. Pure. */
import type { Entry } from '@google-cloud/logging';

export interface Printed {
  readonly shard: number;
  readonly line: string;
  readonly isError: boolean;
}

const TASK_INDEX = 'run.googleapis.com/task_index';
const STDOUT = 'run.googleapis.com/stdout';
const STDERR = 'run.googleapis.com/stderr';

/** null: no shard has printed it. */
export function printedOf({ metadata: { logName, labels }, data }: Entry): Printed | null {
  const shard = Number(labels?.[TASK_INDEX] ?? Number.NaN);
  if (!Number.isInteger(shard) || data == null) return null;
  // A line that is a JSON object is taken apart there.
  const line = typeof data === 'string' ? data : JSON.stringify(data);
  return { shard, line: line.replace(/\r?\n$/, ''), isError: logName?.endsWith(encodeURIComponent(STDERR)) ?? false };
}

/** What all shards of a run print; with `shard`, one of them on standard output alone. */
export function filterOf(jobId: string, region: string, shard?: number): string {
  const logs = shard === undefined ? `(log_id("${STDOUT}") OR log_id("${STDERR}"))` : `log_id("${STDOUT}") AND labels."${TASK_INDEX}"="${shard}"`;
  return `resource.type="cloud_run_job" AND resource.labels.job_name="${jobId}" AND resource.labels.location="${region}" AND ${logs}`;
}
