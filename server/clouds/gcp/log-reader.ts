/**
 * The lines of one fleet as they come: by a tail, and by lists where there is none. A project may have ten tails; one breaks off, and
 * lasts an hour at most. What comes twice is told once, as long as it is not long ago.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from '@google-cloud/logging';
import { Recent } from '../polled/recent.ts';
import { ApiProblem, isPassing } from '../problem.ts';
import { type Printed, printedOf } from './entry.ts';
import type { Google } from './google.ts';

/** Entries of different shards come in one after the other, and not in the order of their times. */
const OVERLAP_MS = 10_000;
/** Longer than any run: a list without a lower bound looks at all that is kept. */
export const LONGEST_MS = 8 * 24 * 3_600_000;

export function logReader({ logging, pace: { tailMs, tailAgainMs, pollMs } }: Google, filter: string, tell: (printed: Printed) => void) {
  const recent = new Recent();
  let newestMs = Date.now() - LONGEST_MS;
  let isSuppressed = false;

  /** @returns it is a line, and told */
  const take = (entry: Entry): boolean => {
    const { insertId, timestamp } = entry.metadata;
    if (timestamp instanceof Date) newestMs = Math.max(newestMs, timestamp.getTime());
    if (insertId && !recent.add(insertId)) return false;
    const printed = printedOf(entry);
    if (printed) tell(printed);
    return printed !== null;
  };

  /** All that is stored and was not told. @returns how many lines that were */
  const read = async (signal: AbortSignal): Promise<number> => {
    isSuppressed = false;
    let lines = 0;
    try {
      for await (const entry of logging.list(filter, newestMs - OVERLAP_MS, signal)) if (take(entry)) lines += 1;
    } catch (error) {
      // The next list has it.
      if (!signal.aborted && !isPassing(error)) throw error;
    }
    return lines;
  };

  /** @returns what is in its way; null: it was its time */
  const tail = async (signal: AbortSignal): Promise<unknown> => {
    try {
      for await (const tailed of logging.tail(filter, signal)) {
        tailed.entries.forEach(take);
        isSuppressed ||= tailed.isSuppressed;
      }
      return null;
    } catch (problem) {
      return problem;
    }
  };

  /** Settles with the signal. Rejects with a problem that does not pass. */
  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const ended = new AbortController();
      const tailing = tail(signal).finally(() => ended.abort());
      await pause(tailMs, ended.signal);
      // What came before it stood, and while there was none; and then what it had to leave out.
      await read(signal);
      while (!ended.signal.aborted) {
        await pause(pollMs, ended.signal);
        if (isSuppressed) await read(signal);
      }
      const problem = await tailing;
      const isFull = problem instanceof ApiProblem && problem.code === 'RESOURCE_EXHAUSTED';
      if (problem !== null && !isFull && !isPassing(problem)) throw problem;
      const until = performance.now() + (isFull ? tailAgainMs : pollMs);
      while (performance.now() < until && !signal.aborted) {
        await pause(pollMs, signal);
        await read(signal);
      }
    }
  };
  return { run, read };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});
