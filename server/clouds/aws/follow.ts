/** What a fleet tells, asked for each second: the states of its tasks, and the lines that they printed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet, FleetNews, Seen } from '../cloud.ts';
import { hasEnded } from '../cloud.ts';
import { streamOf, streamsOf } from './definition.ts';
import { Lines } from './lines.ts';
import { isNoStream, isPassing, problemOf } from './problems.ts';
import type { Region } from './region.ts';
import { GONE, seenOf } from './state.ts';

const EVERY_MS = 1000;
/** What was printed last is searchable by then; if not, it is among the stored lines. */
const READ_ON_MS = 3000;
/** A task that was asked for just now may not be known yet. */
const KNOWN_WITHIN_MS = 60_000;

export async function followFleet(region: Region, fleet: Fleet, tell: (news: FleetNews) => void, signal: AbortSignal): Promise<void> {
  const { cluster, logGroupName } = region;
  const lines = new Lines(region.logs, { logGroupName, logStreamNamePrefix: streamsOf(fleet.runId) });
  const shardOf = new Map(fleet.ids.map((arn, shard) => [streamOf(fleet.runId, arn), shard]));
  const states: (Seen | undefined)[] = fleet.ids.map(() => undefined);
  const since = performance.now();
  let endedAt: number | null = null;

  const update = (shard: number, seen: Seen) => {
    const before = states[shard];
    if ((before && hasEnded(before.state)) || (before?.state === seen.state && before.reason === seen.reason)) return;
    states[shard] = seen;
    tell({ shard, ...seen });
  };
  const readStates = async () => {
    // ECS describes 100 at once, and no order has more.
    const { tasks = [], failures = [] } = await region.ecs.describeTasks({ cluster, tasks: [...fleet.ids] }, { abortSignal: signal });
    for (const task of tasks) update(fleet.ids.indexOf(task.taskArn ?? ''), seenOf(task));
    for (const { arn = '' } of failures) {
      const shard = fleet.ids.indexOf(arn);
      if (shard >= 0 && (states[shard] || performance.now() - since > KNOWN_WITHIN_MS)) update(shard, GONE);
    }
    if (states.every((seen) => seen && hasEnded(seen.state))) endedAt ??= performance.now();
  };
  const readLines = () => {
    const live = [...shardOf].filter(([, shard]) => states[shard]?.state === 'running').map(([stream]) => stream);
    return lines.read(live, (stream, line) => {
      const shard = shardOf.get(stream);
      if (shard !== undefined) tell({ shard, line });
    }, signal);
  };

  while (!signal.aborted) {
    for (const [read, what] of [[readStates, 'ecs:DescribeTasks'], [readLines, 'logs:FilterLogEvents']] as const) {
      try {
        await read();
      } catch (error) {
        if (signal.aborted) return;
        if (!isPassing(error) && !isNoStream(error)) throw problemOf(error, what);
      }
    }
    if (endedAt !== null && performance.now() - endedAt > READ_ON_MS) return;
    await delay(EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
