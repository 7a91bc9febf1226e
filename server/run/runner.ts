/** The runs of this server: a queue, those that run, their leases, and their end when the server ends. */
import type { Cipher } from '../db/cipher.ts';
import { Endings } from './endings.ts';
import { type ExecuteOptions, executeRun, type Job } from './execute.ts';
import { every } from './every.ts';
import { Leases } from './ownership/lease.ts';
import { renewLeases } from './ownership/store.ts';
import { whyNoPlace } from './places.ts';
import { recoverOrphans, sweepSettled } from './recover.ts';
import { SoFar } from './so-far.ts';
import { turns } from './turns.ts';
import { within } from './within.ts';

export interface RunnerOptions extends ExecuteOptions {
  readonly cipher: Cipher;
  readonly limits: ExecuteOptions['limits'] & { readonly concurrentRuns: number; readonly concurrentRunsPerOrganization: number };
  /** No other server writes to this database: whatever is not ours and not settled is an orphan at once. */
  readonly exclusive: boolean;
  /** How often leases are renewed and orphans looked for. Default 5 s. */
  readonly renewMs?: number;
  /** A run in shards was settled whose server is gone: they may still send. */
  readonly onFleetLeft?: () => void;
}

/** Of a run that is about to be accepted. */
export interface Place extends Disposable {
  /** Why there is none; null: it is taken. */
  readonly refused: string | null;
}

export interface Runner {
  readonly owner: string;
  readonly events: ExecuteOptions['events'];
  /** A place among those that wait and run, for a run that is about to be accepted; given back when it is disposed of. */
  reserve(organizationId: string): Place;
  /** Waiting and running, and about to. */
  readonly size: number;
  /** A tool that is asked to end is given so long before it is ended. */
  readonly stopGraceMs: number;
  /** `askedAt`: when it was asked to be stored, by performance.now(); its lease began then or later. */
  accept(job: Job, askedAt?: number): void;
  /** Ends a run of this server; false when it is not here. */
  stop(runId: string, message: string): boolean;
  /** What a run of this server has come to so far; null when it is not here. */
  soFar(runId: string): SoFar | null;
  /** It accepts no more. */
  readonly ending: boolean;
  /** Accepts no more, ends all runs, and waits until they are settled. @returns the ids of those that were here */
  endAll(): Promise<string[]>;
  /** The same, and leaves no timer. */
  close(): Promise<void>;
}

const RENEW_MS = 5000;
/** How often it is looked whether a lease could not be renewed in time. */
const GIVE_UP_MS = 1000;
/** A server that ends waits so long for what its database may never answer. */
const LET_GO_MS = 5000;
/** What has no answer for so long has failed, and is begun anew: a lease bears two such renewals. */
const RENEWED_WITHIN_MS = 10_000;
const RECOVERED_WITHIN_MS = 60_000;
const SHUTDOWN = 'The server was asked to end.';

interface Active {
  readonly organizationId: string;
  readonly endings: Endings;
  readonly soFar: SoFar;
  /** Settles when the run is settled; never rejects. */
  readonly done: Promise<void>;
}

