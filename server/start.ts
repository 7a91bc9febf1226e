/** Composition root: opens everything in order, each with its closing on the next line; `stop` closes in reverse. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Host } from '../plugin/host.ts';
import { type Framework, frameworks as ownFrameworks } from '../templates/index.ts';
import type { AnyCloud } from './clouds/cloud.ts';
import { openClouds } from './clouds/clouds.ts';
import { clouds as ownClouds } from './clouds/index.ts';
import type { Limits } from './context.ts';
import { openCipher } from './db/cipher.ts';
import { type DatabasePlace, openDatabase } from './db/client.ts';
import { type HostRoutes, serve } from './http.ts';
import { runEvents } from './run/events.ts';
import { Feeds } from './run/feed.ts';
import { every } from './run/every.ts';
import { installationOf } from './run/fleet/store.ts';
import { sweepFleets } from './run/fleet/sweep.ts';
import { openImports } from './run/import/imports.ts';
import { foldOld } from './run/keep/fold-old.ts';
import type { KeepIntervals } from './run/keep/store.ts';
import { openRunner } from './run/runner.ts';
import { openSandbox, type SandboxOptions } from './run/sandbox.ts';
import { openValidator } from './run/validate.ts';
import type { Tools } from './tools/tools.ts';

/** For the last words to whoever watches a run: a page that is gone without a word reads none. */
const TOLD_WITHIN_MS = 2000;

/** Shards that nobody needs cost money; but each knows its own deadline. */
const SWEEPING = { everyMs: 300_000, turnMs: 120_000, withinMs: 240_000, letGoMs: 5000 };

/** A turn ends before the next one begins; what is left then waits for it. */
const FOLDING = { everyMs: 600_000, turnMs: 120_000, withinMs: 240_000, letGoMs: 5000 };

export interface ServerOptions {
  readonly host: Host;
  readonly listen: { readonly host: string; readonly port: number };
  readonly database: DatabasePlace;
  readonly encryptionKeys: readonly Buffer[];
  /** Default: all that the product has. */
  readonly frameworks?: readonly Framework[];
  /** Default: all that the product has. */
  readonly clouds?: readonly AnyCloud[];
  /** What clouds read their settings from. Default: nothing. */
  readonly cloudSettings?: Readonly<Record<string, string>>;
  /** Explicit paths of tools by variable name. Default: none. */
  readonly toolPaths?: Readonly<Record<string, string | undefined>>;
  /** How often it is looked for shards that a dead server left; default: each 5 min. */
  readonly sweepMs?: number;
  /** The operator's folder of templates; default: none. */
  readonly customTemplates?: string | null;
  readonly tools: Tools;
  readonly limits: Limits;
  /** Default: for ever. */
  readonly keepIntervals?: KeepIntervals;
  /** How often it is looked for runs that are old enough; default: each 10 min. */
  readonly foldMs?: number;
  /** Holds the private folders of runs. */
  readonly dataFolder: string;
  /** PATH of child processes. */
  readonly searchPath: string;
  readonly stopGraceMs: number;
  /** How often leases are renewed; default: 5 s. */
  readonly renewMs?: number;
  /** Default: where bubblewrap works. */
  readonly sandbox?: SandboxOptions['mode'];
  /** Whether this machine is measured before a long run. Default: it is. */
  readonly selfCheck?: boolean;
  /** Longest wait for the first line of a tool. Default 60 s. */
  readonly beginWithinMs?: number;
  readonly hostRoutes?: HostRoutes;
}

export interface RunningServer {
  readonly url: string;
  /** Ends runs, settles them, closes the database. Nothing of the server is left. */
  stop(): Promise<void>;
}

