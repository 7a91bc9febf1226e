/**
 * How often Azure is asked. Azure Resource Manager lets one account read 25 times a second (with 250 at once in reserve), write 10 times and
 * delete 10 times, in each subscription and region. Half of it is for whatever else that account does.
 */
export interface Pace {
  /** Requests of this server in a second that read, and that change something. */
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  /** Lines of a shard, and the state of one that is not there yet or says nothing. With 50 shards it takes about 5 s until each was asked. */
  readonly lookMs: number;
  /** The state of one that prints. */
  readonly stateMs: number;
  /** A shard stays so long after its last line: of a container that has ended, Azure tells the last 16 KB only. */
  readonly stayMs: number;
  /** Whether what was deleted is gone. */
  readonly goneMs: number;
  /** Before something is asked for a second time; doubled each further time. */
  readonly againMs: number;
  /** Azure may be away for so long while a fleet is followed. */
  readonly awayMs: number;
}

export const PACE: Pace = { readsPerSecond: 12, writesPerSecond: 5, lookMs: 1500, stateMs: 60_000, stayMs: 10_000, goneMs: 2000, againMs: 1000, awayMs: 120_000 };
