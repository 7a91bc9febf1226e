/** The Cloud Run Admin API as it is used here: its operations waited for, its pages put together. */
import type { run_v2 } from '@googleapis/run';
import type { Ask } from './ask.ts';
import { GoogleProblem, problemOf, statusOf, told } from './problems.ts';

export type Job = run_v2.Schema$GoogleCloudRunV2Job;
export type Execution = run_v2.Schema$GoogleCloudRunV2Execution;
export type Task = run_v2.Schema$GoogleCloudRunV2Task;
type Operation = run_v2.Schema$GoogleLongrunningOperation;

const WAIT_SECONDS = 30;
const PAGE = 100;

/** What is not there is null. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GoogleProblem && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

export function openApi(run: run_v2.Run, ask: Ask) {
  const { jobs, operations } = run.projects.locations;
  const { executions } = jobs;

  /** Until it is done. */
  const settled = async (operation: Operation, signal?: AbortSignal): Promise<Operation> => {
    let { name, done, error, response } = operation;
    while (!done) {
      ({ done, error, response } = await ask(async () => (await operations.wait({ name: name ?? '', requestBody: { timeout: `${WAIT_SECONDS}s` } }, { ...(signal ? { signal } : {}) })).data, signal));
    }
    const failed = statusOf(error);
    if (failed) throw told(failed);
    return { name: name ?? null, done: true, response: response ?? null };
  };

  async function* pages<T extends { nextPageToken?: string | null }>(list: (page: { pageSize: number; pageToken?: string }) => Promise<{ data: T }>, signal?: AbortSignal): AsyncGenerator<T> {
    let pageToken: string | undefined;
    do {
      const page = await ask(async () => (await list({ pageSize: PAGE, ...(pageToken ? { pageToken } : {}) })).data, signal);
      yield page;
      pageToken = page.nextPageToken ?? undefined;
    } while (pageToken);
  }

  return {
    /** As it stands when it is made; null: it was there before. */
    async createJob(parent: string, jobId: string, job: Job, signal: AbortSignal): Promise<Job | null> {
      try {
        // Without the signal: an answer that nobody hears may be that of a job which was made.
        const { response } = await settled(await ask(async () => (await jobs.create({ parent, jobId, requestBody: job })).data), signal);
        return (response as Job | null | undefined) ?? null;
      } catch (error) {
        if (error instanceof GoogleProblem && error.code === 'ALREADY_EXISTS') return null;
        throw error;
      }
    },
    /** @returns the name of the execution, as far as the answer tells. Asked once only: the second time it would be a second fleet. */
    async runJob(name: string): Promise<string | null> {
      const { metadata } = await jobs.run({ name, requestBody: {} }).then(({ data }) => data, (error: unknown) => {
        throw problemOf(error);
      });
      return typeof metadata?.['name'] === 'string' ? metadata['name'] : null;
    },
    job: (name: string, signal: AbortSignal): Promise<Job | null> => ifThere(ask(async () => (await jobs.get({ name })).data, signal)),
    async *jobsIn(parent: string, signal: AbortSignal): AsyncGenerator<Job> {
      for await (const { jobs: page } of pages((more) => jobs.list({ parent, ...more }), signal)) yield* page ?? [];
    },
    /** Asked once, and for as little as there is: it tells whether anything could be asked. */
    mayListJobs: (parent: string, signal: AbortSignal) => ask(async () => void (await jobs.list({ parent, pageSize: 1 }, { signal })), signal),
    /** Waits until it is gone. */
    async deleteJob(name: string, signal?: AbortSignal): Promise<void> {
      await ifThere(ask(async () => (await jobs.delete({ name })).data).then((operation) => settled(operation, signal)));
    },
    async executionsOf(job: string, signal?: AbortSignal): Promise<Execution[]> {
      const all: Execution[] = [];
      await ifThere((async () => {
        for await (const { executions: page } of pages((more) => executions.list({ parent: job, ...more }), signal)) all.push(...(page ?? []));
      })());
      return all;
    },
    execution: (name: string, signal: AbortSignal): Promise<Execution | null> => ifThere(ask(async () => (await executions.get({ name })).data, signal)),
    async tasksOf(execution: string, signal: AbortSignal): Promise<Task[]> {
      const all: Task[] = [];
      for await (const { tasks: page } of pages((more) => executions.tasks.list({ parent: execution, ...more }), signal)) all.push(...(page ?? []));
      return all;
    },
    /** SIGTERM to each of its tasks, and SIGKILL ten seconds later. What is over already, or gone, is not minded. @returns what settles when all have ended */
    async cancel(execution: string, signal?: AbortSignal): Promise<() => Promise<unknown>> {
      try {
        const operation = await ask(async () => (await executions.cancel({ name: execution, requestBody: {} })).data);
        return () => ifThere(settled(operation, signal));
      } catch (error) {
        if (error instanceof GoogleProblem && (error.code === 'NOT_FOUND' || error.code === 'FAILED_PRECONDITION')) return async () => {};
        throw error;
      }
    },
    async deleteExecution(name: string, signal?: AbortSignal): Promise<void> {
      await ifThere(ask(async () => (await executions.delete({ name })).data).then((operation) => settled(operation, signal)));
    },
  };
}

export type Api = ReturnType<typeof openApi>;