const megabytes = (bytes: number): string => String(Math.max(1, Math.round(bytes / 1_000_000)));

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const { host, tools, limits, frameworks = ownFrameworks, customTemplates = null } = options;
  const runsFolder = path.join(options.dataFolder, 'runs');
  const sandbox = await openSandbox({ mode: options.sandbox ?? 'auto', dataFolder: options.dataFolder, searchPath: options.searchPath });
  const cipher = openCipher(options.encryptionKeys);
  const database = await openDatabase(options.database);
  stack.defer(() => database.close());
  const events = runEvents();
  await database.listen(events);
  let sweepNow = () => {};
  const runner = await openRunner({
    onFleetLeft: () => sweepNow(),
    db: database.db,
    cipher,
    exclusive: database.exclusive,
    owner: randomUUID(),
    events,
    log: host.log,
    runsFolder,
    searchPath: options.searchPath,
    sandbox,
    stopGraceMs: options.stopGraceMs,
    ...(options.beginWithinMs === undefined ? {} : { beginWithinMs: options.beginWithinMs }),
    limits,
    selfCheck: options.selfCheck ?? true,
    ...(options.renewMs ? { renewMs: options.renewMs } : {}),
  });
  stack.defer(() => runner.close());
  const { keepIntervals: keep } = options;
  if (keep) {
    const stopped = new AbortController();
    const folding = every({ ...FOLDING, everyMs: options.foldMs ?? FOLDING.everyMs, onFailed: (error) => host.log.error({ err: error }, 'intervals of old runs could not be folded') }, () => foldOld({ db: database.db, cipher, keep, log: host.log }, AbortSignal.any([stopped.signal, AbortSignal.timeout(FOLDING.turnMs)])));
    stack.defer(() => {
      stopped.abort();
      return folding.stop();
    });
  }
  const clouds = openClouds(options.clouds ?? ownClouds, options.cloudSettings ?? {}, {
    installation: await installationOf(database.db),
    folder: path.join(options.dataFolder, 'clouds'),
    dataFolder: options.dataFolder,
    searchPath: options.searchPath,
    stopGraceMs: options.stopGraceMs,
    toolPaths: options.toolPaths ?? {},
    shardSettings: {
      LOAD_TESTING_SANDBOX: options.sandbox ?? 'auto',
      LOAD_TESTING_MAX_MEMORY_MB: megabytes(limits.maxMemoryBytes),
      LOAD_TESTING_MAX_OUTPUT_MB: megabytes(limits.maxOutputBytes),
      LOAD_TESTING_MAX_FOLDER_MB: megabytes(limits.maxFolderBytes),
    },
    log: host.log,
  });
  stack.defer(() => clouds.close());
  const sweep = new AbortController();
  const sweeping = every({ ...SWEEPING, everyMs: options.sweepMs ?? SWEEPING.everyMs, onFailed: (error) => host.log.error({ err: error }, 'shards that were left could not be looked for') }, () =>
    sweepFleets({ clouds, db: database.db, log: host.log, isOurs: (runId) => runner.soFar(runId) !== null }, AbortSignal.any([sweep.signal, AbortSignal.timeout(SWEEPING.turnMs)])),
  );
  sweepNow = () => sweeping.now();
  sweepNow();
  stack.defer(() => {
    sweep.abort();
    return sweeping.stop();
  });
  const validator = await openValidator({ runsFolder, searchPath: options.searchPath });
  stack.defer(() => validator.close());
  const feeds = new Feeds(events);
  const imports = await openImports({ dataFolder: options.dataFolder, maxBytes: limits.maxImportBytes });
  const services = { db: database.db, cipher, host, frameworks, customTemplates, tools, clouds, validator, runner, feeds, limits, imports };
  const http = await serve(options.listen, services, options.hostRoutes ?? (async () => false));
  stack.defer(() => http.close());
  // First of all, while there are connections: whoever watches a run is told how it ended. Checks before a run end with it, for its start waits for them.
  stack.defer(async () => {
    validator.close();
    await feeds.unwatched(await runner.endAll(), TOLD_WITHIN_MS);
  });
  host.log.info({ database: database.description, url: http.url }, 'load testing is ready');
  const opened = stack.move();
  return { url: http.url, stop: () => opened.disposeAsync() };
}
