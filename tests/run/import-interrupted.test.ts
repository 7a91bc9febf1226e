/** An import that does not come to its end: a database that is gone, a server that dies. All of it is there, or nothing. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Context } from '../../server/context.ts';
import { openCipher } from '../../server/db/cipher.ts';
import { performanceMetric } from '../../server/db/tables.ts';
import { Refusal } from '../../server/refusal.ts';
import { runEvents } from '../../server/run/events.ts';
import { ownRun } from '../../server/run/import/own.ts';
import { textSource } from '../../server/run/import/source.ts';
import { takeRun } from '../../server/run/import/take.ts';
import { saveBatch, changeRun } from '../../server/run/row/store.ts';
import { insertImport } from '../../server/run/import/store.ts';
import { recoverOrphans } from '../../server/run/recover.ts';
import { listRuns } from '../../server/run/store.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { frameworks } from '../../templates/index.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { testPlan } from '../helpers/stored-run.ts';

const cipher = openCipher([Buffer.alloc(32, 7)]);
const plan = testPlan();
const log = { info() {}, warn() {}, error() {} };

/** Ten seconds of ten requests. @param startedAt another one is another run */
function linesOf(startedAt: number): string {
  const lines = [
    ['begin', 1, 'locust', '2.47.0', startedAt, { planHash: resolvePlan(plan).hash, workflowHash: 'a', scriptHash: 'b', plan, host: { os: 'linux', cpus: 2 } }],
    ...Array.from({ length: 100 }, (_, i) => ['req', i * 100_000, 'execute', 5000, 'ok', 200, { exec: true }]),
    ['end', 'planned', 100, 0, 0, 0, 0],
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

onEachDatabase('an import', (database) => {
  const ctx = () => ({ db: database.db, cipher, frameworks, runner: { owner: 'this server', events: runEvents() }, viewer: { id: 'ada', name: 'ada', organizationId: 'north', permissions: [] } }) as unknown as Context;
  const taken = async (startedAt: number) => ownRun(ctx(), textSource(linesOf(startedAt)), 'lines.ndjson', null);
  const runs = () => listRuns(database.db, cipher, 'north', { limit: 10 });
  const rows = async () => (await database.db.select().from(performanceMetric)).length;

  test('whose lines cannot be read to their end leaves nothing, and can be tried again', async () => {
    const [before, rowsBefore] = [(await runs()).length, await rows()];
    const broken = await taken(1_000_000);
    const lines = broken.lines;
    async function* cut(): typeof lines {
      yield* lines;
      throw new Refusal('invalid_results', 'damaged');
    }
    await expect(takeRun(ctx(), { ...broken, lines: cut() })).rejects.toThrow('damaged');
    expect([(await runs()).length, await rows()]).toEqual([before, rowsBefore]);
    expect(await takeRun(ctx(), await taken(1_000_000))).toMatchObject({ state: 'finished', imported: { fileName: 'lines.ndjson' } });
  });

  test('during which the database is gone is refused, and leaves nothing', async () => {
    const before = (await runs()).length;
    const [one, { db }] = [await taken(2_000_000), database];
    let statements = 0;
    // From its second write on the connection is closed, but for what is removed afterwards.
    const failing = new Proxy(db, {
      get(target, property, receiver) {
        if (property === 'update' || property === 'with') statements += 1;
        if ((property === 'update' || property === 'with') && statements > 2) throw Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' });
        const value: unknown = Reflect.get(target, property, receiver);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await expect(takeRun({ ...ctx(), db: failing }, one)).rejects.toMatchObject({ code: 'storage_unavailable', message: expect.stringContaining('bring them again') });
    expect((await runs()).length).toBe(before);
    expect(await takeRun(ctx(), await taken(2_000_000))).toMatchObject({ verdict: 'passed' });
  });

  test('of a server that died is removed by the next one, with all that was stored of it', async () => {
    const [before, rowsBefore] = [(await runs()).length, await rows()];
    const { run } = await taken(3_000_000);
    const inserted = await insertImport(database.db, cipher, 'a dead server', { ...run, id: randomUUID() });
    if (!inserted) throw new Error('it was not there before');
    const startedAt = new Date();
    const starting = await changeRun(database.db, inserted, 'a dead server', { state: { to: 'starting', cause: 'import' }, startedAt });
    const row = { second: 0, phase: 'steady', kind: 'request', name: 'execute', shard: 0, counts: { ok: 1 }, latency: null, slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: null } as const;
    await saveBatch(database.db, starting, 'a dead server', startedAt, { sequence: 1, rows: [row] });
    expect(await rows()).toBe(rowsBefore + 1);
    await database.db.execute(sql`update load_test_run set lease_until = now() - interval '1 second' where id = ${inserted.id}`);
    await recoverOrphans({ db: database.db, cipher, owner: 'the next server', log, events: runEvents(), runsFolder: '/nowhere' }, 'expired', []);
    expect([(await runs()).length, await rows()]).toEqual([before, rowsBefore]);
    expect(await takeRun(ctx(), await taken(3_000_000))).toMatchObject({ verdict: 'passed' });
  });
});
