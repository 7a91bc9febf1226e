import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { loadTestRun, performanceMetric } from '../../server/db/tables.ts';
import { runPoints } from '../../server/run/points.ts';
import { pin, unpin } from '../../server/run/baseline/store.ts';
import { steadily } from '../../server/run/keep/steadily.ts';
import { rejudge } from '../../server/run/rejudge.ts';
import type { Run } from '../../server/run/run.ts';
import { findRun } from '../../server/run/store.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { insertLoadTest } from '../../server/script/store.ts';
import { comparison } from '../../server/trend/comparison.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { folded, KEEP, over } from '../helpers/old-run.ts';
import { testServer } from '../helpers/server.ts';
import { STARTED_AT, storedRun, type StoredRun, testPlan } from '../helpers/stored-run.ts';
import { storedRows } from '../helpers/stored-rows.ts';
import { until } from '../helpers/until.ts';

const SECONDS = 250;
const plan = testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: SECONDS * 1000 } }, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 30, strict: true }] });

onEachDatabase('intervals of old runs', (database) => {
  /** 20 executions in each second; in some of them three are slow, and one second is told late. */
  async function settled(more: Partial<Run> = {}, seconds = SECONDS): Promise<{ stored: StoredRun; run: Run }> {
    const stored = await storedRun(database, plan, undefined, more);
    for (let second = 0; second < seconds; second++) {
      for (let i = 0; i < 20; i++) stored.add(second * 1000 + 500 + i, { durationMs: second % 17 === 0 && i < 3 ? 40 : 10 + (second % 5) });
      stored.line({ kind: 'gauge', atMicros: (second + 0.98) * 1e6, users: 2, inFlight: 1, iterationsStarted: (second + 1) * 20, dropped: 0, lagMs: 1 });
      await stored.close(second + 1);
    }
    stored.add(5500, { durationMs: 12 });
    await stored.close(seconds);
    return { stored, run: await stored.settle() };
  }
  const judged = ({ ctx }: StoredRun, { id, plan: { objectives = [] } }: Run) => rejudge(ctx, { runId: id, objectives, warmUpMs: null });
  const rowsOf = ({ organizationId, id }: Pick<Run, 'organizationId' | 'id'>) => storedRows(database.db, organizationId, id);

  test('are folded into ten seconds; the run, its verdict judged again, and comparisons with it stay as they were', async () => {
    const [{ stored, run }, other] = [await settled(), await settled()];
    const before = { verdict: await judged(stored, run), rows: await rowsOf(run), points: await runPoints(stored.ctx, run, null, null) };
    // The p99 had blocks of 11 s, and has some of 20.
    const compared = async () => (await comparison(stored.ctx, { baselineRunIds: [run.id], runIds: [other.run.id], acceptDifferences: true })).metrics.filter(({ primary }) => primary).map(({ found }) => found);
    const comparedBefore = await compared();
    await over(database.db, run.id, 91);
    expect(await folded(stored)).toEqual([]);

    const { foldedAt, finishedAt: _, ...after } = await stored.run();
    const { foldedAt: unfolded, finishedAt: __, ...was } = run;
    expect(after).toEqual(was);
    expect([unfolded, foldedAt]).toEqual([null, expect.any(Date)]);
    const rows = await rowsOf(run);
    expect(rows.length).toBeLessThan(before.rows.length / 8);
    expect(rows.every((row) => row.folded && row.at.getTime() === STARTED_AT.getTime() + row.second * 1000)).toBe(true);
    expect(await judged(stored, run)).toEqual(before.verdict);
    expect(await compared()).toEqual(comparedBefore.map((found) => Object.fromEntries(Object.entries(found).map(([key, value]) => [key, typeof value === 'number' ? expect.closeTo(value, 8) : value]))));

    const points = await runPoints(stored.ctx, run, null, null);
    // The steady part begins with one of its own.
    expect(points.slice(0, 2)).toMatchObject([{ offsetMs: 0, seconds: 3, executions: 60, users: 2 }, { offsetMs: 3000, seconds: 10, executions: 201 }]);
    const sum = (list: typeof points) => list.reduce((all, { executions, seconds }) => [all[0]! + executions, all[1]! + seconds], [0, 0]);
    expect(sum(points)).toEqual(sum(before.points));
    expect(await folded(stored)).toEqual([]);
  });

  test('are folded when their organization says, and not for one that keeps them for ever; never while a run is young, goes on, or is pinned', async () => {
    const { db } = database;
    const organization = async (organizationId: string, days: number) => {
      const { stored, run } = await settled({}, 20);
      await db.update(loadTestRun).set({ organizationId }).where(eq(loadTestRun.id, run.id));
      await db.update(performanceMetric).set({ organizationId }).where(eq(performanceMetric.runId, run.id));
      await over(db, run.id, days);
      return { stored, of: { organizationId, id: run.id } };
    };
    const isFolded = async ({ of }: { of: { organizationId: string; id: string } }) => (await rowsOf(of)).every((row) => row.folded !== undefined);
    const [young, old, south, southYoung, west] = [await organization('north', 89), await organization('north', 91), await organization('south', 31), await organization('south', 29), await organization('west', 4000)];
    const running = await storedRun(database, plan);
    running.add(500);
    await running.close(1);
    const { stored: pinned, run } = await settled({}, 20);
    const saved = await insertLoadTest(db, pinned.ctx.cipher, 'north', 'ada', { workflowId: null, name: 'Nightly', framework: 'locust', definition: '{}', workflowHash: 'a'.repeat(64), plan, planHash: run.planHash });
    await pin(db, { organizationId: 'north', loadTestId: saved.id, runId: run.id, pinnedBy: 'ada', reason: null });
    await over(db, run.id, 4000);

    expect(await folded(old.stored)).toEqual([]);
    expect(await Promise.all([young, old, south, southYoung, west].map(isFolded))).toEqual([false, true, true, false, false]);
    expect(await isFolded({ of: { organizationId: 'north', id: running.id } })).toBe(false);
    expect(await isFolded({ of: run })).toBe(false);
    await unpin(db, 'north', saved.id);
    await folded(old.stored, { days: 0, daysOf: {} });
    expect(await isFolded({ of: run })).toBe(false);
    await folded(old.stored);
    expect(await isFolded({ of: run })).toBe(true);
  });

  test('are folded once, however many servers do it; a server that ends half-way leaves a run that is read as ever, and the next one goes on', async () => {
    const { stored, run } = await settled();
    const before = await judged(stored, run);
    await over(database.db, run.id, 91);
    const stopped = new AbortController();
    // It ends in the middle of its first part.
    const half = folded(stored, KEEP, stopped.signal);
    stopped.abort();
    await half;
    const rows = await rowsOf(run);
    expect([rows.some((row) => row.folded), rows.some((row) => !row.folded), (await stored.run()).foldedAt]).toEqual([true, true, null]);
    expect(await judged(stored, run)).toEqual(before);
    await Promise.all([folded(stored), folded(stored), folded(stored)]);
    // Where one was first the others leave the run to it.
    await folded(stored);
    expect((await stored.run()).foldedAt).not.toBeNull();
    expect(await judged(stored, run)).toEqual(before);
  });

  test('of a run that is folded while it is read are read again', async () => {
    const { stored, run } = await settled({}, 20);
    await over(database.db, run.id, 91);
    let times = 0;
    const read = await steadily(database.db, run, async () => {
      times += 1;
      const rows = await rowsOf(run);
      await folded(stored);
      return rows;
    });
    expect([times, read.every((row) => row.folded !== undefined)]).toEqual([2, true]);
  });

  test('of a run that cannot be opened any more stay, are told of, and keep no other run from being folded', async () => {
    const [lost, { stored, run }] = [await settled({}, 20), await settled({}, 20)];
    await database.db.update(loadTestRun).set({ plan: 'sealed with a key that is gone' }).where(eq(loadTestRun.id, lost.run.id));
    await over(database.db, lost.run.id, 95);
    await over(database.db, run.id, 91);
    expect(await folded(stored)).toEqual(['intervals of an old run could not be folded']);
    expect((await stored.run()).foldedAt).not.toBeNull();
    await database.db.delete(loadTestRun).where(eq(loadTestRun.id, lost.run.id));
  });

  // One on an embedded database has it for itself.
  test.runIf(database.name === 'PostgreSQL')('are folded by a server while it serves', async () => {
    const { stored, run } = await settled({}, 20);
    await over(database.db, run.id, 91);
    await using server = await testServer({ database: database.place, keepIntervals: KEEP, foldMs: 50, encryptionKey: Buffer.alloc(32, 7) });
    await until('the run is folded', async () => (await stored.run()).foldedAt !== null);
    expect(server.errors).toEqual([]);
  });

  test.runIf(database.name === 'PostgreSQL')('of results that were brought are folded as those of any run; deleted, they can be brought again', async () => {
    await using server = await testServer({ database: database.place, encryptionKey: Buffer.alloc(32, 7) });
    const begin = ['begin', 1, 'locust', '2.47.0', STARTED_AT.getTime() + 0.25, { planHash: resolvePlan(plan).hash, workflowHash: 'a'.repeat(64), scriptHash: 'b'.repeat(64), plan, host: { os: 'linux', cpus: 2 } }];
    const requests = Array.from({ length: SECONDS * 4 }, (_, i) => ['req', i * 250_000, 'execute', (i % 40 === 0 ? 40_000 : 10_000) + i, i % 50 === 0 ? 'http_5xx' : 'ok', 200, { exec: true }]);
    const text = [begin, ...requests, ['end', 'planned', requests.length, 0, 0, 0, 0]].map((line) => `${JSON.stringify(line)}\n`).join('');
    const bring = async () => (await server.query<{ importResults: { id: string } }>('mutation ($input: ImportResultsInput!) { importResults(input: $input) { ... on LoadTestRun { id } } }', { input: { fileName: 'from CI.ndjson', text } })).importResults.id;
    const asked = async (id: string) => {
      const { loadTestRun } = await server.query<{ loadTestRun: { foldedAt: string | null; metrics: { executions: number; seconds: number }[]; reports: { url: string }[] } }>('query ($id: ID!) { loadTestRun(id: $id) { foldedAt metrics { executions seconds } reports { url } } }', { id });
      return { ...loadTestRun, executions: loadTestRun.metrics.reduce((sum, { executions }) => sum + executions, 0), longest: Math.max(...loadTestRun.metrics.map(({ seconds }) => seconds)) };
    };
    const id = await bring();
    const [stored, runId] = [await storedRun(database, plan), Buffer.from(id, 'base64').toString().split(':')[1] ?? ''];
    const of = await findRun(database.db, stored.ctx.cipher, 'north', runId);
    if (!of) throw new Error('it was brought');
    const before = await judged(stored, of);
    expect(await asked(id)).toMatchObject({ foldedAt: null, executions: requests.length, longest: 1 });
    await over(database.db, runId, 91);
    expect(await folded(stored)).toEqual([]);
    const { reports, ...after } = await asked(id);
    expect(after).toMatchObject({ foldedAt: expect.any(String), executions: requests.length, longest: 10 });
    expect(await judged(stored, of)).toEqual(before);

    expect(await server.query('mutation ($id: ID!) { deleteRun(runId: $id) { ... on Deleted { id } } }', { id })).toEqual({ deleteRun: { id } });
    expect(await Promise.all(reports.map(async ({ url }) => (await fetch(server.url + url)).status))).toEqual([404, 404, 404, 404]);
    expect(await rowsOf(of)).toEqual([]);
    const again = await bring();
    expect(again).not.toBe(id);
    expect(await asked(again)).toMatchObject({ foldedAt: null, executions: requests.length, longest: 1 });
    expect(server.errors).toEqual([]);
  });

  test('that a run has none of are no trouble', async () => {
    const stored = await storedRun(database, plan, undefined, { id: randomUUID() });
    await stored.settle();
    await over(database.db, stored.id, 91);
    expect(await folded(stored)).toEqual([]);
    expect((await stored.run()).foldedAt).not.toBeNull();
  });
});
