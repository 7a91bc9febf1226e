/** Asks for the end of a run: SIGINT to its group, grace, SIGKILL. Returns at once; the state tells how far it is. */
import type { Context } from '../context.ts';
import { notFound, Refusal } from '../refusal.ts';
import { askStop } from './ownership/store.ts';
import type { Run } from './run.ts';
import { isSettled } from './state.ts';
import { findRun } from './store.ts';

export async function stopRun(ctx: Context, id: string): Promise<Run> {
  const run = await findRun(ctx.db, ctx.cipher, ctx.viewer.organizationId, id);
  if (!run) throw notFound('run');
  if (isSettled(run.state)) throw new Refusal('not_running', `This run is over: it ${run.state === 'finished' ? 'finished' : `was ${run.state}`}.`);
  // In the row first: another server may own the run, and sees it when it renews its leases.
  await askStop(ctx.db, ctx.viewer.organizationId, id, ctx.viewer.name);
  ctx.runner.stop(id, `Stopped by ${ctx.viewer.name}.`);
  return run;
}
