/** The log of a run, as it stands and then as it grows. */
import type { Db } from '../../db/client.ts';
import type { Reader } from '../feed.ts';
import type { Watched } from '../live.ts';
import type { Run } from '../run.ts';
import { isSettled } from '../state.ts';
import { runAgain } from '../store.ts';
import { logFrom } from './store.ts';

export interface LogLines {
  /** Ask from here for what comes next. */
  readonly nextLine: number;
  readonly lines: readonly string[];
}

/** All lines from this one on at once, also when there are none, then those that come; ends when the run is settled. `run` belongs to the viewer. */
export async function* runLog({ db, feeds }: Watched, run: Run, afterLine: number, signal: AbortSignal): AsyncGenerator<LogLines> {
  let next = Math.max(0, afterLine);
  let first = true;
  for await (const { lines } of feeds.watch('log', run.id, () => new LogFeed(db, run), signal)) {
    const fresh = lines.slice(next);
    next += fresh.length;
    if (first || fresh.length > 0) yield { nextLine: next, lines: fresh };
    first = false;
  }
}

/** What is kept of a log is bounded: all of it has room here. */
class LogFeed implements Reader {
  over = false;
  lines: readonly string[] = [];
  readonly #db: Db;
  readonly #run: Run;
  #first = true;

  constructor(db: Db, run: Run) {
    this.#db = db;
    this.#run = run;
  }

  async read(): Promise<boolean> {
    // The state is read before the lines: a settled run has all of its lines.
    const run = await runAgain(this.#db, this.#run);
    const fresh = run === null ? [] : await logFrom(this.#db, this.#run.organizationId, this.#run.id, this.lines.length);
    const first = this.#first && run !== null;
    if (fresh.length > 0) this.lines = [...this.lines, ...fresh];
    this.over = run === null || isSettled(run.state);
    this.#first = false;
    return first || fresh.length > 0;
  }
}
