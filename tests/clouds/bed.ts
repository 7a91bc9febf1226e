/** A place for the contract suite: an engine that really runs shards, and what can be done to it. */
import type { AnyCloud } from '../../server/clouds/cloud.ts';

export interface Bed extends AsyncDisposable {
  readonly cloud: AnyCloud;
  /** Variables of its settings, with a short lead. */
  readonly settings: Readonly<Record<string, string>>;
  /** Numbers of the shards of a run whose containers live now, by what the machine shows. */
  living(runId: string): Promise<readonly number[]>;
  /** Whatever the engine still has of a run, dead or alive, by name. */
  left(runId: string): Promise<readonly string[]>;
  /** A shard ends as if its machine had failed: without a signal that it could hear. */
  kill(runId: string, shard: number): Promise<void>;
  /** Streams of lines break off just now, and lines that come in between are only to be had from what is stored. null: nothing lies between a shard and who follows it. */
  readonly cut: ((runId: string) => Promise<void>) | null;
  /** From now on only so many shards of an order can be had. null: there is always room. */
  readonly full: ((room: number) => void | Promise<void>) | null;
  /** All that the engine was told and shows of a run but for the environment of its containers: names, labels, tags, logs. A secret must not be in it. */
  shown(runId: string): Promise<string>;
}

export interface BedOptions {
  /** Path of what stands where Locust is expected in a container. */
  readonly locust: string;
}
