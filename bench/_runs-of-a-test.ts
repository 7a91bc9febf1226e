/** A saved test with so many settled runs, each with the figures of ten requests, as whoever runs it every few minutes has them. */
import { randomUUID } from 'node:crypto';
import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Context } from '../server/context.ts';
import type { Db } from '../server/db/client.ts';
import { loadTestRun, runFigure } from '../server/db/tables.ts';
import { insertLoadTest } from '../server/script/store.ts';
import { emptyScript, STARTED_AT, storedRun, testPlan } from '../tests/helpers/stored-run.ts';

const NAMES = Array.from({ length: 10 }, (_, i) => `GET /api/v1/items/${i}`);
/** Rows of a statement. */
const AT_ONCE = 500;
const EVERY_MS = 600_000;

/** @param levels of all latencies of each run, 1 as it was measured first; oldest first */
export async function runsOfATest(db: Db, levels: readonly number[]): Promise<{ ctx: Context; loadTestId: string; requestName: string }> {
  const { ctx } = await storedRun({ db });
  const test = await insertLoadTest(db, ctx.cipher, 'north', 'ada', { workflowId: null, name: 'Nightly', framework: 'locust', definition: '{}', workflowHash: 'a'.repeat(64), plan: testPlan(), planHash: 'b'.repeat(64) });
  const run = await storedRun({ db }, testPlan(), { ...emptyScript, files: [{ path: 'loadtest.py', mediaType: 'text/x-python', text: 'def task(self): ...\n'.repeat(400) }] }, { loadTestId: test.id, frameworkVersion: '2.47.0', hostFingerprint: 'linux x64, 8 cores' });
  for (let i = 0; i < 2000; i++) {
    run.add(i * 5, { durationMs: 3 + ((i * 37) % 113) / 7 });
    run.line({ kind: 'request', startMicros: i * 5000, name: NAMES[i % NAMES.length] ?? '', durationMicros: 2000 + ((i * 7919) % 9973), outcome: 'ok', status: 200, extra: {} });
  }
  await run.close(12);
  await run.settle();
  for (let from = 0; from < levels.length; from += AT_ONCE) {
    const copies = levels.slice(from, from + AT_ONCE).map((level, i) => {
      const at = new Date(STARTED_AT.getTime() + (from + i + 1) * EVERY_MS);
      return { level, id: randomUUID(), created_at: at, started_at: at, finished_at: at };
    });
    const news = sql`jsonb_array_elements(${JSON.stringify(copies)}::text::jsonb) as news`;
    await copy(db, loadTestRun, sql`${loadTestRun} as template, ${news}, jsonb_populate_record(template, news) as copy where template.id = ${run.id}`);
    const moved = sql.join(Object.values(getTableColumns(runFigure)).flatMap(({ name }) => (name.endsWith('_ms') ? [sql`${name}::text, template.${sql.identifier(name)} * (news ->> 'level')::float8`] : [])), sql`, `);
    await copy(db, runFigure, sql`${runFigure} as template, ${news}, jsonb_populate_record(template, jsonb_build_object('run_id', news -> 'id', 'created_at', news -> 'created_at', 'at', news -> 'started_at', ${moved})) as copy where template.run_id = ${run.id}`);
  }
  await db.delete(loadTestRun).where(eq(loadTestRun.id, run.id));
  await db.execute(sql`analyze`);
  return { ctx: run.ctx, loadTestId: test.id, requestName: NAMES[3] ?? '' };
}

/** What is called `copy` in there. */
async function copy(db: Db, table: PgTable, from: SQL): Promise<void> {
  const names = Object.values(getTableColumns(table)).map(({ name }) => sql.identifier(name));
  const columns = (of: SQL) => sql.join(names.map((name) => sql`${of}${name}`), sql`, `);
  await db.execute(sql`insert into ${table} (${columns(sql``)}) select ${columns(sql`copy.`)} from ${from}`);
}
