/** One thing that is wrong with what the user gave us: where, and a sentence that says what to do about it. */
export interface Problem {
  /** Empty for the thing as a whole, else a path like `load.closed.stages[2].users`. */
  readonly path: string;
  readonly message: string;
}

/** Nobody reads more of them at once. */
export const MOST_PROBLEMS = 20;

/** Stands in the place of those that are not listed. */
export function moreProblems(count: number): Problem {
  return { path: '', message: `There are ${count} more problems like these.` };
}
