/**
 * A write that waits for its database: tried again while the database is away or does not answer, and given up when the run has been
 * lost in the meantime.
 */
import pRetry from 'p-retry';
import { isAway } from '../../db/away.ts';
import { LostRun } from '../ownership/lost-run.ts';
import { answered } from '../within.ts';

export interface SurelyOptions {
  /** Aborted when this server may not write this run any more; its reason is what the write fails with. */
  readonly lost: AbortSignal;
  /** Called for each failed try. */
  onTrouble(error: unknown): void;
  /** Tries when it is not the database that is away. Default 1: what is wrong stays wrong. */
  readonly tries?: number;
  /** A try that has no answer for so long has failed. Default 10 s. */
  readonly tryMs?: number;
}

/** A connection to a server that is gone without a word is silent for minutes, and the driver waits for it. */
const TRY_MS = 10_000;

/** Rejects with what is wrong with the write itself, or with the reason of `lost`. The write may have been done although it failed, or be done late, beside the next try or after it: it must bear a second time. */
export async function surely<T>(write: () => Promise<T>, { lost, onTrouble, tries = 1, tryMs = TRY_MS }: SurelyOptions): Promise<T> {
  lost.throwIfAborted();
  let wrong = 0;
  // Given up at once, without waiting for the answer to a try.
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(lost.reason);
  lost.addEventListener('abort', giveUp, { once: true });
  const written = pRetry(() => answered(tryMs, Promise.race([write(), givenUp])), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 250,
    maxTimeout: 1000,
    signal: lost,
    shouldRetry({ error }) {
      if (error instanceof LostRun) return false;
      if (!isAway(error)) wrong += 1;
      return wrong < tries;
    },
    onFailedAttempt: ({ error }) => onTrouble(error),
  });
  try {
    return await Promise.race([written, givenUp]);
  } finally {
    lost.removeEventListener('abort', giveUp);
  }
}
