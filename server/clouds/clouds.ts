/** The places of this server: which there are, whether they can be used, and their fleets, opened when they are first asked for. */
import type { AnyCloud, Cloud, CloudHost, CostEstimate, Fleets } from './cloud.ts';
import { CloudProblem } from './cloud.ts';

export interface Clouds {
  readonly all: readonly OpenCloud[];
  /** null: there is none of this key. */
  of(key: string): OpenCloud | null;
  close(): Promise<void>;
}

/** One of them, with the settings of this server. */
export interface OpenCloud extends Pick<Cloud, 'key' | 'name' | 'engine' | 'most' | 'lagMs'> {
  readonly regions: readonly string[];
  readonly images: readonly string[];
  /** Set up, as far as settings tell. */
  readonly unconfigured: string | null;
  readonly size: string | null;
  leadMs(shards: number): number;
  estimate(order: Parameters<Cloud['estimate']>[1]): CostEstimate;
  uncarried(names: readonly string[]): ReturnType<Cloud['uncarried']>;
  /** Throws a CloudProblem. One that failed is tried again the next time. */
  fleets(): Promise<Fleets>;
  /** Why nothing can be launched there now, in a sentence; null: it can. Remembered for a while: it asks over the network. */
  problem(): Promise<string | null>;
}

const REMEMBERED_MS = 60_000;
const HEALTH_WITHIN_MS = 8000;

/** @param environment what each parses its own settings from; it was checked when the server was configured */
export function openClouds(clouds: readonly AnyCloud[], environment: Readonly<Record<string, string>>, host: CloudHost): Clouds {
  const all = clouds.map((cloud) => openCloud(cloud, environment, host));
  return {
    all,
    of: (key) => all.find((cloud) => cloud.key === key) ?? null,
    async close() {
      await Promise.all(all.map((cloud) => cloud.close()));
    },
  };
}

function openCloud(cloud: AnyCloud, environment: Readonly<Record<string, string>>, host: CloudHost): OpenCloud & { close(): Promise<void> } {
  const settings = cloud.settings.parse(environment);
  const unconfigured = cloud.unconfigured(settings);
  let opening: Promise<Fleets> | null = null;
  let known: { readonly until: number; readonly problem: Promise<string | null> } | null = null;
  const fleets = () => {
    if (unconfigured !== null) return Promise.reject(new CloudProblem(unconfigured));
    opening ??= cloud.open(settings, host).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  const look = async (): Promise<string | null> => {
    try {
      return (await (await fleets()).health(AbortSignal.timeout(HEALTH_WITHIN_MS))).problem;
    } catch (error) {
      if (error instanceof CloudProblem) return error.message;
      host.log.error({ err: error, place: cloud.key }, 'a place could not be asked how it is');
      return `${cloud.name} could not be asked how it is. The server's log says more.`;
    }
  };
  return {
    key: cloud.key,
    name: cloud.name,
    engine: cloud.engine,
    most: cloud.most,
    lagMs: cloud.lagMs,
    regions: cloud.regions(settings),
    images: cloud.images(settings),
    size: cloud.size(settings),
    unconfigured,
    leadMs: (shards) => cloud.leadMs(settings, shards),
    estimate: (order) => cloud.estimate(settings, order),
    uncarried: (names) => cloud.uncarried(settings, names),
    fleets,
    problem() {
      if (known === null || performance.now() > known.until) known = { until: performance.now() + REMEMBERED_MS, problem: look() };
      return known.problem;
    },
    async close() {
      await (await opening?.catch(() => null))?.close();
    },
  };
}
