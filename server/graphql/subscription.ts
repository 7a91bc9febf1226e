/** What every subscription to a run needs: the run, or an error with a refusal's code, and an end that waits for nobody. */
import { GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { notFound } from '../refusal.ts';
import type { Run } from '../run/run.ts';
import { findRun } from '../run/store.ts';
import { idOrNull } from './ids.ts';

/** A subscription has no union to refuse with: the same code stands in `extensions.code`. */
export async function runOrError(ctx: Context, runId: string): Promise<Run> {
  const local = idOrNull(runId, 'LoadTestRun');
  const run = local === null ? null : await findRun(ctx.db, ctx.cipher, ctx.viewer.organizationId, local);
  if (run) return run;
  const refusal = notFound('run');
  throw new GraphQLError(refusal.message, { extensions: { code: refusal.code } });
}

/** `return()` of a generator waits for its running step; the signal ends that step, so that nothing waits on for nobody. */
export function abortable<T>(open: (signal: AbortSignal) => AsyncGenerator<T>): AsyncIterableIterator<T> {
  const done = new AbortController();
  const inner = open(done.signal);
  return {
    next: () => inner.next(),
    return(value?: T) {
      done.abort();
      return inner.return(value);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
