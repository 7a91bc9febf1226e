/** Deletes a run that is over, with all that was stored of it: intervals, log, and what it was pinned as before. */
import type { Context } from '../context.ts';
import { notFound, Refusal } from '../refusal.ts';
import { isSettled } from './state.ts';
import { findRun, removeSettled } from './store.ts';

export async function removeRun({ db, cipher, viewer }: Pick<Context, 'db' | 'cipher' | 'viewer'>, id: string): Promise<void> {
  if (await removeSettled(db, viewer.organizationId, id)) return;
  const run = await findRun(db, cipher, viewer.organizationId, id);
  if (!run) throw notFound('run');
  if (!isSettled(run.state)) throw new Refusal('not_settled', `This run is not over yet: it is ${run.state}. Stop it first.`);
  throw new Refusal('pinned', 'This run is the pinned baseline of its test, and others are compared with it. Unpin it first, or pin another one.');
}
