/** The fleets of this machine: a folder each, with what its shards were given and what they print. They end with the server, by the guard of their groups. */
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { endWithHome } from '../../process/end.ts';
import { CloudProblem, type CloudHost, type Fleet, type FleetOrder, type Fleets } from '../cloud.ts';
import { sweepDead } from '../sweep.ts';
import { followShard } from './news.ts';
import { homesOf, type ShardProcess, startShard } from './shard-process.ts';

export function openProcesses(host: CloudHost): Fleets {
  const root = path.join(host.folder, 'process');
  const running = new Map<string, readonly ShardProcess[]>();
  const shardsOf = ({ runId }: Pick<Fleet, 'runId'>) => running.get(runId) ?? [];

  async function launch(order: FleetOrder, signal: AbortSignal): Promise<Fleet> {
    const { runId, shards } = order;
    const fleet = { runId, shards, region: null, ids: Array.from({ length: shards }, (_, shard) => folderOf(root, runId, shard)) };
    if (running.has(runId)) return fleet;
    const started: ShardProcess[] = [];
    running.set(runId, started);
    try {
      for (const [shard, folder] of fleet.ids.entries()) {
        signal.throwIfAborted();
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(path.join(folder, 'task'), order.task, { mode: 0o600 });
        const process = startShard({ folder, shard, order, host });
        started.push(process);
        await process.started;
      }
      return fleet;
    } catch (error) {
      await remove(fleet);
      throw error instanceof Error && 'code' in error ? new CloudProblem(`A shard could not be started on this machine: ${error.message}`) : error;
    }
  }

  async function remove(fleet: Fleet): Promise<void> {
    await Promise.all(shardsOf(fleet).map((shard) => shard.end(0)));
    running.delete(fleet.runId);
    await removeFolder(path.join(root, fleet.runId));
  }

  return {
    health: async () => ({ identity: null, problem: null }),
    launch,
    async follow(fleet, tell, signal) {
      await Promise.all(shardsOf(fleet).map((shard) => followShard(shard, tell, signal)));
    },
    async stop(fleet, graceMs) {
      // Whoever removes the fleet hears of it, too.
      for (const shard of shardsOf(fleet)) shard.end(graceMs).catch((error: unknown) => host.log.error({ err: error, runId: fleet.runId }, 'a shard could not be ended'));
    },
    async *stored({ runId }, shard) {
      const file = path.join(folderOf(root, runId, shard), 'output');
      if (await access(file).then(() => true, () => false)) yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
    },
    remove,
    async sweep(isLive) {
      const found = (await readdir(root).catch(() => [])).map((runId) => ({ runId }));
      return sweepDead({ found, isLive, remove: ({ runId }) => removeFolder(path.join(root, runId)), log: host.log });
    },
    async close() {
      await Promise.all([...running.values()].flat().map((shard) => shard.end(0)));
    },
  };
}

const folderOf = (root: string, runId: string, shard: number): string => path.join(root, runId, String(shard));

/** With whatever was started with one of its folders as its HOME: a shard, or the tool of one that died. */
async function removeFolder(folder: string): Promise<void> {
  const shards = await readdir(folder).catch(() => []);
  for (const home of shards.flatMap((shard) => homesOf(path.join(folder, shard), path.basename(folder)))) await endWithHome(home);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
