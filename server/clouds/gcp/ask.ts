/** How both of Google's APIs are asked: again where that helps, not for longer than the signal lets, and what they refuse in sentences. */
import pRetry from 'p-retry';
import { GoogleProblem, problemOf } from './problems.ts';

/** Rejects with a GoogleProblem, with the signal's reason, or with what is a bug. */
export type Ask = <T>(send: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

const RETRIES = 4;

export function asker(againMs: number): Ask {
  return async (send, signal) => {
    try {
      return await pRetry(
        () => {
          signal?.throwIfAborted();
          return unlessAborted(send(), signal).catch((error: unknown) => {
            throw problemOf(error);
          });
        },
        { retries: RETRIES, minTimeout: againMs, factor: 2, shouldRetry: ({ error }) => error instanceof GoogleProblem && error.passes, ...(signal ? { signal } : {}) },
      );
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  };
}

/** A call of gRPC knows no signal. */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return answer;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([answer, promise]).finally(() => signal.removeEventListener('abort', abort));
}
