/** Lines of run logs in `run_log`. */
import { and, asc, desc, eq, gte, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { changedTold } from '../../db/notify.ts';
import { loadTestRun, runLog } from '../../db/tables.ts';
import { LostRun } from '../ownership/lost-run.ts';
import { isOurs } from '../ownership/store.ts';
import type { Run } from '../run.ts';

/** `from`: number of the first of them. Lines that are there already are not stored again. Throws LostRun. */
export async function appendLog(db: Db, run: Pick<Run, 'id' | 'organizationId'>, owner: string, from: number, lines: readonly string[]): Promise<void> {
  const ours = db.$with('ours').as(db.select({ id: loadTestRun.id, told: changedTold.as('told') }).from(loadTestRun).where(isOurs(run, owner)));
  const text = JSON.stringify(lines.map((line) => line.toWellFormed()));
  const added = db.$with('added', {}).as(sql`
    insert into ${runLog} (organization_id, run_id, line, text)
    select ${run.organizationId}::text, ours.id, ${from}::integer + lines.at::integer - 1, lines.text
    from ours, jsonb_array_elements_text(${text}::text::jsonb) with ordinality as lines(text, at)
    on conflict do nothing`);
  const found = await db.with(ours, added).select({ told: ours.told }).from(ours);
  if (found.length === 0) throw new LostRun();
}

/** All lines from this one on. */
export async function logFrom(db: Db, organizationId: string, runId: string, from: number): Promise<string[]> {
  const rows = await db
    .select({ text: runLog.text })
    .from(runLog)
    .where(and(eq(runLog.organizationId, organizationId), eq(runLog.runId, runId), gte(runLog.line, from)))
    .orderBy(asc(runLog.line));
  return rows.map(({ text }) => text);
}

/** The last lines that are stored, in order. */
export async function lastOfLog(db: Db, organizationId: string, runId: string, most: number): Promise<string[]> {
  const rows = await db
    .select({ text: runLog.text })
    .from(runLog)
    .where(and(eq(runLog.organizationId, organizationId), eq(runLog.runId, runId)))
    .orderBy(desc(runLog.line))
    .limit(most);
  return rows.map(({ text }) => text).reverse();
}
