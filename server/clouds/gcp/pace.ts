/** How often is looked, and how long is waited. A bed is faster than Google. */
export const PACE = {
  /** States of tasks: two requests each time. */
  lookMs: 2000,
  /** Entries of the log, while there is no tail: the whole project may list them 60 times a minute. */
  pollMs: 5000,
  /** A tail that does not fail within so long stands. */
  tailMs: 1000,
  /** Until a tail is asked for again when the project has as many as it may. */
  tailAgainMs: 60_000,
  /** From the end of a task until its last lines are in the log, as a rule. */
  settleMs: 5000,
  /** Before something is asked for a second time; doubled each further time. */
  againMs: 1000,
  /** Google may be away for so long while a fleet is followed. */
  awayMs: 120_000,
};

export type Pace = Readonly<typeof PACE>;
