/** One run from its turn to its verdict. Whatever happens, it is settled and no process of it lives. */
import type { Framework } from '../../templates/framework.ts';
import type { Fleets } from '../clouds/cloud.ts';
import type { Log } from '../../plugin/host.ts';
import type { Db } from '../db/client.ts';
import type { Script } from '../script/generate.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { conduct, type Outcome } from './conduct.ts';
import type { Endings } from './endings.ts';
import type { RunEvents } from './events.ts';
import { conductFleet } from './fleet/conduct-fleet.ts';
import { changeCosts } from './fleet/store.ts';
import { whyNoRoom } from './no-room.ts';
import { LostRun } from './ownership/lost-run.ts';
import { RunRow } from './row/row.ts';
import type { FleetCost, Run } from './run.ts';
import type { Sandbox } from './sandbox.ts';
import type { SoFar } from './so-far.ts';
import type { MachineLimits } from './watch-limits.ts';

/** What is made of a script: the same for a run of this server and for a shard. */
export interface Load {
  readonly plan: ResolvedPlan;
  readonly script: Pick<Script, 'files' | 'entryFile'>;
  readonly framework: Framework;
  readonly executable: string;
  /** Variables that the script reads: held in memory only, for this run only. */
  readonly variables: Readonly<Record<string, string>>;
  /** Besides them, and no secrets. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Job extends Load {
  readonly run: Run;
  readonly script: Script;
  /** null, or left out: on this machine. */
  readonly place?: FleetPlace | null;
}

/** Where a run in shards is made, and how many there are. */
export interface FleetPlace {
  readonly fleets: Fleets;
  readonly shards: number;
  readonly region: string | null;
  readonly image: string | null;
  /** From the order to plan second 0. */
  readonly leadMs: number;
  readonly lagMs: number;
  readonly cost: FleetCost;
  /** What it has cost after so many seconds. */
  spent(seconds: number): FleetCost;
}

export interface FleetJob extends Job {
  readonly place: FleetPlace;
}

export interface ConductOptions {
  readonly runsFolder: string;
  readonly searchPath: string;
  readonly stopGraceMs: number;
  readonly sandbox: Sandbox;
  readonly limits: MachineLimits;
  /** Longest wait for the first line of a tool. Default 60 s. */
  readonly beginWithinMs?: number;
  /** Before a long run this machine is measured. Default: it is not. */
  readonly selfCheck?: boolean;
}

export interface ExecuteOptions extends ConductOptions {
  readonly db: Db;
  readonly owner: string;
  readonly events: RunEvents;
  readonly log: Log;
}

/** Never rejects. `soFar` is given what is stored. `lost` is aborted when this server's lease of the run is over: the load ends, and nothing is written any more. */
export async function executeRun(job: Job, options: ExecuteOptions, endings: Endings, lost: AbortSignal, soFar: SoFar): Promise<void> {
  const row = new RunRow(job.run, { ...options, lost }, soFar);
  let outcome: Outcome = { ending: { cause: 'internal_error', message: 'The server failed. Its log says more.', exitCode: null }, news: null };
  try {
    const { place } = job;
    outcome = await (place ? conductFleet({ ...job, place }, options, endings, row) : conduct(job, options, endings, row));
  } catch (error) {
    const noRoom = whyNoRoom(error);
    if (noRoom === null) row.trouble(error);
    else outcome = { ...outcome, ending: { cause: 'tool_broke', message: `${job.framework.name} could not be started: ${noRoom}`, exitCode: null } };
    if (error instanceof LostRun) outcome = { ...outcome, ending: { cause: 'owner_lost', message: error.message, exitCode: null } };
  } finally {
    endings.close();
  }
  if (job.place) await settleCost(job.place, outcome, options, row);
  await row.settle(outcome.ending, outcome.news);
}

/** What it took is counted instead of what was estimated; trouble with it keeps no run from being settled. */
async function settleCost(place: FleetPlace, { spent = place.spent(0) }: Outcome, { db }: ExecuteOptions, row: RunRow): Promise<void> {
  try {
    await row.change(({ fleet }) => (fleet ? { fleet: { ...fleet, spent } } : {}));
    await changeCosts(db, [row.id], spent.amount);
  } catch (error) {
    row.trouble(error);
  }
}
