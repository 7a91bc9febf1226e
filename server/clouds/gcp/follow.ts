/** All that one fleet tells: its lines from the log, its states from the tasks; and the end of each shard after its last lines. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, type FleetNews, hasEnded, type Seen } from '../cloud.ts';
import type { Api } from './api.ts';
import type { Printed } from './entry.ts';
import type { LogReader } from './log-reader.ts';
import type { Pace } from './pace.ts';
import { GoogleProblem } from './problems.ts';
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

export async function followFleet({ api, fleet, memory, reader, tell, pace }: FollowOptions, signal: AbortSignal): Promise<void> {
  const lastWords = new Map<number, string>();
  const log = reader(({ shard, line, isError }) => {
    if (isError && line.trim() !== '') lastWords.set(shard, line.trim());
    else if (!isError) tell({ shard, line });
  });
  const states = new Map<number, string>();
  const report = (shard: number, { state, reason }: Seen) => {
    const words = state === 'failed' && lastWords.get(shard);
    const whole = words ? `${reason?.replace(/\.$/, '')}: ${words}` : reason;
    if (states.get(shard) === `${state} ${whole}`) return;
    states.set(shard, `${state} ${whole}`);
    tell({ shard, state, reason: whole });
  };

  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const reading = log.run(either);
  try {
    const watching = untilEnded({ api, fleet, memory, pace, report }, either);
    // A log that cannot be read ends it: nobody would learn what the load does.
    await Promise.race([watching, reading.then(() => watching)]);
    const ends = await watching;
    for (let lists = 0; lists < LISTS_AT_END && !signal.aborted; lists++) {
      await delay(pace.settleMs, null, { signal });
      if ((await log.readToEnd(signal)) === 0) break;
    }
    for (const [shard, seen] of ends) report(shard, seen);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    over.abort();
    await reading.catch(() => {});
  }
}

type Watch = Pick<FollowOptions, 'api' | 'fleet' | 'memory' | 'pace'> & { readonly report: (shard: number, seen: Seen) => void };

/** @returns the ends of those that are still to be reported: their last lines may be on their way */
async function untilEnded({ api, fleet, memory, pace, report }: Watch, signal: AbortSignal): Promise<ReadonlyMap<number, Seen>> {
  const ended = new Map<number, { readonly seen: Seen; readonly at: number }>();
  const [, execution = ''] = fleet.ids;
  let heardAt = performance.now();
  for (;;) {
    let now: readonly Seen[] | null = null;
    try {
      now = await look(api, execution, fleet.shards, memory, signal);
      heardAt = performance.now();
    } catch (error) {
      if (!(error instanceof GoogleProblem) || !error.passes || performance.now() - heardAt > pace.awayMs) throw error;
    }
    for (const [shard, seen] of (now ?? []).entries()) {
      if (ended.has(shard)) continue;
      if (hasEnded(seen.state)) ended.set(shard, { seen, at: performance.now() });
      else report(shard, seen);
    }
    if (ended.size === fleet.shards) return new Map([...ended].map(([shard, { seen }]) => [shard, seen]));
    // One of several that ended alone: the others go on, and it is known soon.
    for (const [shard, { seen, at }] of ended) if (performance.now() - at > pace.settleMs) report(shard, seen);
    await delay(pace.lookMs, null, { signal });
  }
}

async function look(api: Api, name: string, shards: number, memory: string, signal: AbortSignal): Promise<readonly Seen[]> {
  const execution = await api.execution(name, signal);
  if (!execution) return Array.from({ length: shards }, () => DELETED);
  const tasks = new Map((await api.tasksOf(name, signal)).map((task) => [task.index ?? 0, task]));
  return Array.from({ length: shards }, (_, shard) => {
    const task = tasks.get(shard);
    const seen = task ? stateOf(task, memory) : stateWithoutTask(execution);
    // What had not ended when all was over never will.
    return execution.completionTime && !hasEnded(seen.state) ? stateWithoutTask(execution) : seen;
  });
}
