/** The shards of a run: how many are there, in which order they are shown, and how each looks. Pure. */

export interface ShardReport {
  /** From 0. */
  readonly index: number;
  readonly state: string;
  readonly requests: number;
  /** null: it has not begun. */
  readonly lateMs: number | null;
  readonly problem: string | null;
}

/** More are shown only when it is asked for. */
export const MOST_SHOWN = 8;
const FIRST_SHOWN = 6;

const STATES = ['failed', 'stopped', 'pending', 'waiting', 'running', 'succeeded'];

/** One that is there and has not begun waits for the moment in which all begin. */
export const stateOf = ({ state, lateMs }: Pick<ShardReport, 'state' | 'lateMs'>): string => (state === 'running' && lateMs === null ? 'waiting' : state);

/** The worst first: failed, then whatever has a problem. A state of a later server comes last. */
function rank(shard: ShardReport): number {
  const state = stateOf(shard);
  if (state === 'failed') return 0;
  return shard.problem === null ? 2 + (STATES.includes(state) ? STATES.indexOf(state) : STATES.length) : 1;
}

/** All, by their number, when there are few or all are asked for; else the worst first, and only some. */
export function shownOf<Shard extends ShardReport>(shards: readonly Shard[], all: boolean): readonly Shard[] {
  if (all || shards.length <= MOST_SHOWN) return shards;
  return [...shards].sort((a, b) => rank(a) - rank(b) || a.index - b.index).slice(0, FIRST_SHOWN);
}

/** They run, or have run: nobody waits for them any more. */
export const thereAre = (shards: readonly ShardReport[]): number => shards.filter(({ state }) => state !== 'pending').length;

/** How many there are in each state, the most telling first. */
export function tallyOf(shards: readonly ShardReport[]): { readonly state: string; readonly count: number }[] {
  const counted = Map.groupBy(shards, stateOf);
  return [...counted].map(([state, ofIt]) => ({ state, count: ofIt.length })).sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
}
