/**
 * The lines of one fleet as they come: by a tail, and by lists where there is none. A project may have ten tails; one breaks off, and
 * lasts an hour at most. What comes twice is told once, as long as it is not long ago.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type LogEntry, type Printed, printedOf, since, timeOf } from './entry.ts';
import type { Logging } from './logging.ts';
import type { Pace } from './pace.ts';
import { GoogleProblem, problemOf } from './problems.ts';
import { Recent } from './recent.ts';

/** Entries of different shards come in one after the other, and not in the order of their times. */
const OVERLAP_MS = 10_000;
/** Longer than any run: a list without a lower bound looks at all that is kept. */
export const LONGEST_MS = 8 * 24 * 3_600_000;

export class LogReader {
  readonly #logging: Logging;
  readonly #filter: string;
  readonly #tell: (printed: Printed) => void;
  readonly #pace: Pace;
  readonly #recent = new Recent();
  #newestMs = Date.now() - LONGEST_MS;
  #told = 0;
  #reading: Promise<void> = Promise.resolve();
  #isSuppressed = false;

  constructor(logging: Logging, filter: string, tell: (printed: Printed) => void, pace: Pace) {
    this.#logging = logging;
    this.#filter = filter;
    this.#tell = tell;
    this.#pace = pace;
  }

  /** Settles with the signal. Rejects with a problem that does not pass. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const tail = this.#logging.tail(this.#filter, this.#take, () => { this.#isSuppressed = true; }, signal);
      let isOver = false;
      const over = tail.then(() => { isOver = true; });
      await Promise.race([over, this.#pause(this.#pace.tailMs, signal)]);
      // What came before it stood, and while there was none; and then what it had to leave out.
      await this.#readOn(signal);
      while (!isOver && !signal.aborted) {
        await Promise.race([over, this.#pause(this.#pace.pollMs, signal)]);
        if (this.#isSuppressed) await this.#readOn(signal);
      }
      const problem = problemOf(await tail);
      if (signal.aborted) return;
      const isFull = problem instanceof GoogleProblem && problem.code === 'RESOURCE_EXHAUSTED';
      if (problem !== null && !isFull && !(problem instanceof GoogleProblem && problem.passes)) throw problem;
      await this.#poll(isFull ? this.#pace.tailAgainMs : this.#pace.pollMs, signal);
    }
  }

  /** All that is stored and was not told. @returns how many lines that were */
  async readToEnd(signal: AbortSignal): Promise<number> {
    const before = this.#told;
    await this.#readOn(signal);
    return this.#told - before;
  }

  async #poll(forMs: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + forMs;
    do {
      await this.#pause(this.#pace.pollMs, signal);
      await this.#readOn(signal);
    } while (performance.now() < until && !signal.aborted);
  }

  /** One after the other. */
  #readOn(signal: AbortSignal): Promise<void> {
    this.#reading = this.#reading.catch(() => {}).then(async () => {
      this.#isSuppressed = false;
      try {
        for await (const entry of this.#logging.list(since(this.#filter, this.#newestMs - OVERLAP_MS), signal)) this.#take(entry);
      } catch (error) {
        // The next list has it.
        if (!signal.aborted && !(error instanceof GoogleProblem && error.passes)) throw error;
      }
    });
    return this.#reading;
  }

  readonly #take = (entry: LogEntry): void => {
    this.#newestMs = Math.max(this.#newestMs, timeOf(entry) ?? 0);
    if (entry.insertId && !this.#recent.add(entry.insertId)) return;
    const printed = printedOf(entry);
    if (!printed) return;
    this.#told += 1;
    this.#tell(printed);
  };

  #pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});
}
