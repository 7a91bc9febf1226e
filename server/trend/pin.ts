/** Makes a run the one that others of its test are compared with, and ends that. */
import type { Context } from '../context.ts';
import { invalidInput, notFound, Refusal } from '../refusal.ts';
import type { Run } from '../run/run.ts';
import { findRun } from '../run/store.ts';
import { findLoadTest, type LoadTest } from '../script/store.ts';
import { pin, unpin } from '../run/baseline/store.ts';
import { whyNoBaseline } from '../run/comparable.ts';
import { isStorable } from '../storable.ts';

const MAX_REASON = 500;

export async function pinBaseline(ctx: Context, runId: string, reason: string | null): Promise<LoadTest> {
  const { db, cipher, viewer } = ctx;
  const run = await findRun(db, cipher, viewer.organizationId, runId);
  if (!run) throw notFound('run');
  const why = whyNoBaseline(run);
  if (why !== null) throw new Refusal('not_a_baseline', why);
  const test = await testOf(ctx, run);
  await pin(db, { organizationId: viewer.organizationId, loadTestId: test.id, runId, pinnedBy: viewer.name, reason: givenReason(reason) });
  return test;
}

export async function unpinBaseline({ db, cipher, viewer }: Context, loadTestId: string): Promise<LoadTest> {
  const test = await findLoadTest(db, cipher, viewer.organizationId, loadTestId);
  if (!test) throw notFound('load test');
  if (!(await unpin(db, viewer.organizationId, loadTestId))) throw new Refusal('not_found', 'No run of this test is pinned.');
  return test;
}

async function testOf({ db, cipher, viewer }: Context, run: Run): Promise<LoadTest> {
  const test = run.loadTestId === null ? null : await findLoadTest(db, cipher, viewer.organizationId, run.loadTestId);
  if (!test) throw new Refusal('not_a_baseline', 'This run belongs to no saved test: save it as one, and run that.');
  return test;
}

function givenReason(reason: string | null): string | null {
  const text = reason?.trim() ?? '';
  if (isStorable(text, MAX_REASON)) return text || null;
  throw invalidInput('reason', `Give a reason of at most ${MAX_REASON} characters, without a NUL character.`);
}
