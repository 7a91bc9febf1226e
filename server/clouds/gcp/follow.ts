/** All that one fleet tells: its lines from the log, its states from the tasks; and the end of each shard after its last lines. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, type FleetNews, hasEnded, type Seen } from '../cloud.ts';
import { Patience } from '../polled/patience.ts';
import { Telling } from '../polled/telling.ts';
import type { Api, Task } from './api.ts';
import type { Printed } from './entry.ts';
import type { LogReader } from './log-reader.ts';
import type { Pace } from './pace.ts';
import { DELETED, stateOf, stateWithoutTask } from './task-state.ts';

export interface FollowOptions {
  readonly api: Api;
  readonly fleet: Fleet;
  readonly memory: string;
  readonly reader: (tell: (printed: Printed) => void) => LogReader;
  readonly tell: (news: FleetNews) => void;
  readonly pace: Pace;
}

/** Lines may be this long on their way after the end, in all. */
const LISTS_AT_END = 6;

export async function followFleet({ reader, tell, ...options }: FollowOptions, signal: AbortSignal): Promise<void> {
  const telling = new Telling(tell);
  const log = reader(({ shard, line, isError }) => (isError ? telling.words(shard, line) : telling.line(shard, line)));
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const reading = log.run(either);
  try {
    const watching = untilEnded(options, telling, either);
    // A log that cannot be read ends it: nobody would learn what the load does.
    const ends = await Promise.race([watching, reading.then(() => watching)]);
    over.abort();
    for (let lists = 0; lists < LISTS_AT_END; lists++) {
      await delay(options.pace.settleMs, null, { signal });
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

type Watched = Pick<FollowOptions, 'api' | 'fleet' | 'memory' | 'pace'>;

interface End {
  readonly seen: Seen;
  readonly at: number;
}

/** @returns the ends of all: last lines of some may be on their way */
async function untilEnded({ pace, ...watched }: Watched, telling: Telling, signal: AbortSignal): Promise<ReadonlyMap<number, End>> {
  const patience = new Patience(pace.awayMs);
  const ends = new Map<number, End>();
  for (;;) {
    try {
      for (const [shard, seen] of (await look(watched, signal)).entries()) {
        if (!hasEnded(seen.state)) telling.state(shard, seen);
        else if (!ends.has(shard)) ends.set(shard, { seen, at: performance.now() });
      }
      patience.worked();
    } catch (error) {
      patience.bear(error);
    }
    if (ends.size === watched.fleet.shards) return ends;
    // One of several that ended alone: the others go on, and it is known soon.
    for (const [shard, { seen, at }] of ends) if (performance.now() - at > pace.settleMs) telling.state(shard, seen);
    await delay(pace.lookMs, null, { signal });
  }
}

async function look({ api, fleet: { ids: [, name = ''], shards }, memory }: Omit<Watched, 'pace'>, signal: AbortSignal): Promise<readonly Seen[]> {
  const execution = await api.execution(name, signal);
  if (!execution) return Array.from({ length: shards }, () => DELETED);
  const tasks = new Map<number, Task>();
  for await (const task of api.tasksOf(name, signal)) tasks.set(task.index ?? 0, task);
  return Array.from({ length: shards }, (_, shard) => {
    const task = tasks.get(shard);
    const seen = task ? stateOf(task, memory) : stateWithoutTask(execution);
    // What had not ended when all was over never will.
    return execution.completionTime && !hasEnded(seen.state) ? stateWithoutTask(execution) : seen;
  });
}
