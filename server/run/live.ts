/**
 * Live is the tail of the stored intervals: what a subscriber gets is read from the table, so that a reload, a second
 * browser, a slow reader or a second server need no code of their own.
 */
import type { Context } from '../context.ts';
import { Fold } from '../metrics/fold.ts';
import { bySecond, type Point, pointOf } from '../metrics/point.ts';
import { rowsAfter, rowsOfSeconds } from '../metrics/store.ts';
import { type EndFacts, type Summary, summaryOf } from '../metrics/summary.ts';
import { cutAt, type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import { assess, type ObjectiveResult } from '../verdict/assess.ts';
import type { Run } from './run.ts';
import { isSettled } from './state.ts';
import { findRun } from './store.ts';

export interface MetricsUpdate {
  /** Ask for what comes after this one. */
  readonly sequence: number;
  /** Replace all that you have. */
  readonly snapshot: boolean;
  /** Points of the executions; a point with an offset that you have replaces yours. */
  readonly metrics: readonly Point[];
  readonly summary: Summary | null;
  readonly objectives: readonly ObjectiveResult[];
}

/** Another process may own the run: then no event comes, and the table is read this often. */
export const POLL_MS = 2000;

/** Everything after a sequence at once, then each batch; ends when the run is settled. `run` belongs to the viewer. */
export async function* runMetrics(ctx: Context, run: Run, afterSequence: number, signal: AbortSignal): AsyncGenerator<MetricsUpdate> {
  const plan = resolvePlan(run.plan);
  const fold = new Fold();
  let folded = 0;
  let sent = afterSequence;
  let first = true;
  using listening = listenUntilDone(signal);
  while (!signal.aborted) {
    // Listening begins before anything is read, so that no news is missed in between.
    const changed = ctx.runner.events.next(run.id, POLL_MS, listening.signal);
    // The state is read before the rows: a settled run has all of its rows.
    const current = await findRun(ctx.db, ctx.cipher, run.organizationId, run.id);
    if (!current) return;
    const readsAll = folded === 0;
    const rows = await rowsAfter(ctx.db, run.organizationId, run.id, folded);
    for (const row of rows) fold.add(row);
    folded = rows.at(-1)?.sequence ?? folded;
    const settled = isSettled(current.state);
    if (first || settled || folded > sent) {
      const seconds = new Set(rows.filter((row) => row.sequence > sent).map((row) => row.second));
      // A late line has added to a second that was sent before: the whole second is sent again.
      const whole = readsAll ? rows : await rowsOfSeconds(ctx.db, run.organizationId, run.id, [...seconds]);
      const metrics = [...bySecond(whole)].filter(([second]) => seconds.has(second)).map(([, list]) => pointOf(list, plan, null));
      yield { sequence: folded, snapshot: first && afterSequence === 0, metrics, ...standing(current, plan, fold) };
      sent = folded;
      first = false;
    }
    if (settled) return;
    await changed;
  }
}

/** Summary and objectives as they stand: provisional while it runs, the stored ones afterwards. */
function standing(run: Run, plan: ResolvedPlan, fold: Fold): { summary: Summary | null; objectives: readonly ObjectiveResult[] } {
  if (run.result) return { summary: run.result.summary, objectives: run.result.objectives };
  const executions = fold.executions('whole').total;
  const soFar: EndFacts = { iterationsStarted: executions, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: null, linesUnreadable: 0, linesLost: 0 };
  const elapsedMs = fold.seconds * 1000;
  return {
    summary: summaryOf(fold, 'whole', elapsedMs, plan, soFar),
    objectives: assess(cutAt(plan, elapsedMs), fold, { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: executions, broken: null }).objectives,
  };
}

/** The run now, then at each change of its state; ends when it is settled. */
export async function* runState(ctx: Context, run: Run, signal: AbortSignal): AsyncGenerator<Run> {
  let last: string | null = null;
  using listening = listenUntilDone(signal);
  while (!signal.aborted) {
    const changed = ctx.runner.events.next(run.id, POLL_MS, listening.signal);
    const current = await findRun(ctx.db, ctx.cipher, run.organizationId, run.id);
    if (!current) return;
    if (current.state !== last) yield current;
    last = current.state;
    if (isSettled(current.state)) return;
    await changed;
  }
}

/** However the generator ends: nothing listens on and no timer is left. */
export function listenUntilDone(signal: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const done = new AbortController();
  return { signal: AbortSignal.any([signal, done.signal]), [Symbol.dispose]: () => done.abort() };
}
