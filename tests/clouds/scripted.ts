/** A place without machines: its shards say what a test says. */
import type { AnyCloud, FleetNews, Fleets } from '../../server/clouds/cloud.ts';
import { processes } from '../../server/clouds/process/index.ts';
import { type ShardLine, written } from '../../server/run/shard/lines.ts';

const nothing: Fleets = {
  health: async () => ({ identity: null, problem: null }),
  launch: async ({ runId, shards }) => ({ runId, shards, region: null, ids: [] }),
  follow: async () => {},
  stop: async () => {},
  async *stored() {},
  remove: async () => {},
  sweep: async () => [],
  close: async () => {},
};

export interface Scripted {
  readonly cloud: AnyCloud;
  /** From now on; what is left out does nothing. */
  plays(fleets: Partial<Fleets>): void;
}

export function scripted(key: string, more: Partial<AnyCloud> = {}): Scripted {
  const fleets = { ...nothing };
  return {
    cloud: { ...processes, key, name: key, leadMs: () => 1, lagMs: 1, open: async () => fleets, ...more },
    plays: (now) => void Object.assign(fleets, nothing, now),
  };
}

export const lineOf = (line: ShardLine): string => written(line, 1)[0] ?? '';
export const said = (line: ShardLine): FleetNews => ({ shard: line.shard, line: lineOf(line) });

export function begun(shard: number): ShardLine {
  const now = Date.now();
  return { kind: 'begin', shard, clockMs: now, startedAt: now, toolVersion: '2.47.0', isolation: '', cores: 1 };
}

/** It measured nothing. */
export function ended(shard: number, ending: Extract<ShardLine, { kind: 'end' }>['ending'] = { cause: 'planned_end', message: 'planned', exitCode: 0 }): ShardLine {
  const news = { iterationsStarted: 0, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: 5000, latenessP99Ms: null, requestsFolded: 0, clockStepMs: null };
  return { kind: 'end', shard, seq: 0, ending, news, totals: { request: {}, execution: {} } };
}
