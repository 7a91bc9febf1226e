/** What a fleet tells: each shard is asked by itself for its lines and for its state. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, type FleetNews, hasEnded, type Seen } from '../cloud.ts';
import type { Api } from './api.ts';
import { LogReader } from './log-reader.ts';
import type { Pace } from './pace.ts';
import { AzureProblem } from './problems.ts';
import { GONE, seenOf } from './state.ts';

interface FollowOptions {
  readonly api: Api;
  readonly fleet: Fleet;
  readonly pace: Pace;
  readonly tell: (news: FleetNews) => void;
}

export async function followFleet({ fleet, ...options }: FollowOptions, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const following = fleet.ids.map((name, shard) => followShard({ ...options, name, shard }, either).catch((error: unknown) => {
    failed.abort();
    throw error;
  }));
  const trouble = (await Promise.allSettled(following)).find(({ status }) => status === 'rejected');
  if (trouble?.status === 'rejected') throw trouble.reason;
}

type ShardOptions = Omit<FollowOptions, 'fleet'> & { readonly name: string; readonly shard: number };

/** Settles when it has ended, and its last lines were told. */
async function followShard({ api, name, shard, pace, tell }: ShardOptions, signal: AbortSignal): Promise<void> {
  let words = '';
  const log = new LogReader((lines) => api.printed(name, lines, signal), (line) => {
    if (!line.startsWith('[') && line.trim() !== '') words = line.trim();
    tell({ shard, line });
  });
  let seen: Seen | null = null;
  let [seenAt, heardAt] = [Number.NEGATIVE_INFINITY, performance.now()];
  let isQuiet = true;

  const look = async (): Promise<Seen> => {
    const group = await api.group(name, signal);
    seenAt = performance.now();
    return group ? seenOf(group) : GONE;
  };
  const report = (next: Seen) => {
    if (seen?.state !== next.state || seen.reason !== next.reason) tell({ shard, ...next });
    seen = next;
  };

  while (!signal.aborted) {
    try {
      const next: Seen | null = isQuiet || performance.now() - seenAt > pace.stateMs ? await look() : seen;
      if (next && hasEnded(next.state)) {
        await log.read(true);
        return report(next.state === 'failed' && words !== '' ? { ...next, reason: `${next.reason?.replace(/\.$/, '')}: ${words}` } : next);
      }
      if (next) report(next);
      isQuiet = next?.state !== 'running' || (await log.read()) === 0;
      heardAt = performance.now();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AzureProblem && error.passes) || performance.now() - heardAt > pace.awayMs) throw error;
    }
    await delay(pace.lookMs, undefined, { signal }).catch(() => {});
  }
}
