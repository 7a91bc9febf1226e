import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { frameworks } from '../../templates/index.ts';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../server/context.ts';
import { openCipher } from '../../server/db/cipher.ts';
import { runEvents } from '../../server/run/events.ts';
import { LostRun } from '../../server/run/ownership/lost-run.ts';
import { takeOrphans } from '../../server/run/ownership/store.ts';
import { changeRun, saveBatch } from '../../server/run/row/store.ts';
import { openRunner } from '../../server/run/runner.ts';
import { openSandbox } from '../../server/run/sandbox.ts';
import { startRun } from '../../server/run/start.ts';
import { findRun, insertRun, listRuns, scriptOf } from '../../server/run/store.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { saveLoadTest } from '../../server/script/save.ts';
import { findLoadTest, insertLoadTest, listLoadTests, type LoadTestInput, removeLoadTest, updateLoadTest } from '../../server/script/store.ts';
import { LIMITS } from '../helpers/limits.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { searchPath } from '../helpers/places.ts';
import { planFor } from '../helpers/runs.ts';
import { storedRows } from '../helpers/stored-rows.ts';
import { emptyScript, OWNER, STARTED_AT, storedRun, testPlan } from '../helpers/stored-run.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

const cipher = openCipher([Buffer.alloc(32, 7)]);
const plan = resolvePlan(testPlan());
const input = (more: Partial<LoadTestInput> = {}): LoadTestInput => ({ workflowId: 'wf-1', name: 'Nightly', framework: 'locust', definition: '{"nodes":[]}', workflowHash: 'a'.repeat(64), plan: plan.plan, planHash: plan.hash, ...more });

