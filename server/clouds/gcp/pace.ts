/** How often is looked, and how long is waited. A bed is faster than Google. */
export interface Pace {
  /** States of tasks: two requests each time. */
  readonly lookMs: number;
  /** Entries of the log, while there is no tail: the whole project may list them 60 times a minute. */
  readonly pollMs: number;
  /** A tail that does not fail within so long stands. */
  readonly tailMs: number;
  /** Until a tail is asked for again when the project has as many as it may. */
  readonly tailAgainMs: number;
  /** From the end of a task until its last lines are in the log, as a rule. */
  readonly settleMs: number;
  /** Before something is asked for a second time; doubled each further time. */
  readonly againMs: number;
  /** Google may be away for so long while a fleet is followed. */
  readonly awayMs: number;
}

export const PACE: Pace = { lookMs: 2000, pollMs: 5000, tailMs: 1000, tailAgainMs: 60_000, settleMs: 5000, againMs: 1000, awayMs: 120_000 };
