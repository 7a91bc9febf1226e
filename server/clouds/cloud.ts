/**
 * The contract of a place that runs a load in shards: one folder, and one line in `index.ts`. Nothing is scheduled here: an engine that
 * exists runs so many copies of one container, each makes its share, and tells of it on standard output.
 */
import type { z } from 'zod';

export interface Cloud<Settings = unknown> {
  /** `place` of a run, and the name of its folder: process, kubernetes, aws, gcp, azure. */
  readonly key: string;
  readonly name: string;
  /** What of it runs the shards, in a few words: "Indexed Jobs". */
  readonly engine: string;
  /** Variables of the environment, each LOAD_TESTING_<KEY>_..., and what they must be. No credentials: those are found by the provider's default chain. */
  readonly settings: z.ZodType<Settings> & { readonly shape: Readonly<Record<string, z.ZodType>> };
  /** Why no run can go there as it is set up, in a sentence that names what to set; null: it may be asked. Looks at nothing but the settings. */
  unconfigured(settings: Settings): string | null;
  /** Where its shards can run, the default first; empty: it has one place only. */
  regions(settings: Settings): readonly string[];
  /** Container images that a run may ask for, the default first; empty: it runs none. Whoever starts a run chooses among them only. `{framework}` in one stands for the framework's key. */
  images(settings: Settings): readonly string[];
  /** What each shard has of a machine, in a few words: on another one the same run is as fast or as slow as that. null: the machine of this server. */
  size(settings: Settings): string | null;
  /** Most of what one order may be. `taskBytes`: of the text that each shard is given. */
  readonly most: { readonly shards: number; readonly taskBytes: number };
  /** How long so many shards take from the order until all of them are there, with room: plan second 0 is so long after the order. */
  leadMs(settings: Settings, shards: number): number;
  /** What a shard prints is here within so long, as a rule. It is said to who watches, waited for before a second is closed, and the most that a clock may seem to be behind because of it. */
  readonly lagMs: number;
  /** What it will cost, by a price table with a date. Pure: nothing is fetched. */
  estimate(settings: Settings, order: PricedOrder): CostEstimate;
  /** Names among these variables whose values it cannot bring to a shard; the sentence says what the operator can do. Empty: it carries all. */
  uncarried(settings: Settings, names: readonly string[]): readonly { readonly name: string; readonly message: string }[];
  /** Loads its SDK. Throws a CloudProblem: not installed, no credentials. */
  open(settings: Settings, host: CloudHost): Promise<Fleets>;
}

/** Of a list of them: each has settings of its own, and only what it parsed itself comes back to it. */
// biome-ignore lint/suspicious/noExplicitAny: a parameter that is passed back to where it came from
export type AnyCloud = Cloud<any>;

/** What every provider is given by this server. */
export interface CloudHost {
  /** Of all servers on one database: what they started is told by it from what others did. */
  readonly installation: string;
  /** Absolute; a folder of this server's own for whatever must be kept on disk. */
  readonly folder: string;
  /** PATH of programs. */
  readonly searchPath: string;
  /** A stop gives a shard so long to tell its last line. */
  readonly stopGraceMs: number;
  /** Limits and sandbox of this server, as variables: of each shard that runs on its machine. Default: those of a shard. */
  readonly shardSettings?: Readonly<Record<string, string>>;
  /** Variables of the environment that programs need to find the tools of this machine. */
  readonly toolPaths: Readonly<Record<string, string | undefined>>;
  readonly dataFolder: string;
  log: { warn(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** The fleets of one place. Whatever fails is a CloudProblem with a sentence for the user; what is a bug is any other error. */
export interface Fleets {
  /** Whether a fleet could be launched now, and as whom: a name, never a secret. */
  health(signal: AbortSignal): Promise<{ readonly identity: string | null; readonly problem: string | null }>;
  /**
   * All shards, or none: when one of them cannot be had, those that were are ended before it throws. Called a second time for the same run
   * it starts no second fleet, and gives the first.
   */
  launch(order: FleetOrder, signal: AbortSignal): Promise<Fleet>;
  /**
   * Calls `tell` for each line that a shard prints, in its order, and whenever its state is another. Settles when all have ended and nothing
   * more comes, or with the signal. A stream that breaks off is taken up again: a line may then come twice, or be missing.
   */
  follow(fleet: Fleet, tell: (news: FleetNews) => void, signal: AbortSignal): Promise<void>;
  /** SIGTERM to each shard, and after the grace SIGKILL. Bears a second time. Does not wait until they have ended: `follow` tells. */
  stop(fleet: Fleet, graceMs: number): Promise<void>;
  /** All that one shard has printed, as the place keeps it: read when all has ended, where lines are missing. */
  stored(fleet: Fleet, shard: number, signal: AbortSignal): AsyncIterable<string>;
  /** Nothing of it is left, whatever state it is in. Bears a second time. */
  remove(fleet: Fleet): Promise<void>;
  /**
   * Ends and removes what this installation started for runs that are not live any more.
   * @returns the ids of those runs
   */
  sweep(isLive: (runIds: readonly string[]) => Promise<ReadonlySet<string>>, signal: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface FleetOrder {
  readonly runId: string;
  /** At least 1. A shard's number, from 0, comes from the engine: variable LOAD_TEST_SHARD_INDEX, JOB_COMPLETION_INDEX or CLOUD_RUN_TASK_INDEX. */
  readonly shards: number;
  /** null: it has one place only. */
  readonly region: string | null;
  /** null: the place runs no images. */
  readonly image: string | null;
  /** For all shards the same: LOAD_TEST_TASK of their environment, or the file that LOAD_TEST_TASK_FILE names. ASCII. */
  readonly task: string;
  /** Values of variables, by name: into the environment of each shard, and never into a log, a label or the fleet. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Each task ends by itself then, also when nobody is there any more: by the engine where it can, and by the shard in any case. */
  readonly deadlineAt: Date;
}

/** What is needed to find it again. JSON; no secret. */
export interface Fleet {
  readonly runId: string;
  readonly shards: number;
  readonly region: string | null;
  /** The engine's own names, as the provider needs them. */
  readonly ids: readonly string[];
}

export type FleetNews = { readonly shard: number; readonly line: string } | ({ readonly shard: number } & Seen);

/** pending: asked for, and not there yet; `reason` then says what it waits for, where the engine tells. */
export const SHARD_STATES = ['pending', 'running', 'succeeded', 'failed', 'stopped'] as const;
export type ShardState = (typeof SHARD_STATES)[number];

/** A state as a place tells it. */
export interface Seen {
  readonly state: ShardState;
  readonly reason: string | null;
}

export const hasEnded = (state: ShardState): boolean => state === 'succeeded' || state === 'failed' || state === 'stopped';

export interface PricedOrder {
  readonly shards: number;
  /** From the order to the end. */
  readonly seconds: number;
  readonly region: string | null;
}

export interface CostEstimate {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** What it is made of, and what is not in it, in a sentence or two. */
  readonly basis: string;
  readonly pricesAsOf: Date;
}

/** Something of a place does not work: its message is for the user, and holds no secret. */
export class CloudProblem extends Error {}
