/** One execution of a job: its tasks from their start to their end, as Cloud Run tells of them. */
import path from 'node:path';
import type { run_v2 } from '@googleapis/run';
import { type Container, startContainer } from '../container.ts';
import type { Kept } from './filter.ts';

export type Job = run_v2.Schema$GoogleCloudRunV2Job;
export type Execution = run_v2.Schema$GoogleCloudRunV2Execution;
export type Task = run_v2.Schema$GoogleCloudRunV2Task;

/** What is in a container besides what its job names. */
export interface Image {
  /** Where tools are. */
  readonly env: Readonly<Record<string, string>>;
  /** For Node. Default: the entry of a shard. */
  readonly args?: readonly string[];
}

export interface Surroundings {
  readonly project: string;
  readonly location: string;
  readonly folder: string;
  readonly image: Image;
  /** Values in Secret Manager, by `projects/<project>/secrets/<name>`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Tasks do not begin before it settles. */
  readonly begins: Promise<unknown>;
  readonly print: (entry: Kept) => void;
}

export interface RunningExecution {
  readonly name: string;
  readonly tasks: readonly Task[];
  resource(): Execution;
  living(): number[];
  kill(index: number, message?: string): void;
  cancel(): void;
  readonly over: Promise<void>;
  readonly isOver: boolean;
}

/** From SIGTERM to SIGKILL. */
const GRACE_MS = 10_000;

const now = () => new Date().toISOString();
let inserted = 0;

export function startExecution(job: Job, name: string, { project, location, folder, image, secrets, begins, print }: Surroundings): RunningExecution {
  const { taskCount = 1, template, labels } = job.template ?? {};
  const [container] = template?.containers ?? [];
  const count = taskCount ?? 1;
  const createTime = now();
  const running = new Map<number, Container>();
  const messages = new Map<number, string>();
  const tasks: Task[] = Array.from({ length: count }, (_, index) => ({ name: `${name}/tasks/${path.basename(name)}-task${index}`, index, job: job.name ?? null, execution: name, createTime, conditions: [{ type: 'Started', state: 'CONDITION_PENDING', message: 'Waiting for resources.' }] }));
  let isCancelled = false;
  let completionTime: string | null = null;
  const runId = job.labels?.['load-test-run'] ?? '';

  const given = Object.fromEntries((container?.env ?? []).map(({ name: variable, value, valueSource }) => {
    const secret = valueSource?.secretKeyRef?.secret ?? '';
    return [variable ?? '', valueSource ? (secrets[secret.includes('/') ? secret : `projects/${project}/secrets/${secret}`] ?? '') : (value ?? '')];
  }));

  const done = (index: number, how: Awaited<Container['exit']>) => {
    const message = messages.get(index) ?? (how.isKilled ? 'The container was terminated by the system.' : 'The container exited with an error.');
    const succeeded = how.code === 0 && !isCancelled && !messages.has(index);
    Object.assign(tasks[index] ?? {}, {
      completionTime: now(),
      conditions: [{ type: 'Completed', state: succeeded ? 'CONDITION_SUCCEEDED' : 'CONDITION_FAILED', ...(succeeded ? {} : { message, executionReason: isCancelled ? 'CANCELLED' : 'NON_ZERO_EXIT_CODE' }) }],
      lastAttemptResult: { status: { code: succeeded ? 0 : 2, message: succeeded ? '' : message }, ...(how.isKilled ? { termSignal: 9 } : { exitCode: how.code }) },
    } satisfies Task);
  };

  const live = async (index: number) => {
    await begins;
    const task = tasks[index];
    if (isCancelled || !task) return done(index, { code: 143, isKilled: true });
    const own = { CLOUD_RUN_JOB: path.basename(job.name ?? ''), CLOUD_RUN_EXECUTION: path.basename(name), CLOUD_RUN_TASK_INDEX: String(index), CLOUD_RUN_TASK_COUNT: String(count), CLOUD_RUN_TASK_ATTEMPT: '0' };
    const container = await startContainer({
      folder: path.join(folder, path.basename(name), String(index)),
      runId,
      ...(image.args ? { args: image.args } : {}),
      env: { ...image.env, ...given, ...own },
      onLine: (line, isError) => {
        inserted += 1;
        print({
          logName: `projects/${project}/logs/run.googleapis.com%2F${isError ? 'stderr' : 'stdout'}`,
          insertId: inserted.toString(16).padStart(12, '0'),
          timestampMs: Date.now(),
          resource: { type: 'cloud_run_job', labels: { project_id: project, location, job_name: path.basename(job.name ?? '') } },
          labels: { ...labels, 'run.googleapis.com/execution_name': path.basename(name), 'run.googleapis.com/task_index': String(index), 'run.googleapis.com/task_attempt': '0' },
          line,
        });
      },
    });
    running.set(index, container);
    Object.assign(task, { startTime: now(), conditions: [{ type: 'Completed', state: 'CONDITION_RECONCILING' }] } satisfies Task);
    if (isCancelled) container.end(GRACE_MS);
    const seconds = Number.parseFloat(template?.timeout ?? '600s');
    const timer = setTimeout(() => { messages.set(index, 'The configured timeout was reached.'); container.end(GRACE_MS); }, seconds * 1000);
    const how = await container.exit;
    clearTimeout(timer);
    running.delete(index);
    done(index, how);
  };
  const over = Promise.all(tasks.map((_, index) => live(index))).then(() => { completionTime = now(); });

  return {
    name,
    tasks,
    resource: () => {
      const ended = tasks.filter((task) => task.completionTime);
      const failedCount = ended.filter(({ conditions }) => conditions?.some(({ state, executionReason }) => state === 'CONDITION_FAILED' && executionReason !== 'CANCELLED')).length;
      const [state, executionReason] = completionTime === null ? ['CONDITION_RECONCILING'] : isCancelled ? ['CONDITION_FAILED', 'CANCELLED'] : failedCount > 0 ? ['CONDITION_FAILED', 'NON_ZERO_EXIT_CODE'] : ['CONDITION_SUCCEEDED'];
      return { name, job: job.name ?? null, createTime, ...(completionTime ? { completionTime } : {}), taskCount: count, runningCount: running.size, failedCount, ...(isCancelled && completionTime ? { cancelledCount: count } : {}), conditions: [{ type: 'Completed', state: state ?? null, ...(executionReason ? { executionReason } : {}) }], ...(labels ? { labels } : {}) };
    },
    living: () => [...running].filter(([, task]) => task.isAlive).map(([index]) => index),
    kill(index, message) {
      if (message !== undefined) messages.set(index, message);
      running.get(index)?.kill();
    },
    cancel() {
      isCancelled = true;
      for (const task of running.values()) task.end(GRACE_MS);
    },
    over,
    get isOver() { return completionTime !== null; },
  };
}
