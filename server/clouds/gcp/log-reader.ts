/**
 * The lines of one fleet as they come: by a tail, and by lists where there is none. A project may have ten tails; one breaks off, and
 * lasts an hour at most. What comes twice is told once, as long as it is not long ago.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from '@google-cloud/logging';
import { Recent } from '../polled/recent.ts';
import { ApiProblem, isPassing } from '../problem.ts';
import { type Printed, printedOf } from './entry.ts';
import type { Logging } from './logging.ts';
import type { Pace } from './pace.ts';

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
  #isSuppressed = false;

  constructor(logging: Logging, filter: string, tell: (printed: Printed) => void, pace: Pace) {
    this.#logging = logging;
    this.#filter = filter;
    this.#tell = tell;
    this.#pace = pace;
  }

  /** Settles with the signal. Rejects with a problem that does not pass. */
  async run(signal: AbortSignal): Promise<void> {
    const { tailMs, tailAgainMs, pollMs } = this.#pace;
    while (!signal.aborted) {
      const ended = new AbortController();
      const tail = this.#tail(signal).finally(() => ended.abort());
      await pause(tailMs, ended.signal);
      // What came before it stood, and while there was none; and then what it had to leave out.
      await this.read(signal);
      while (!ended.signal.aborted) {
        await pause(pollMs, ended.signal);
        if (this.#isSuppressed) await this.read(signal);
      }
      const problem = await tail;
      const isFull = problem instanceof ApiProblem && problem.code === 'RESOURCE_EXHAUSTED';
      if (problem !== null && !isFull && !isPassing(problem)) throw problem;
      const until = performance.now() + (isFull ? tailAgainMs : pollMs);
      while (performance.now() < until && !signal.aborted) {
        await pause(pollMs, signal);
        await this.read(signal);
      }
    }
  }

  /** All that is stored and was not told. @returns how many lines that were */
  async read(signal: AbortSignal): Promise<number> {
    this.#isSuppressed = false;
    let lines = 0;
    try {
      for await (const entry of this.#logging.list(this.#filter, this.#newestMs - OVERLAP_MS, signal)) if (this.#take(entry)) lines += 1;
    } catch (error) {
      // The next list has it.
      if (!signal.aborted && !isPassing(error)) throw error;
    }
    return lines;
  }

  /** @returns what is in its way; null: it was its time */
  async #tail(signal: AbortSignal): Promise<unknown> {
    try {
      for await (const { entries, isSuppressed } of this.#logging.tail(this.#filter, signal)) {
        for (const entry of entries) this.#take(entry);
        this.#isSuppressed ||= isSuppressed;
      }
      return null;
    } catch (problem) {
      return problem;
    }
  }

  /** @returns it is a line, and told */
  #take(entry: Entry): boolean {
    const { insertId, timestamp } = entry.metadata;
    if (timestamp instanceof Date) this.#newestMs = Math.max(this.#newestMs, timestamp.getTime());
    if (insertId && !this.#recent.add(insertId)) return false;
    const printed = printedOf(entry);
    if (printed) this.#tell(printed);
    return printed !== null;
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});
