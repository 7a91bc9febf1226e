/** All that one fleet tells: its lines from the log, its states from the tasks; and the end of each shard after its last lines. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, type FleetNews, hasEnded, type Seen } from '../cloud.ts';
import { Patience } from '../polled/patience.ts';
import { Telling } from '../polled/telling.ts';
import type { Task } from './api.ts';
import type { Google } from './google.ts';
import { logReader } from './log-reader.ts';
import { DELETED, stateOf } from './task-state.ts';

export interface Followed {
  readonly fleet: Fleet;
  /** Of its lines. */
  readonly filter: string;
  /** Of each task. */
  readonly memory: string;
  readonly tell: (news: FleetNews) => void;
}

/** Lines may be this long on their way after the end, in all. */
const LISTS_AT_END = 6;

export async function followFleet(google: Google, followed: Followed, signal: AbortSignal): Promise<void> {
  const telling = new Telling(followed.tell);
  const log = logReader(google, followed.filter, ({ shard, line, isError }) => (isError ? telling.words(shard, line) : telling.line(shard, line)));
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const reading = log.run(either);
  try {
    const watching = untilEnded(google, followed, telling, either);
    // A log that cannot be read ends it: nobody would learn what the load does.
    const ends = await Promise.race([watching, reading.then(() => watching)]);
    over.abort();
    for (let lists = 0; lists < LISTS_AT_END; lists++) {
      await delay(google.pace.settleMs, null, { signal });
      if ((await log.read(signal)) === 0) break;
    }
    for (const [shard, { seen }] of ends) telling.state(shard, seen);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    over.abort();
    await reading.catch(() => {});
  }
}

interface End {
  readonly seen: Seen;
  readonly at: number;
}

/** @returns the ends of all: last lines of some may be on their way */
async function untilEnded({ api, pace }: Google, followed: Followed, telling: Telling, signal: AbortSignal): Promise<ReadonlyMap<number, End>> {
  const patience = new Patience(pace.awayMs);
  const ends = new Map<number, End>();
  for (;;) {
    try {
      for (const [shard, seen] of (await look(api, followed, signal)).entries()) {
        if (!hasEnded(seen.state)) telling.state(shard, seen);
        else if (!ends.has(shard)) ends.set(shard, { seen, at: performance.now() });
      }
      patience.worked();
    } catch (error) {
      patience.bear(error);
    }
    if (ends.size === followed.fleet.shards) return ends;
    // One of several that ended alone: the others go on, and it is known soon.
    for (const [shard, { seen, at }] of ends) if (performance.now() - at > pace.settleMs) telling.state(shard, seen);
    await delay(pace.lookMs, null, { signal });
  }
}

async function look(api: Google['api'], { fleet: { ids: [, name = ''], shards }, memory }: Followed, signal: AbortSignal): Promise<readonly Seen[]> {
  const execution = await api.execution(name, signal);
  if (!execution) return Array.from({ length: shards }, () => DELETED);
  const tasks = new Map<number, Task>();
  for await (const task of api.tasksOf(name, signal)) tasks.set(task.index ?? 0, task);
  return Array.from({ length: shards }, (_, shard) => stateOf(tasks.get(shard), execution, memory));
}
