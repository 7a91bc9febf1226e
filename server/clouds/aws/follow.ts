/** What a fleet tells, asked for each second: the states of its tasks, and the lines that they printed. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, type FleetNews, hasEnded } from '../cloud.ts';
import { Patience } from '../polled/patience.ts';
import { Telling } from '../polled/telling.ts';
import { streamOf, streamsOf } from './definition.ts';
import { Lines } from './lines.ts';
import { asked, type Region } from './region.ts';
import { GONE, seenOf } from './state.ts';

const EVERY_MS = 1000;
/** What was printed last is searchable by then; if not, it is among the stored lines. */
const READ_ON_MS = 3000;
/** A task that was asked for just now may not be known yet. */
const KNOWN_WITHIN_MS = 60_000;
/** Each of the two APIs may be away for so long. */
const AWAY_MS = 300_000;

export async function followFleet(region: Region, { runId, ids }: Fleet, tell: (news: FleetNews) => void, signal: AbortSignal): Promise<void> {
  const telling = new Telling(tell);
  const lines = new Lines(region, streamsOf(runId));
  const shardOf = new Map(ids.map((arn, shard) => [streamOf(runId, arn), shard]));
  const since = performance.now();
  let endedAt: number | null = null;

  const readStates = async () => {
    // ECS describes 100 at once, and no order has more.
    const { tasks = [], failures = [] } = await asked('ecs:DescribeTasks', () => region.ecs.describeTasks({ cluster: region.cluster, tasks: [...ids] }, { abortSignal: signal }));
    for (const task of tasks) telling.state(ids.indexOf(task.taskArn ?? ''), seenOf(task));
    for (const { arn = '' } of failures) {
      const shard = ids.indexOf(arn);
      if (shard >= 0 && (telling.seen(shard) || performance.now() - since > KNOWN_WITHIN_MS)) telling.state(shard, GONE);
    }
    if (ids.every((_, shard) => hasEnded(telling.seen(shard)?.state ?? 'pending'))) endedAt ??= performance.now();
  };
  const readLines = () => {
    const live = [...shardOf].filter(([, shard]) => telling.seen(shard)?.state === 'running').map(([stream]) => stream);
    return lines.read(live, (stream, line) => {
      const shard = shardOf.get(stream);
      if (shard !== undefined) telling.line(shard, line);
    }, signal);
  };

  const reads = [readStates, readLines].map((read) => ({ read, patience: new Patience(AWAY_MS) }));
  while (!signal.aborted) {
    for (const { read, patience } of reads) {
      try {
        await read();
        patience.worked();
      } catch (error) {
        if (signal.aborted) return;
        patience.bear(error);
      }
    }
    if (endedAt !== null && performance.now() - endedAt > READ_ON_MS) return;
    await delay(EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
