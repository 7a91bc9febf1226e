/** Runs that were made elsewhere, in `load_test_run`. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Cipher } from '../../db/cipher.ts';
import type { Db } from '../../db/client.ts';
import { loadTestRun } from '../../db/tables.ts';
import { sealPlan } from '../../script/stored-plan.ts';
import { CHANGING, COLUMNS, fromRow, opened } from '../columns/store.ts';
import { nextNumbers } from '../numbers/store.ts';
import { isOurs, leaseEnd } from '../ownership/store.ts';
import type { Imported, Run } from '../run.ts';
import { moved } from '../state.ts';
import type { NewRun } from '../store.ts';

export type NewImport = NewRun & Pick<Run, 'scriptHash' | 'warnings'> & { readonly imported: Imported; readonly importKey: string };

/** null: these results are here already. */
export async function insertImport(db: Db, cipher: Cipher, owner: string, run: NewImport): Promise<Run | null> {
  const [row] = await db
    .insert(loadTestRun)
    .values({ ...run, plan: sealPlan(cipher, run.plan), state: 'queued', moves: moved([], 'queued', 'import', new Date()), owner, leaseUntil: leaseEnd })
    .onConflictDoNothing({ target: [loadTestRun.organizationId, loadTestRun.importKey] })
    .returning(CHANGING);
  return row ? fromRow({ ...row, number: await numbered(db, run) }, () => run.plan) : null;
}

/** Only what is stored is given one: the same results are brought again and again. */
async function numbered(db: Db, { id, organizationId, loadTestId }: NewImport): Promise<number | null> {
  const number = await nextNumbers(db, organizationId, loadTestId, 1);
  if (number !== null) await db.update(loadTestRun).set({ number }).where(eq(loadTestRun.id, id));
  return number;
}

export async function findImport(db: Db, cipher: Cipher, organizationId: string, importKey: string): Promise<Run | null> {
  const [row] = await db
    .select(COLUMNS)
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.importKey, importKey)));
  return row ? opened(cipher, row) : null;
}

/** With all that was stored of it, unless it is settled. */
export async function removeImport(db: Db, run: Pick<Run, 'id'>, owner: string): Promise<void> {
  await db.delete(loadTestRun).where(and(isOurs(run, owner), isNull(loadTestRun.finishedAt)));
}
