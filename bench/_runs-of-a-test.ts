/** A saved test with so many settled runs, each with the figures of ten requests, as whoever runs it every few minutes has them. */
import { randomUUID } from 'node:crypto';
import { eq, getTableColumns, sql } from 'drizzle-orm';
import type { Context } from '../server/context.ts';
import type { Db } from '../server/db/client.ts';
import { loadTestRun } from '../server/db/tables.ts';
import type { Figures, RequestFigures } from '../server/run/figures.ts';
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
  const [template] = await db.select({ figures: loadTestRun.figures }).from(loadTestRun).where(eq(loadTestRun.id, run.id));
  const figures = template?.figures as Figures;
  const columns = sql.join(Object.values(getTableColumns(loadTestRun)).flatMap(({ name, generated }) => (generated ? [] : [sql.identifier(name)])), sql`, `);
  for (let from = 0; from < levels.length; from += AT_ONCE) {
    const copies = levels.slice(from, from + AT_ONCE).map((level, i) => {
      const at = new Date(STARTED_AT.getTime() + (from + i + 1) * EVERY_MS);
      return { id: randomUUID(), created_at: at, started_at: at, finished_at: at, figures: figuresAt(figures, level) };
    });
    await db.execute(sql`with copies as (select copy.* from ${loadTestRun} as template, jsonb_array_elements(${JSON.stringify(copies)}::text::jsonb) as news, jsonb_populate_record(template, news) as copy where template.id = ${run.id})
      insert into ${loadTestRun} (${columns}) select ${columns} from copies`);
  }
  await db.delete(loadTestRun).where(eq(loadTestRun.id, run.id));
  await db.execute(sql`analyze`);
  return { ctx: run.ctx, loadTestId: test.id, requestName: NAMES[3] ?? '' };
}

function figuresAt(figures: Figures, level: number): Figures {
  const moved = <F extends RequestFigures>(of: F): F => Object.fromEntries(Object.entries(of).map(([key, value]) => [key, key.endsWith('Ms') ? (value as number) * level : value])) as F;
  return { ...figures, executions: moved(figures.executions), requests: Object.fromEntries(Object.entries(figures.requests).map(([name, of]) => [name, moved(of)])) };
}