export async function openRunner(options: RunnerOptions): Promise<Runner> {
  const { db, owner, log, events } = options;
  const queue = turns(options.limits.concurrentRuns, options.limits.concurrentRunsPerOrganization);
  const active = new Map<string, Active>();
  const leases = new Leases();
  /** The organization of each. */
  const reserved: { readonly organizationId: string }[] = [];
  let allGivenBack = () => {};
  let closing = false;

  await recoverOrphans(options, options.exclusive ? 'all' : 'expired', []);
  await sweepSettled(options);
  // Two loops: a slow recovery must not let our own leases run out. It looks at our own runs, too: one that could not be settled has no lease any more.
  const everyFewSeconds = (withinMs: number, failed: string) => ({ everyMs: options.renewMs ?? RENEW_MS, withinMs, letGoMs: LET_GO_MS, onFailed: (error: unknown) => log.error({ err: error }, failed) });
  const renewing = every(everyFewSeconds(RENEWED_WITHIN_MS, 'leases could not be renewed'), renew);
  const recovering = every(everyFewSeconds(RECOVERED_WITHIN_MS, 'orphans could not be settled'), () => recoverOrphans(options, 'expired', [...active.keys()]));
  // Another server was asked for the end of a run of ours: by whom, the row tells.
  const asked = events.onStopAsked((runId) => {
    if (runId === null || active.has(runId)) renewing.now();
  });

  // Where nobody else can take a run, a server that stood still for a while goes on with it.
  const lateness = options.exclusive ? undefined : setInterval(() => leases.giveUpLate(), GIVE_UP_MS);

  async function renew(): Promise<void> {
    await leases.renew(async (ids) => {
      const ours = await renewLeases(db, owner, ids);
      // A stop that was asked of another server stands in the row.
      for (const { id, stopAskedBy } of ours) if (stopAskedBy !== null) stop(id, `Stopped by ${stopAskedBy}.`);
      return new Set(ours.map(({ id }) => id));
    });
  }

  function stop(runId: string, message: string): boolean {
    const run = active.get(runId);
    run?.endings.end('stop_asked', message);
    return run !== undefined;
  }

  async function endAll(): Promise<string[]> {
    closing = true;
    for (const { endings } of active.values()) endings.end('server_shutdown', SHUTDOWN);
    const ids = new Set(active.keys());
    // A run that is about to be accepted is ended with the others: left over, it would wait for ever for a database that is closed.
    if (reserved.length > 0) await within(LET_GO_MS, new Promise<void>((resolve) => { allGivenBack = resolve; }));
    for (const id of active.keys()) ids.add(id);
    await Promise.all([...active.values()].map(({ done }) => done));
    return [...ids];
  }

  return {
    owner,
    events,
    stopGraceMs: options.stopGraceMs,
    get size() {
      return active.size + reserved.length;
    },
    reserve(organizationId) {
      const taken = [...active.values(), ...reserved].map((place) => place.organizationId);
      const refused = closing ? `${SHUTDOWN} Start this run when it is back.` : whyNoPlace(taken, organizationId, options.limits);
      if (refused !== null) return { refused, [Symbol.dispose]() {} };
      const place = { organizationId };
      reserved.push(place);
      return {
        refused,
        [Symbol.dispose]() {
          reserved.splice(reserved.indexOf(place), 1);
          if (reserved.length === 0) allGivenBack();
        },
      };
    },
    accept(job, askedAt = performance.now()) {
      const endings = new Endings();
      const soFar = new SoFar(job.plan);
      const lost = leases.hold(job.run.id, askedAt);
      lost.addEventListener('abort', () => endings.end('owner_lost', (lost.reason as Error).message), { once: true });
      const { promise: done, resolve } = Promise.withResolvers<void>();
      active.set(job.run.id, { organizationId: job.run.organizationId, endings, soFar, done });
      let running: Promise<void> | null = null;
      const execute = () => {
        running ??= executeRun(job, options, endings, lost, soFar)
          .catch((error: unknown) => log.error({ err: error, runId: job.run.id }, 'a run could not be settled'))
          .finally(() => {
            active.delete(job.run.id);
            leases.release(job.run.id);
            resolve();
          });
        return running;
      };
      void queue(job.run.organizationId, job.run.repeatGroup, execute);
      // Who is asked to end while waiting does not wait for a turn.
      void endings.first.then(execute);
      if (closing) endings.end('server_shutdown', SHUTDOWN);
    },
    stop,
    soFar: (runId) => active.get(runId)?.soFar ?? null,
    get ending() {
      return closing;
    },
    endAll,
    async close() {
      await endAll();
      clearInterval(lateness);
      asked[Symbol.dispose]();
      for (const loop of [renewing, recovering]) await loop.stop();
    },
  };
}
