/**
 * How often Azure is asked. Azure Resource Manager lets one account read 25 times a second (with 250 at once in reserve), write 10 times and
 * delete 10 times, in each subscription and region. Half of it is for whatever else that account does.
 */
export const PACE = {
  /** Requests of this server in a second that read, and that change something. */
  readsPerSecond: 12,
  writesPerSecond: 5,
  /** Lines of a shard, and the state of one that is not there yet or says nothing. With 50 shards it takes about 5 s until each was asked. */
  lookMs: 1500,
  /** The state of one that prints. */
  stateMs: 60_000,
  /** A shard stays so long after its last line: of a container that has ended, Azure tells the last 16 KB only. */
  stayMs: 10_000,
  /** Whether what was deleted is gone. */
  goneMs: 2000,
  /** Before something is asked for a second time; doubled each further time. */
  againMs: 1000,
  /** Azure may be away for so long while a fleet is followed. */
  awayMs: 120_000,
};

export type Pace = Readonly<typeof PACE>;
