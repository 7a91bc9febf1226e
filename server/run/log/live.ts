/** The log of a run, as it stands and then as it grows. */
import type { Context } from '../../context.ts';
import { listenUntilDone, POLL_MS } from '../live.ts';
import type { Run } from '../run.ts';
import { isSettled } from '../state.ts';
import { findRun } from '../store.ts';
import { logFrom } from './store.ts';

export interface LogLines {
  /** Ask from here for what comes next. */
  readonly nextLine: number;
  readonly lines: readonly string[];
}

/** All lines from this one on at once, also when there are none, then those that come; ends when the run is settled. `run` belongs to the viewer. */
export async function* runLog(ctx: Context, run: Run, afterLine: number, signal: AbortSignal): AsyncGenerator<LogLines> {
  let next = Math.max(0, afterLine);
  let first = true;
  using listening = listenUntilDone(signal);
  while (!signal.aborted) {
    const changed = ctx.runner.events.next(run.id, POLL_MS, listening.signal);
    // The state is read before the lines: a settled run has all of its lines.
    const current = await findRun(ctx.db, ctx.cipher, run.organizationId, run.id);
    if (!current) return;
    const lines = await logFrom(ctx.db, run.organizationId, run.id, next);
    next += lines.length;
    if (first || lines.length > 0) yield { nextLine: next, lines };
    first = false;
    if (isSettled(current.state)) return;
    await changed;
  }
}
