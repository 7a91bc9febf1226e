/** A container group for each shard: all of them, or a problem, and then some may be there. */
import type { Fleet, FleetOrder } from '../cloud.ts';
import type { Api } from './api.ts';
import { groupOf, type Names } from './order.ts';
import type { Settings } from './settings.ts';

interface LaunchOptions {
  readonly api: Api;
  readonly settings: Settings;
  readonly names: Names;
  readonly order: FleetOrder;
  readonly fleet: Fleet;
}

export async function launchFleet({ api, settings, names, order, fleet }: LaunchOptions, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const end = AbortSignal.any([signal, failed.signal]);
  // One that has ended would run once more if it were asked for again.
  const there = new Set((await api.groups(signal)).map(({ name }) => name));
  const making = fleet.ids.map(async (name, shard) => {
    if (there.has(name)) return;
    try {
      await api.make(name, groupOf(settings, order, shard, names), end);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  // What is on its way is waited for: it would else be there, and nobody would know it.
  await Promise.allSettled(making);
  end.throwIfAborted();
}
