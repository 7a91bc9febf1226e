/** What dead servers left behind elsewhere: looked for at the start, and every few minutes. */
import type { Log } from '../../../plugin/host.ts';
import { CloudProblem } from '../../clouds/cloud.ts';
import type { Clouds } from '../../clouds/clouds.ts';
import type { Db } from '../../db/client.ts';
import { liveAmong } from './store.ts';

export interface SweepOptions {
  readonly clouds: Clouds;
  readonly db: Db;
  readonly log: Log;
  /** Runs here: a server that stood still may find its own leases over, and goes on with them. */
  isOurs(runId: string): boolean;
}

/** Never rejects: a place that cannot be asked now is asked the next time. None waits for another. */
export async function sweepFleets({ clouds, db, log, isOurs }: SweepOptions, signal: AbortSignal): Promise<void> {
  const isLive = async (runIds: readonly string[]) => new Set([...(await liveAmong(db, runIds)), ...runIds.filter(isOurs)]);
  const sweep = async (cloud: Clouds['all'][number]) => {
    try {
      const fleets = await cloud.fleets();
      const ended = await fleets.sweep(isLive, signal);
      if (ended.length > 0) log.warn({ place: cloud.key, runIds: ended }, 'shards of runs that are over were ended');
    } catch (error) {
      if (error instanceof CloudProblem) log.warn({ place: cloud.key }, `what is left there could not be looked for: ${error.message}`);
      else log.error({ err: error, place: cloud.key }, 'what is left there could not be looked for');
    }
  };
  await Promise.all(clouds.all.filter(({ unconfigured }) => unconfigured === null).map(sweep));
}
