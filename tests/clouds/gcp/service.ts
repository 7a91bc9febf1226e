/** The jobs of one project as Cloud Run keeps them: what it refuses, what it makes of an order, and what is left. */
import path from 'node:path';
import type { run_v2 } from '@googleapis/run';
import { type Execution, type Image, type Job, type RunningExecution, startExecution, type Surroundings } from './execution.ts';

type Operation = run_v2.Schema$GoogleLongrunningOperation;

export class Refused extends Error {
  readonly status: string;
  readonly http: number;
  readonly reason: string | null;

  constructor(http: number, status: string, message: string, reason: string | null = null) {
    super(message);
    this.http = http;
    this.status = status;
    this.reason = reason;
  }
}

export interface ServiceOptions extends Pick<Surroundings, 'project' | 'folder' | 'secrets' | 'print'> {
  /** By name; what is not here cannot be pulled. */
  readonly images: Readonly<Record<string, Image>>;
}

interface Kept {
  readonly job: Job;
  readonly executions: Map<string, RunningExecution>;
}

const MOST_VALUE_BYTES = 32_768;
const LONGEST_SECONDS = 168 * 3600;
/** Of google.rpc.Code. */
const NUMBERS: Readonly<Record<string, number>> = { NOT_FOUND: 5, PERMISSION_DENIED: 7, RESOURCE_EXHAUSTED: 8 };
/** Until an order is looked at. */
const RECONCILED_MS = 50;

