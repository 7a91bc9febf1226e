/** The runs of this server: a queue, those that run, their leases, and their end when the server ends. */
import PQueue from 'p-queue';
import { Endings } from './endings.ts';
import { type ExecuteOptions, executeRun, type Job } from './execute.ts';
import { recoverOrphans } from './recover.ts';
import { renewLeases } from './store.ts';

export interface RunnerOptions extends ExecuteOptions {
  readonly concurrentRuns: number;
  /** No other server writes to this database: whatever is not ours and not settled is an orphan at once. */
  readonly exclusive: boolean;
}

export interface Runner {
  readonly owner: string;
  readonly events: ExecuteOptions['events'];
  /** Waiting and running. */
  readonly size: number;
  accept(job: Job): void;
  /** Ends a run of this server; false when it is not here. */
  stop(runId: string, message: string): boolean;
  /** Ends all runs, waits until they are settled, and leaves no timer. */
  close(): Promise<void>;
}

const RENEW_MS = 5000;

export async function openRunner(options: RunnerOptions): Promise<Runner> {
  const { db, owner, log, events } = options;
  const queue = new PQueue({ concurrency: options.concurrentRuns });
  const active = new Map<string, Endings>();

  await recoverOrphans(options);
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renew().catch((error: unknown) => log.error({ err: error }, 'leases could not be renewed'));
  }, RENEW_MS);

  async function renew(): Promise<void> {
    // A stop that was asked of another server stands in the row.
    for (const { id, stopAskedBy } of await renewLeases(db, owner)) if (stopAskedBy) stop(id, `Stopped by ${stopAskedBy}.`);
    if (!options.exclusive) await recoverOrphans(options);
  }

  function stop(runId: string, message: string): boolean {
    const endings = active.get(runId);
    endings?.end('stop_asked', message);
    return endings !== undefined;
  }

  return {
    owner,
    events,
    get size() {
      return active.size;
    },
    accept(job) {
      const endings = new Endings();
      active.set(job.run.id, endings);
      void queue.add(() => executeRun(job, options, endings)).finally(() => active.delete(job.run.id));
    },
    stop,
    async close() {
      clearInterval(timer);
      for (const endings of active.values()) endings.end('server_shutdown', 'The server was asked to end.');
      await queue.onIdle();
      await renewing;
    },
  };
}
