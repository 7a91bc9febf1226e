/** What a fleet tells: each shard is asked by itself for its lines and for its state. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, type FleetNews, hasEnded } from '../cloud.ts';
import { Patience } from '../polled/patience.ts';
import { Telling } from '../polled/telling.ts';
import { forEachShard } from '../together.ts';
import type { Api } from './api.ts';
import { LogReader } from './log-reader.ts';
import { GONE, seenOf } from './state.ts';

export async function followFleet(api: Api, { ids }: Fleet, tell: (news: FleetNews) => void, signal: AbortSignal): Promise<void> {
  const telling = new Telling(tell);
  await forEachShard(ids.length, (shard, either) => followShard(api, ids[shard] ?? '', shard, telling, either), signal);
}

/** Settles when it has ended, and its last lines were told. */
async function followShard(api: Api, name: string, shard: number, telling: Telling, signal: AbortSignal): Promise<void> {
  const { pace } = api;
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