onEachDatabase('stores', (database) => {
  const newRun = (organizationId: string, more: { loadTestId?: string; workflowId?: string } = {}) =>
    insertRun(database.db, cipher, OWNER, {
      id: randomUUID(), organizationId, loadTestId: null, workflowId: null, framework: 'locust', frameworkVersion: null, place: 'local',
      workflowHash: 'a'.repeat(64), plan: plan.plan, planHash: plan.hash, plannedDurationMs: plan.durationMs, startedBy: 'ada', ...more,
    }, emptyScript);
  const rowsOf = async (statement: string): Promise<Record<string, unknown>[]> => {
    const result = (await database.db.execute(sql.raw(statement))) as unknown as Record<string, unknown>[] | { rows: Record<string, unknown>[] };
    return Array.isArray(result) ? [...result] : result.rows;
  };

  test('no column of any table holds the text of a definition, what a plan sends, or the value of a variable', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'store-'));
    const runner = await openRunner({
      db: database.db, cipher, exclusive: database.exclusive, owner: randomUUID(), events: runEvents(), log: { info() {}, warn() {}, error() {} },
      runsFolder: folder, searchPath, sandbox: await openSandbox({ mode: 'off', dataFolder: folder, searchPath }), stopGraceMs: 300, limits: LIMITS,
    });
    const ctx = {
      db: database.db, cipher, runner, frameworks, customTemplates: null, validator: { problemsOf: async () => [], close() {} }, tools: await misbehavingLocust('echo "$LOAD_TEST_TOKEN" >&2; exit 1'),
      host: { workflows: { list: async () => [], get: async () => null }, secrets: { get: async () => null }, target: null },
      limits: LIMITS,
      viewer: { id: 'ada', name: 'ada', organizationId: 'north', permissions: [] },
    } as unknown as Context;
    const definition = '{"nodes":[{"id":"marker-of-a-node","type":"PythonCodeNode","parameters":{"code":"marker_of_the_code = 4711"}}],"edges":[]}';
    const wanted = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9', { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9', auth: { bearer: { variable: 'LOAD_TEST_TOKEN' } } }, inputs: { fixed: '{"note":"marker-of-the-inputs"}' } }) };
    const saved = await saveLoadTest(ctx, { id: null, name: 'Nightly', ...wanted });
    const run = await startRun(ctx, { loadTestId: saved.id, environment: [{ name: 'LOAD_TEST_TOKEN', value: 'sesame-4711' }] });
    await until('it is settled', async () => (await findRun(database.db, cipher, 'north', run.id))?.finishedAt);
    await runner.close();
    await rm(folder, { recursive: true, force: true });

    expect(saved.definition).toBe(definition);
    expect(await findLoadTest(database.db, cipher, 'north', saved.id)).toMatchObject({ definition, plan: wanted.plan });
    expect((await findRun(database.db, cipher, 'north', run.id))?.plan).toEqual(saved.plan);
    expect((await scriptOf(database.db, cipher, 'north', run.id))?.files.find((file) => file.path === 'data/definition.json')?.text).toBe(definition);
    const tables = (await rowsOf("select table_name from information_schema.tables where table_schema = 'public'")).map((row) => String(row['table_name']));
    expect(tables).toContain('load_test_run');
    let bytes = 0;
    for (const table of tables)
      for (const { text } of await rowsOf(`select t::text as text from "${table}" t`)) {
        bytes += String(text).length;
        for (const marker of ['marker-of-a-node', 'marker_of_the_code', 'PythonCodeNode', 'marker-of-the-inputs', 'sesame-4711']) expect(String(text).includes(marker), `${marker} in ${table}`).toBe(false);
      }
    expect(bytes).toBeGreaterThan(1000);
  });

  describe('an organization', () => {
    test('sees, changes and removes only its own tests', async () => {
      const mine = await insertLoadTest(database.db, cipher, 'tenant-a', 'ada', input());
      expect(await findLoadTest(database.db, cipher, 'tenant-b', mine.id)).toBeNull();
      expect(await updateLoadTest(database.db, cipher, 'tenant-b', mine.id, input({ name: 'stolen' }))).toBeNull();
      expect(await removeLoadTest(database.db, 'tenant-b', mine.id)).toBe(false);
      expect(await listLoadTests(database.db, cipher, 'tenant-b', { limit: 10 })).toEqual([]);
      expect(await findLoadTest(database.db, cipher, 'tenant-a', mine.id)).toMatchObject({ name: 'Nightly' });
      expect(await removeLoadTest(database.db, 'tenant-a', mine.id)).toBe(true);
    });
    test('sees only its own runs, and their rows', async () => {
      const run = await storedRun(database);
      run.add(500);
      await run.close(1);
      expect(await findRun(database.db, cipher, 'south', run.id)).toBeNull();
      expect(await scriptOf(database.db, cipher, 'south', run.id)).toBeNull();
      expect(await storedRows(database.db, 'south', run.id)).toEqual([]);
      expect((await listRuns(database.db, cipher, 'south', { limit: 100 })).map((r) => r.id)).not.toContain(run.id);
      expect(await storedRows(database.db, 'north', run.id)).toHaveLength(2);
    });
  });

  test('a removed test leaves its runs', async () => {
    const saved = await insertLoadTest(database.db, cipher, 'tenant-c', 'ada', input());
    const run = await newRun('tenant-c', { loadTestId: saved.id });
    await removeLoadTest(database.db, 'tenant-c', saved.id);
    expect(await findRun(database.db, cipher, 'tenant-c', run.id)).toMatchObject({ loadTestId: null });
  });

  test('lists are newest first, page by page, without a gap or a double where many came in one moment', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.push((await newRun('tenant-d', { workflowId: i % 2 === 0 ? 'even' : 'odd' })).id);
    await database.db.execute(sql.raw("update load_test_run set created_at = '2026-03-01T10:00:00Z' where organization_id = 'tenant-d'"));
    const seen: string[] = [];
    let before: { createdAt: Date; id: string } | null = null;
    for (;;) {
      const page = await listRuns(database.db, cipher, 'tenant-d', { before, limit: 3 });
      seen.push(...page.map((run) => run.id));
      const last = page.at(-1);
      if (!last) break;
      before = last;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(ids));
    expect(await listRuns(database.db, cipher, 'tenant-d', { workflowId: 'odd', limit: 10 })).toHaveLength(3);
    expect(await listRuns(database.db, cipher, 'tenant-d', { workflowId: 'odd', framework: 'k6', limit: 10 })).toEqual([]);
  });

  describe('a run', () => {
    test('is changed by its owner only, and not any more when it is settled', async () => {
      const run = await storedRun(database);
      const now = await run.run();
      await expect(changeRun(database.db, now, 'somebody else', { startedAt: new Date() })).rejects.toThrow(LostRun);
      await expect(saveBatch(database.db, now, 'somebody else', STARTED_AT, { sequence: 1, rows: [] })).rejects.toThrow(LostRun);
      const settled = await run.settle();
      expect(settled).toMatchObject({ state: 'finished', verdict: 'not_evaluated' });
      await expect(changeRun(database.db, settled, OWNER, { startedAt: new Date() })).rejects.toThrow(LostRun);
      await expect(run.settle({ cause: 'tool_broke' })).rejects.toThrow();
      run.add(500);
      await expect(run.close(1)).rejects.toThrow(LostRun);
      expect(await storedRows(database.db, 'north', run.id)).toEqual([]);
    });
    test('bears a write a second time, whose first answer was lost', async () => {
      const run = await storedRun(database);
      const now = await run.run();
      const batch = { sequence: 1, rows: [{ second: 0, phase: 'steady', kind: 'request', name: 'a', shard: 0, counts: { ok: 1 }, latency: null, slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: null }] } as const;
      for (let i = 0; i < 2; i++) await saveBatch(database.db, now, OWNER, STARTED_AT, batch);
      expect(await storedRows(database.db, 'north', run.id)).toHaveLength(1);
      const settled = await run.settle();
      const ending = { cause: 'planned_end', message: 'The plan ran to its end.', exitCode: 0 } as const;
      const again = await changeRun(database.db, now, OWNER, { state: { to: 'finished', cause: 'planned_end' }, settled: { ending, verdict: 'passed', result: null } });
      expect([again.verdict, again.finishedAt]).toEqual([settled.verdict, settled.finishedAt]);
    });
    test('is not set back by a change that is done late, after later ones', async () => {
      const before = await newRun('tenant-h');
      const starting = () => changeRun(database.db, before, OWNER, { state: { to: 'starting', cause: 'turn_came' } });
      const now = await changeRun(database.db, await starting(), OWNER, { state: { to: 'running', cause: 'first_line' } });
      await expect(starting()).rejects.toThrow(LostRun);
      expect(await findRun(database.db, cipher, 'tenant-h', before.id)).toMatchObject({ state: 'running', moves: now.moves });
    });
    test('whose batch cannot be stored keeps its sequence: all of a batch, or nothing', async () => {
      const run = await storedRun(database);
      const broken = { sequence: 1, rows: [{ second: 0, phase: 'steady', kind: 'request', name: 'a\0', shard: 0, counts: { ok: 1 }, latency: null, slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: null }] } as const;
      await expect(saveBatch(database.db, await run.run(), OWNER, STARTED_AT, broken)).rejects.toThrow();
      expect(await run.run()).toMatchObject({ sequence: 0 });
    });
    test('keeps what failed answers said, whatever was in them', async () => {
      const run = await storedRun(database);
      const detail = `\0\ud800 "quoted" \u2028 ${'\u{1f600}'.repeat(150)}`;
      run.add(500, { outcome: 'bad_body', extra: { exec: true, detail } });
      await run.close(1);
      const [row] = await storedRows(database.db, 'north', run.id);
      expect(row?.examples.bad_body).toContain('"quoted"');
      expect(row?.examples.bad_body?.isWellFormed()).toBe(true);
    });
    test('stores a long pause in one batch', async () => {
      const run = await storedRun(database);
      await run.close(1700);
      expect(await run.run()).toMatchObject({ sequence: 1 });
      expect((await storedRows(database.db, 'north', run.id)).map((row) => row.second)).toEqual(Array.from({ length: 1700 }, (_, i) => i));
    });
    test('gives back the rows that were stored, with their gauges, in their order', async () => {
      const run = await storedRun(database);
      run.add(500, { durationMs: 12.345, outcome: 'ok', extra: { exec: true, connectMicros: 5 } });
      run.line({ kind: 'gauge', atMicros: 900_000, users: 2, inFlight: 0, iterationsStarted: 1, dropped: 3, lagMs: 0.25 });
      await run.close(1);
      run.add(600);
      await run.close(2);
      const rows = await storedRows(database.db, 'north', run.id);
      expect(rows.map((row) => [row.sequence, row.second, row.kind])).toEqual([[1, 0, 'execution'], [1, 0, 'request'], [2, 0, 'execution'], [2, 0, 'request'], [2, 1, 'execution']]);
      expect(rows[0]).toMatchObject({ at: STARTED_AT, counts: { ok: 1 }, latency: { count: 1, sumMicros: 12_345, minMicros: 12_345, maxMicros: 12_345 }, gauges: { users: 2, inFlight: 0, iterationsStarted: 1, dropped: 3, lagMs: 0.25, cpuRatio: null, memoryBytes: null } });
      expect(rows[1]).toMatchObject({ newConnections: 1, gauges: null });
      expect((await storedRows(database.db, 'north', run.id, 1)).map((row) => row.sequence)).toEqual([2, 2, 2]);
    });
  });

  describe('orphans', () => {
    test('are taken by one of many, only those whose lease is over, and never those that run here', async () => {
      const [gone, alive, mine] = [await newRun('tenant-e'), await newRun('tenant-e'), await newRun('tenant-e')];
      await database.db.execute(sql.raw(`update load_test_run set lease_until = now() - interval '1 second' where id in ('${gone.id}', '${mine.id}')`));
      const taken = await Promise.all(['x', 'y', 'z'].map((owner) => takeOrphans(database.db, cipher, owner, 'expired', [mine.id])));
      const ids = taken.flat().map(({ run }) => run.id);
      expect(ids.filter((id) => id === gone.id)).toHaveLength(1);
      expect(ids).not.toContain(alive.id);
      expect(ids).not.toContain(mine.id);
    });
    test('are taken and settled, and runs are listed, although the key of their plans is lost', async () => {
      const run = await newRun('tenant-g');
      const other = openCipher([Buffer.alloc(32, 8)]);
      const [listed] = await listRuns(database.db, other, 'tenant-g', { limit: 10 });
      expect(listed).toMatchObject({ id: run.id, state: 'queued' });
      expect(() => listed?.plan).toThrow('key that is not configured');
      const orphan = (await takeOrphans(database.db, other, 'the next one', 'all', [])).find((o) => o.run.id === run.id);
      const ending = { cause: 'owner_lost', message: 'Its server ended.', exitCode: null } as const;
      if (orphan) await changeRun(database.db, orphan.run, 'the next one', { settled: { ending, verdict: 'not_evaluated', result: null } });
      expect(await findRun(database.db, other, 'tenant-g', run.id)).toMatchObject({ ending });
    });
    test('of a database that nobody else has are all that are not ours', async () => {
      const run = await newRun('tenant-f');
      expect((await takeOrphans(database.db, cipher, OWNER, 'all', [])).map((orphan) => orphan.run.id)).not.toContain(run.id);
      expect((await takeOrphans(database.db, cipher, 'the next one', 'all', [])).map((orphan) => orphan.run.id)).toContain(run.id);
    });
  });
});
