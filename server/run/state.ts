/** The state machine of a run, as data. Every move is recorded; a move that is not here is a bug. */

export const RUN_STATES = ['queued', 'starting', 'running', 'stopping', 'finished', 'aborted', 'crashed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Why a run ended. A closed list; the first cause wins. */
export const ENDING_CAUSES = {
  /** The tool ended by itself when the plan was over. */
  planned_end: 'finished',
  /** The rows of a data set, each used once, ran out before the plan was over. */
  rows_ran_out: 'finished',
  /** An objective with `abortAfterMs` was broken over its window. */
  objective_broken: 'aborted',
  /** It took more of the machine than the operator allows. */
  limit_reached: 'aborted',
  /** Somebody asked. */
  stop_asked: 'aborted',
  /** This server was asked to end. */
  server_shutdown: 'aborted',
  /** Of a run that was made elsewhere: its results are not all there. */
  results_cut: 'aborted',
  /** The tool could not be started, or ended with an error of its own. */
  tool_broke: 'crashed',
  /** The tool was ended by a signal that we did not send. */
  tool_killed: 'crashed',
  /** It was still running after its planned end and the grace. */
  overdue: 'crashed',
  /** No line for 10 s. */
  reporter_silent: 'crashed',
  /** Not all of its shards could be had, so none was left to run. */
  launch_failed: 'crashed',
  /** A shard was lost on the way, or not all that it measured has come. */
  shard_lost: 'crashed',
  /** Another server took the run over, or found it without an owner after a restart. */
  owner_lost: 'crashed',
  /** A bug of ours: the log says more. */
  internal_error: 'crashed',
} as const satisfies Record<string, RunState>;

export type EndingCause = keyof typeof ENDING_CAUSES;

export const MOVES: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['starting', 'aborted', 'crashed'],
  starting: ['running', 'stopping', 'finished', 'aborted', 'crashed'],
  // Straight to aborted: when the database was away just then, and nobody could be told of the stopping.
  running: ['stopping', 'finished', 'aborted', 'crashed'],
  stopping: ['finished', 'aborted', 'crashed'],
  finished: [],
  aborted: [],
  crashed: [],
};

export interface Move {
  /** null: the run was accepted. */
  readonly from: RunState | null;
  readonly to: RunState;
  /** ISO 8601. */
  readonly at: string;
  readonly cause: string;
}

export function isSettled(state: RunState): boolean {
  return MOVES[state].length === 0;
}

/** Throws on a move that the machine does not know. */
export function moved(moves: readonly Move[], to: RunState, cause: string, at: Date): Move[] {
  const from = moves.at(-1)?.to ?? null;
  const allowed = from === null ? to === 'queued' : MOVES[from].includes(to);
  if (!allowed) throw new Error(`a run cannot move from ${from} to ${to} (${cause})`);
  return [...moves, { from, to, at: at.toISOString(), cause }];
}
