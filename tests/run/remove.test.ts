import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { baseline, loadTestRun, performanceMetric, runLog } from '../../server/db/tables.ts';
import { appendLog } from '../../server/run/log/store.ts';
import { removeRun } from '../../server/run/remove.ts';
import { insertLoadTest } from '../../server/script/store.ts';
import { pinBaseline, unpinBaseline } from '../../server/trend/pin.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { OWNER, storedRun, testPlan } from '../helpers/stored-run.ts';

onEachDatabase('a run that is deleted', (database) => {
  const left = async (id: string) =>
    Promise.all([database.db.$count(loadTestRun, eq(loadTestRun.id, id)), database.db.$count(performanceMetric, eq(performanceMetric.runId, id)), database.db.$count(runLog, eq(runLog.runId, id)), database.db.$count(baseline, eq(baseline.runId, id))]);

  test('is gone with its intervals, its log and what it was pinned as; not while it goes on or is pinned, and by nobody else', async () => {
    const first = await storedRun(database);
    const saved = await insertLoadTest(database.db, first.ctx.cipher, 'north', 'ada', { workflowId: null, name: 'Nightly', framework: 'locust', definition: '{}', workflowHash: 'a'.repeat(64), plan: testPlan(), planHash: first.plan.hash });
    const run = await storedRun(database, testPlan(), undefined, { loadTestId: saved.id });
    for (let i = 0; i < 50; i++) run.add(4000 + i * 10);
    await run.close(6);
    await appendLog(database.db, await run.run(), OWNER, 0, ['hello']);
    await expect(removeRun(run.ctx, run.id)).rejects.toMatchObject({ code: 'not_settled', message: expect.stringContaining('it is running. Stop it first.') });
    await run.settle();
    await pinBaseline(run.ctx, run.id, null);
    await expect(removeRun(run.ctx, run.id)).rejects.toMatchObject({ code: 'pinned', message: expect.stringContaining('Unpin it first') });
    await unpinBaseline(run.ctx, saved.id);
    const south = { ...run.ctx, viewer: { ...run.ctx.viewer, organizationId: 'south' } };
    await expect(removeRun(south, run.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await left(run.id)).toEqual([1, expect.any(Number), 1, 1]);
    await removeRun(run.ctx, run.id);
    expect(await left(run.id)).toEqual([0, 0, 0, 0]);
    await expect(removeRun(run.ctx, run.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await left(first.id))[0]).toBe(1);
  });
});
