/**
 * Live is the tail of the stored intervals: an interval is first a row, then news. So a reload, a second browser, a slow reader and a
 * second server need no code of their own: each asks for what comes after what it has.
 */
import type { Context } from '../context.ts';
import { IntervalFeed, type MetricsUpdate } from './feed-intervals.ts';
import { StateFeed } from './feed-state.ts';
import type { Run } from './run.ts';
import type { Runner } from './runner.ts';

export type Watched = Pick<Context, 'db' | 'feeds'> & { readonly runner: Pick<Runner, 'soFar'> };

/** Everything after a sequence at once, then each batch; ends when the run is settled. `run` belongs to the viewer. */
export async function* runMetrics({ db, feeds, runner }: Watched, run: Run, afterSequence: number, signal: AbortSignal): AsyncGenerator<MetricsUpdate> {
  let sent: number | null = null;
  for await (const feed of feeds.watch('intervals', run.id, () => new IntervalFeed(db, run, runner.soFar(run.id)), signal)) {
    if (sent !== null && feed.sequence <= sent && !feed.over) continue;
    const update = await feed.since(sent ?? Math.max(0, afterSequence));
    sent = update.sequence;
    yield update;
  }
}

/** The run now, then at each change of its state; ends when it is settled. `run` belongs to the viewer. */
export async function* runState({ db, feeds }: Watched, run: Run, signal: AbortSignal): AsyncGenerator<Run> {
  for await (const feed of feeds.watch('state', run.id, () => new StateFeed(db, run), signal)) yield feed.run;
}
