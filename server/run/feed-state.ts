/** A run from state to state. */
import type { Db } from '../db/client.ts';
import type { Reader } from './feed.ts';
import type { Run } from './run.ts';
import { isSettled } from './state.ts';
import { runAgain } from './store.ts';

export class StateFeed implements Reader {
  over = false;
  /** As it was given, and from the first reading on as it is. */
  run: Run;
  readonly #db: Db;
  readonly #given: Run;

  constructor(db: Db, run: Run) {
    this.#db = db;
    this.#given = run;
    this.run = run;
  }

  async read(): Promise<boolean> {
    // Always from what was given: its plan is opened when it is asked for, and not handed on from reading to reading.
    const run = await runAgain(this.#db, this.#given);
    this.over = run === null || isSettled(run.state);
    if (run === null || (this.run !== this.#given && run.state === this.run.state)) return false;
    this.run = run;
    return true;
  }
}
