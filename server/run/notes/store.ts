/** Notes of runs, in `run_note`. */
import { and, asc, count, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { runNote } from '../../db/tables.ts';
import type { Run } from '../run.ts';

export interface Note {
  readonly text: string;
  readonly by: string;
  readonly at: Date;
}

const ofRun = ({ organizationId, id }: Pick<Run, 'organizationId' | 'id'>) => and(eq(runNote.organizationId, organizationId), eq(runNote.runId, id));

export async function insertNote(db: Db, run: Pick<Run, 'organizationId' | 'id'>, text: string, by: string): Promise<void> {
  await db.insert(runNote).values({ organizationId: run.organizationId, runId: run.id, text, writtenBy: by });
}

/** The oldest first. */
export async function listNotes(db: Db, run: Pick<Run, 'organizationId' | 'id'>): Promise<Note[]> {
  return db.select({ text: runNote.text, by: runNote.writtenBy, at: runNote.writtenAt }).from(runNote).where(ofRun(run)).orderBy(asc(runNote.number));
}

export async function countNotes(db: Db, run: Pick<Run, 'organizationId' | 'id'>): Promise<number> {
  const [row] = await db.select({ notes: count() }).from(runNote).where(ofRun(run));
  return row?.notes ?? 0;
}
