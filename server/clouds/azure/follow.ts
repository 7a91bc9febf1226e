/** What a fleet tells: each shard is asked by itself for its lines and for its state. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, type FleetNews, hasEnded } from '../cloud.ts';
import { Patience } from '../polled/patience.ts';
import { Telling } from '../polled/telling.ts';
import { forEachShard } from '../together.ts';
import type { Api } from './api.ts';
import { LogReader } from './log-reader.ts';
import type { Pace } from './pace.ts';
import { GONE, seenOf } from './state.ts';

interface FollowOptions {
  readonly api: Api;
  readonly fleet: Fleet;
  readonly pace: Pace;
  readonly tell: (news: FleetNews) => void;
}

export async function followFleet({ api, fleet: { ids }, pace, tell }: FollowOptions, signal: AbortSignal): Promise<void> {
  const telling = new Telling(tell);
  await forEachShard(ids.length, (shard, either) => followShard({ api, name: ids[shard] ?? '', shard, pace, telling }, either), signal);
}

interface ShardOptions extends Pick<FollowOptions, 'api' | 'pace'> {
  readonly name: string;
  readonly shard: number;
  readonly telling: Telling;
}

/** Settles when it has ended, and its last lines were told. */
async function followShard({ api, name, shard, pace, telling }: ShardOptions, signal: AbortSignal): Promise<void> {
  const patience = new Patience(pace.awayMs);
  const log = new LogReader((lines) => api.printed(name, lines, signal), (line) => {
    if (!line.startsWith('[')) telling.words(shard, line);
    telling.line(shard, line);
  });
  let seenAt = Number.NEGATIVE_INFINITY;
  let isQuiet = true;

  while (!signal.aborted) {
    try {
      if (isQuiet || performance.now() - seenAt > pace.stateMs) {
        const group = await api.group(name, signal);
        const seen = group ? seenOf(group) : GONE;
        seenAt = performance.now();
        const isOver = hasEnded(seen.state);
        if (isOver) await log.read(true);
        telling.state(shard, seen);
        if (isOver) return;
      }
      isQuiet = telling.seen(shard)?.state !== 'running' || (await log.read()) === 0;
      patience.worked();
    } catch (error) {
      if (signal.aborted) return;
      patience.bear(error);
    }
    await delay(pace.lookMs, undefined, { signal }).catch(() => {});
  }
}
