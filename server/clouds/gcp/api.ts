/** The Cloud Run Admin API as it is used here: asked again where that helps, its operations waited for, its pages put together. */
import { setTimeout as delay } from 'node:timers/promises';
import type { run_v2 } from '@googleapis/run';
import pRetry from 'p-retry';
import { ApiProblem, isPassing, unless } from '../problem.ts';
import { problemOf, told } from './problems.ts';

export type Job = run_v2.Schema$GoogleCloudRunV2Job;
export type Execution = run_v2.Schema$GoogleCloudRunV2Execution;
export type Task = run_v2.Schema$GoogleCloudRunV2Task;
type Operation = run_v2.Schema$GoogleLongrunningOperation;

interface Options {
  readonly signal?: AbortSignal;
}
interface Paging {
  readonly pageSize: number;
  readonly pageToken?: string;
}
/** A method of Google's client. */
type Send<Answer> = (options: Options) => Promise<{ data: Answer }>;
type SendForPage<Answer> = (paging: Paging, options: Options) => Promise<{ data: Answer }>;

const RETRIES = 4;
/** An operation is waited for so long, and then once more. */
const WAIT = '30s';
const PAGE_SIZE = 100;

export type Api = ReturnType<typeof openApi>;

export function openApi(run: run_v2.Run, againMs: number) {
  const { jobs, operations } = run.projects.locations;
  const { executions } = jobs;

  /** Rejects with an ApiProblem, with the signal's reason, or with what is a bug. */
  const again = async <T>(send: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await pRetry(send, { retries: RETRIES, minTimeout: againMs, shouldRetry: ({ error }) => isPassing(error), ...(signal ? { signal } : {}) });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  };
  const once = <T>(answer: Promise<{ data: T }>): Promise<T> => answer.then(({ data }) => data, (error: unknown) => {
    throw problemOf(error);
  });
  /** @param signal without one for what changes something: an answer that nobody hears may be that of what was done */
  const ask = <T>(send: Send<T>, signal?: AbortSignal): Promise<T> => again(() => once(send(signal ? { signal } : {})), signal);

  async function settled({ name, done, error }: Operation, signal: AbortSignal): Promise<void> {
    if (!done) return settled(await ask((options) => operations.wait({ name: name ?? '', requestBody: { timeout: WAIT } }, options), signal), signal);
    if (error) throw told(error);
  }

  type Page = { readonly nextPageToken?: string | null };
  async function* each<P extends Page, T>(send: SendForPage<P>, of: (page: P) => readonly T[] | undefined, signal: AbortSignal): AsyncGenerator<T> {
    let pageToken: string | null | undefined = '';
    do {
      const page: P = await ask((options) => send({ pageSize: PAGE_SIZE, ...(pageToken ? { pageToken } : {}) }, options), signal);
      yield* of(page) ?? [];
      pageToken = page.nextPageToken;
    } while (pageToken);
  }

  return {
    /** Waits until Google has looked at it. @returns as it is then: also one that was there before; null: it is gone */
    async create(parent: string, jobId: string, job: Job, signal: AbortSignal): Promise<Job | null> {
      await ask(() => jobs.create({ parent, jobId, requestBody: job })).then((operation) => settled(operation, signal)).catch(unless('ALREADY_EXISTS'));
      for (;;) {
        const made = await ask((options) => jobs.get({ name: `${parent}/jobs/${jobId}` }, options), signal).catch(unless('NOT_FOUND'));
        if (!made?.reconciling) return made;
        await delay(againMs, null, { signal });
      }
    },
    /** The only execution of a job, by its name. An answer may be lost on its way, and the fleet not: each further time it is looked for first. */
    executed: (job: string, signal: AbortSignal): Promise<string> => again(async () => {
      const there = (await once(executions.list({ parent: job, pageSize: 1 }, { signal }))).executions?.[0];
      const name: unknown = there ? there.name : (await once(jobs.run({ name: job, requestBody: {} }))).metadata?.['name'];
      if (typeof name === 'string') return name;
      throw new ApiProblem('Google Cloud Run took the order and tells of no execution.', 'UNKNOWN');
    }, signal),
    jobsIn: (parent: string, signal: AbortSignal): AsyncIterable<Job> => each((paging, options) => jobs.list({ parent, ...paging }, options), (page) => page.jobs, signal),
    /** Asked for as little as there is: it tells whether anything could be asked. */
    mayListJobs: (parent: string, signal: AbortSignal) => ask((options) => jobs.list({ parent, pageSize: 1 }, options), signal),
    /** With its executions, once they have ended; it waits until all is gone. */
    async remove(job: string, signal: AbortSignal): Promise<void> {
      const running: string[] = [];
      try {
        const there = each((paging, options) => executions.list({ parent: job, ...paging }, options), (page) => page.executions, signal);
        for await (const { name, completionTime } of there) if (name && !completionTime) running.push(name);
        await Promise.all(running.map((name) => this.cancel(name, signal)));
        await settled(await ask(() => jobs.delete({ name: job })), signal);
      } catch (error) {
        unless('NOT_FOUND')(error);
      }
    },
    execution: (name: string, signal: AbortSignal): Promise<Execution | null> => ask((options) => executions.get({ name }, options), signal).catch(unless('NOT_FOUND')),
    tasksOf: (parent: string, signal: AbortSignal): AsyncIterable<Task> => each((paging, options) => executions.tasks.list({ parent, ...paging }, options), (page) => page.tasks, signal),
    /**
     * SIGTERM to each of its tasks, and SIGKILL ten seconds later. What is over already, or gone, is not minded.
     * @param until how long they are waited for; without, not at all
     */
    async cancel(execution: string, until?: AbortSignal): Promise<void> {
      const operation = await ask(() => executions.cancel({ name: execution, requestBody: {} })).catch(unless('NOT_FOUND', 'FAILED_PRECONDITION'));
      if (operation && until) await settled(operation, until).catch(unless('NOT_FOUND'));
    },
  };
}
