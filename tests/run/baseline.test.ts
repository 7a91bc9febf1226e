import { expect, test } from 'vitest';
import { insertLoadTest, type LoadTest, removeLoadTest } from '../../server/script/store.ts';
import { listBaselines, MOST_PINS, pin, pinnedBaseline } from '../../server/run/baseline/store.ts';
import { findRuns } from '../../server/run/store.ts';
import { pinBaseline, unpinBaseline } from '../../server/trend/pin.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';

onEachDatabase('baselines', (database) => {
  let saved: LoadTest;

  async function measured(more: { loadTestId?: string | null; executions?: number; ending?: Parameters<StoredRun['settle']>[0] } = {}): Promise<StoredRun> {
    const run = await storedRun(database, testPlan(), undefined, { loadTestId: more.loadTestId === undefined ? saved.id : more.loadTestId });
    for (let i = 0; i < (more.executions ?? 50); i++) run.add(4000 + i * 10);
    await run.close(6);
    await run.settle(more.ending);
    return run;
  }

  async function newTest(): Promise<void> {
    const first = await storedRun(database);
    const { db, cipher } = first.ctx;
    saved = await insertLoadTest(db, cipher, 'north', 'ada', { workflowId: null, name: 'Nightly', framework: 'locust', definition: '{}', workflowHash: 'a'.repeat(64), plan: testPlan(), planHash: first.plan.hash });
  }

  const history = async ({ ctx }: StoredRun) => (await listBaselines(ctx.db, 'north', saved.id)).map(({ runId, pinnedBy, reason, unpinnedAt }) => ({ runId, pinnedBy, reason, pinned: unpinnedAt === null }));

  test('one run is pinned at a time; who pinned which before, and why, stays', async () => {
    await newTest();
    const [first, second] = [await measured(), await measured()];
    expect(await pinnedBaseline(first.ctx.db, { organizationId: 'north', loadTestId: saved.id })).toBeNull();
    expect(await pinBaseline(first.ctx, first.id, ' release 1.4 ')).toMatchObject({ id: saved.id });
    await pinBaseline(first.ctx, second.id, null);
    await pinBaseline(first.ctx, second.id, 'once more');
    expect(await history(first)).toEqual([
      { runId: second.id, pinnedBy: 'ada', reason: null, pinned: true },
      { runId: first.id, pinnedBy: 'ada', reason: 'release 1.4', pinned: false },
    ]);
    await unpinBaseline(first.ctx, saved.id);
    expect(await pinnedBaseline(first.ctx.db, { organizationId: 'north', loadTestId: saved.id })).toBeNull();
    await expect(unpinBaseline(first.ctx, saved.id)).rejects.toThrow('No run of this test is pinned.');
    await pinBaseline(first.ctx, second.id, null);
    expect((await history(first)).map(({ pinned }) => pinned)).toEqual([true, false, false]);
  });

  test('of many pins at once one counts, and none is lost', async () => {
    await newTest();
    const runs = await Promise.all(Array.from({ length: 4 }, () => measured()));
    await Promise.all(runs.map(({ ctx, id }) => pin(ctx.db, { organizationId: 'north', loadTestId: saved.id, runId: id, pinnedBy: 'ada', reason: null })));
    const pins = await history(runs[0]!);
    expect(pins.map(({ runId }) => runId).sort()).toEqual(runs.map(({ id }) => id).sort());
    expect(pins.filter(({ pinned }) => pinned)).toHaveLength(1);
  });

  test('of many pins the last are listed, with their runs, which are read at once', async () => {
    await newTest();
    const runs = [await measured(), await measured()];
    for (let i = 0; i < MOST_PINS + 3; i++) await pin(runs[0]!.ctx.db, { organizationId: 'north', loadTestId: saved.id, runId: runs[i % 2]!.id, pinnedBy: 'ada', reason: `pin ${i}` });
    const pins = await history(runs[0]!);
    expect(pins.map(({ reason }) => reason)).toEqual(Array.from({ length: MOST_PINS }, (_, i) => `pin ${MOST_PINS + 2 - i}`));
    const found = await findRuns(runs[0]!.ctx.db, runs[0]!.ctx.cipher, 'north', pins.map(({ runId }) => runId));
    expect([...found.keys()].sort()).toEqual(runs.map(({ id }) => id).sort());
    expect(await findRuns(runs[0]!.ctx.db, runs[0]!.ctx.cipher, 'south', pins.map(({ runId }) => runId))).toEqual(new Map());
  });

  test('what proves nothing of the whole plan is no baseline: the refusal says why', async () => {
    await newTest();
    const running = await storedRun(database, testPlan(), undefined, { loadTestId: saved.id });
    const aborted = await measured({ ending: { cause: 'objective_broken', message: 'p95 was broken', objective: 0 } });
    const nothing = await measured({ executions: 0 });
    const loose = await measured({ loadTestId: null });
    await expect(pinBaseline(running.ctx, running.id, null)).rejects.toMatchObject({ code: 'not_a_baseline', message: 'This run is not over yet.' });
    await expect(pinBaseline(running.ctx, aborted.id, null)).rejects.toMatchObject({ code: 'not_a_baseline', message: 'This run was aborted: it proves nothing about the whole plan.' });
    await expect(pinBaseline(running.ctx, nothing.id, null)).rejects.toMatchObject({ code: 'not_a_baseline', message: 'Nothing was measured in the steady part of this run.' });
    await expect(pinBaseline(running.ctx, loose.id, null)).rejects.toMatchObject({ code: 'not_a_baseline', message: expect.stringContaining('no saved test') });
    await expect(pinBaseline(running.ctx, nothing.id.replace(/^./, (c) => (c === 'a' ? 'b' : 'a')), null)).rejects.toMatchObject({ code: 'not_found' });
    await expect(pinBaseline(running.ctx, running.id, 'x'.repeat(501))).rejects.toMatchObject({ code: 'not_a_baseline' });
  });

  test('nobody pins, unpins or sees what belongs to another organization', async () => {
    await newTest();
    const run = await measured();
    await pinBaseline(run.ctx, run.id, null);
    const south = { ...run.ctx, viewer: { ...run.ctx.viewer, organizationId: 'south' } };
    await expect(pinBaseline(south, run.id, null)).rejects.toMatchObject({ code: 'not_found' });
    await expect(unpinBaseline(south, saved.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await listBaselines(run.ctx.db, 'south', saved.id)).toEqual([]);
    await expect(pinBaseline(run.ctx, run.id, `${'x'.repeat(501)}`)).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path: 'reason' }] });
  });

  test('a test takes its pins along when it is deleted, and leaves its runs', async () => {
    await newTest();
    const run = await measured();
    await pinBaseline(run.ctx, run.id, null);
    await removeLoadTest(run.ctx.db, 'north', saved.id);
    expect(await history(run)).toEqual([]);
    expect(await run.run()).toMatchObject({ loadTestId: null, state: 'finished' });
  });
});
