/** One thing that is wrong with what the user gave us: where, and a sentence that says what to do about it. */
export interface Problem {
  /** Empty for the thing as a whole, else a path like `load.closed.stages[2].users`. */
  readonly path: string;
  readonly message: string;
}