export class Service {
  readonly #options: ServiceOptions;
  readonly #jobs = new Map<string, Kept>();
  readonly #operations = new Map<string, { operation: Operation; readonly over: Promise<void> }>();
  /** Tasks that the project may run at once. */
  room = Number.POSITIVE_INFINITY;
  /** Orders fail so when they are looked at. */
  looked: Refused | null = null;
  /** Tasks wait for it. */
  begins: Promise<unknown> = Promise.resolve();
  #counted = 0;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  create(parent: string, jobId: string, job: Job): Operation {
    const name = `${parent}/jobs/${jobId}`;
    const wrong = this.#wrongIn(jobId, job);
    if (wrong) throw new Refused(400, 'INVALID_ARGUMENT', wrong);
    if (this.#jobs.has(name)) throw new Refused(409, 'ALREADY_EXISTS', `Resource '${jobId}' already exists.`);
    const kept: Job = { ...job, name, uid: crypto.randomUUID(), reconciling: true };
    this.#jobs.set(name, { job: kept, executions: new Map() });
    return this.#operation(parent, async () => {
      await new Promise((resolve) => setTimeout(resolve, RECONCILED_MS));
      if (this.looked) throw this.looked;
      const image = job.template?.template?.containers?.[0]?.image ?? '';
      const missing = this.#missingSecret(job);
      const failed = !this.#options.images[image] ? { reason: 'CONTAINER_MISSING', message: `Image '${image}' not found.` } : missing ? { reason: 'SECRETS_ACCESS_CHECK_FAILED', message: `Permission denied on secret: ${missing}/versions/latest for Revision service account. The service account used must be granted the 'Secret Manager Secret Accessor' role.` } : null;
      Object.assign(kept, { reconciling: false, terminalCondition: { type: 'Ready', state: failed ? 'CONDITION_FAILED' : 'CONDITION_SUCCEEDED', ...failed } } satisfies Job);
      return { ...kept };
    });
  }

  run(name: string): Operation {
    const { job, executions } = this.#of(name);
    if (job.reconciling) throw new Refused(400, 'FAILED_PRECONDITION', `Job '${path.basename(name)}' is not ready.`);
    const count = job.template?.taskCount ?? 1;
    const busy = [...this.#jobs.values()].flatMap((kept) => [...kept.executions.values()]).filter(({ isOver }) => !isOver).reduce((sum, { tasks }) => sum + tasks.length, 0);
    if (busy + count > this.room) throw new Refused(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for total allowable CPU per project per region.');
    const [, , , location = ''] = name.split('/');
    const image = this.#options.images[job.template?.template?.containers?.[0]?.image ?? ''] ?? { env: {} };
    this.#counted += 1;
    const execution = startExecution(job, `${name}/executions/${path.basename(name)}-${this.#counted.toString(36).padStart(5, 'x')}`, { ...this.#options, location, image, begins: this.begins });
    executions.set(execution.name, execution);
    return this.#operation(parentOf(name), async () => {
      await execution.over;
      return execution.resource();
    }, execution.resource());
  }

  cancel(name: string): Operation {
    const execution = this.#execution(name);
    if (execution.isOver) throw new Refused(400, 'FAILED_PRECONDITION', `Execution '${path.basename(name)}' has already completed.`);
    execution.cancel();
    return this.#operation(parentOf(name), async () => {
      await execution.over;
      return execution.resource();
    });
  }

  deleteExecution(name: string): Operation {
    const execution = this.#execution(name);
    if (!execution.isOver) throw new Refused(400, 'FAILED_PRECONDITION', `Execution '${path.basename(name)}' is running.`);
    this.#of(jobOf(name)).executions.delete(name);
    return this.#operation(parentOf(name), async () => execution.resource());
  }

  /** With its executions, which are stopped. */
  deleteJob(name: string): Operation {
    const { job, executions } = this.#of(name);
    for (const execution of executions.values()) execution.cancel();
    return this.#operation(parentOf(name), async () => {
      await Promise.all([...executions.values()].map(({ over }) => over));
      this.#jobs.delete(name);
      return job;
    });
  }

  job = (name: string): Job => this.#of(name).job;
  jobsIn = (parent: string): Job[] => [...this.#jobs].filter(([name]) => parentOf(name) === parent).map(([, { job }]) => job);
  execution = (name: string): Execution => this.#execution(name).resource();
  executionsOf = (job: string): Execution[] => [...this.#of(job).executions.values()].map((execution) => execution.resource());
  tasksOf = (execution: string) => this.#execution(execution).tasks;

  async wait(name: string, ms: number): Promise<Operation> {
    const kept = this.#operations.get(name);
    if (!kept) throw new Refused(404, 'NOT_FOUND', `Operation '${name}' not found.`);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([kept.over, new Promise((resolve) => { timer = setTimeout(resolve, ms); })]);
    clearTimeout(timer);
    return kept.operation;
  }

  /** Of a run, whatever becomes of it. */
  running(runId: string): RunningExecution[] {
    return [...this.#jobs.values()].filter(({ job }) => job.labels?.['load-test-run'] === runId).flatMap(({ executions }) => [...executions.values()]);
  }

  left(runId: string): string[] {
    return [...this.#jobs].filter(([name]) => name.includes(runId)).flatMap(([name, { executions }]) => [name, ...executions.keys()]);
  }

  async end(): Promise<void> {
    const all = [...this.#jobs.values()].flatMap(({ executions }) => [...executions.values()]);
    for (const execution of all) for (const { index } of execution.tasks) execution.kill(index ?? 0);
    await Promise.all(all.map(({ over }) => over));
  }

  #operation(parent: string, work: () => Promise<object>, metadata: object = {}): Operation {
    const name = `${parent}/operations/${crypto.randomUUID()}`;
    const kept = {
      operation: { name, done: false, metadata: { '@type': 'type.googleapis.com/google.cloud.run.v2.Execution', ...metadata } } as Operation,
      over: work().then(
        (response) => { kept.operation = { name, done: true, response: { '@type': 'type.googleapis.com/google.cloud.run.v2.Job', ...response } }; },
        (error: unknown) => { kept.operation = { name, done: true, error: error instanceof Refused ? { code: NUMBERS[error.status] ?? 2, message: error.message } : { code: 13, message: String(error) } }; },
      ),
    };
    this.#operations.set(name, kept);
    return kept.operation;
  }

  /** What its description does not say, and the real one minds. */
  #wrongIn(jobId: string, { labels, template }: Job): string | null {
    if (!/^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/.test(jobId)) return `Invalid job id '${jobId}': lowercase letters, digits and hyphens, at most 49.`;
    for (const [key, value] of Object.entries({ ...labels, ...template?.labels })) if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value)) return `Invalid label ${key}=${value}.`;
    const { containers = [], timeout } = template?.template ?? {};
    if (containers.length !== 1 || !containers[0]?.image) return 'template.template.containers: one container with an image is required.';
    if ((template?.parallelism ?? 0) > (template?.taskCount ?? 1)) return 'parallelism must not be above task_count.';
    if (Number.parseFloat(timeout ?? '600s') > LONGEST_SECONDS) return 'timeout must be at most 604800s.';
    for (const { name = '', value, valueSource } of containers[0].env ?? []) {
      if (!name || name.startsWith('CLOUD_RUN_')) return `env: '${name}' is reserved.`;
      if (Buffer.byteLength(value ?? '') > MOST_VALUE_BYTES) return `env: the value of '${name}' is longer than ${MOST_VALUE_BYTES} bytes.`;
      if (valueSource && (!valueSource.secretKeyRef?.secret || value)) return `env: '${name}' needs either a value or a secret.`;
    }
    return null;
  }

  #missingSecret(job: Job): string | null {
    const named = (job.template?.template?.containers?.[0]?.env ?? []).flatMap(({ valueSource }) => valueSource?.secretKeyRef?.secret ?? []);
    return named.map((secret) => (secret.includes('/') ? secret : `projects/${this.#options.project}/secrets/${secret}`)).find((secret) => this.#options.secrets[secret] === undefined) ?? null;
  }

  #of(name: string): Kept {
    const kept = this.#jobs.get(name);
    if (!kept) throw new Refused(404, 'NOT_FOUND', `Resource '${path.basename(name)}' of kind 'JOB' in region '${name.split('/')[3]}' in project '${this.#options.project}' does not exist.`);
    return kept;
  }

  #execution(name: string): RunningExecution {
    const execution = this.#of(jobOf(name)).executions.get(name);
    if (!execution) throw new Refused(404, 'NOT_FOUND', `Resource '${path.basename(name)}' of kind 'EXECUTION' does not exist.`);
    return execution;
  }
}

const parentOf = (name: string): string => name.split('/').slice(0, 4).join('/');
const jobOf = (execution: string): string => execution.split('/').slice(0, 6).join('/');
