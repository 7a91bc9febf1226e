/** The fleets on Azure: a shard is a container group, and all of them are in one resource group. */
import type { CloudHost, Fleet, FleetOrder, Fleets } from '../cloud.ts';
import { sweepDead } from '../sweep.ts';
import { allTried, forEachShard } from '../together.ts';
import { type Elsewhere, openApi } from './api.ts';
import { followFleet } from './follow.ts';
import { linesOf } from './log-reader.ts';
import { groupName, groupOf, runOf } from './order.ts';
import type { Settings } from './settings.ts';
import { removeGroups, stopShard } from './stop.ts';

export async function openAzure(settings: Settings, host: CloudHost, elsewhere: Elsewhere | null = null): Promise<Fleets> {
  const api = await openApi(settings, elsewhere);
  const { stayMs } = api.pace;
  const names = { installation: host.installation, stopGraceMs: host.stopGraceMs, stayMs };
  const killing = new Map<string, NodeJS.Timeout>();

  async function launch(order: FleetOrder, signal: AbortSignal): Promise<Fleet> {
    const { runId, shards, region } = order;
    const fleet = { runId, shards, region, ids: Array.from({ length: shards }, (_, shard) => groupName(runId, shard)) };
    try {
      // One that has ended would run once more if it were asked for again.
      const there = new Set((await api.groups(signal)).map(({ name }) => name));
      await forEachShard(shards, async (shard, end) => {
        const name = groupName(runId, shard);
        if (!there.has(name)) await api.make(name, groupOf(settings, order, shard, names), end);
      }, signal);
      signal.throwIfAborted();
      return fleet;
    } catch (error) {
      await remove(fleet).catch((left: unknown) => host.log.warn({ err: left, runId }, 'what was started of a fleet could not be removed, and is swept later'));
      throw error;
    }
  }

  async function stop({ runId, ids }: Fleet, graceMs: number): Promise<void> {
    if (!killing.has(runId)) {
      const kill = () => ids.forEach((name) => void api.stop(name).catch((error: unknown) => host.log.warn({ err: error, name }, 'a shard could not be ended, and is removed later')));
      // What it told last is read while it stays.
      killing.set(runId, setTimeout(kill, graceMs + stayMs));
    }
    await allTried(ids.map((name) => stopShard(api, name, host.log)));
  }

  async function remove(fleet: Fleet): Promise<void> {
    clearTimeout(killing.get(fleet.runId));
    killing.delete(fleet.runId);
    await removeGroups(api, fleet);
  }

  /** Of this installation, of all regions. */
  async function fleetsThere(signal: AbortSignal): Promise<Fleet[]> {
    const groups = Map.groupBy(await api.groups(signal), (group) => runOf(group, host.installation));
    groups.delete(null);
    return [...groups].map(([runId, found]) => ({ runId: runId ?? '', shards: found.length, region: found[0]?.location ?? null, ids: found.map(({ name = '' }) => name) }));
  }

  return {
    async health(signal) {
      await api.groups(signal);
      return { identity: `resource group ${settings.LOAD_TESTING_AZURE_RESOURCE_GROUP}`, problem: null };
    },
    launch,
    follow: (fleet, tell, signal) => followFleet(api, fleet, tell, signal),
    stop,
    async *stored({ ids }, shard, signal) {
      const name = ids[shard];
      const content = name === undefined ? null : await api.printed(name, null, signal);
      if (content !== null) yield* linesOf(content, true);
    },
    remove,
    sweep: async (isLive, signal) => sweepDead({ found: await fleetsThere(signal), isLive, remove, log: host.log }),
    async close() {
      for (const timer of killing.values()) clearTimeout(timer);
    },
  };
}
