/** What a fleet tells from now on, by shard. */
import type { Fleet, FleetNews, Fleets } from '../../server/clouds/cloud.ts';

type Told = Extract<FleetNews, { readonly state: unknown }>;

export interface Following {
  /** Settles when following does. */
  readonly over: Promise<void>;
  lines(shard: number): string[];
  /** Its last state. */
  last(shard: number): Told | undefined;
  stop(): void;
}

export function following(fleet: Fleet, by: Fleets): Following {
  const news: FleetNews[] = [];
  const stopped = new AbortController();
  const over = by.follow(fleet, (one) => void news.push(one), stopped.signal);
  over.catch(() => {}); // whoever waits for it hears of it
  return {
    over,
    lines: (shard) => news.flatMap((one) => ('line' in one && one.shard === shard ? [one.line] : [])),
    last: (shard) => news.flatMap((one) => ('state' in one && one.shard === shard ? [one] : [])).at(-1),
    stop: () => stopped.abort(),
  };
}

/** Numbers of the lines that say one: `["line", shard, number]`. */
export const numbered = (lines: readonly string[]): number[] => lines.flatMap((line) => (line.startsWith('["line"') ? [Number(JSON.parse(line)[2])] : []));
