/** Lines of run logs in `run_log`. */
import { and, asc, desc, eq, gte } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { runLog } from '../../db/tables.ts';
import type { Run } from '../run.ts';
import { requireOwner } from '../store.ts';

/** PGlite takes 65,535 parameters in a statement; a row has 4. */
const LINES_AT_ONCE = 5000;

/** `from`: number of the first of them. Lines that are there already are not stored again. Throws LostRun. */
export async function appendLog(db: Db, run: Pick<Run, 'id' | 'organizationId'>, owner: string, from: number, lines: readonly string[]): Promise<void> {
  await db.transaction(async (tx) => {
    await requireOwner(tx, run, owner);
    const rows = lines.map((text, i) => ({ organizationId: run.organizationId, runId: run.id, line: from + i, text }));
    for (let at = 0; at < rows.length; at += LINES_AT_ONCE) await tx.insert(runLog).values(rows.slice(at, at + LINES_AT_ONCE)).onConflictDoNothing();
  });
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
