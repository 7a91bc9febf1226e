/** Whose a run is, in `load_test_run`: its lease, what is asked of its owner, and what an owner that is gone leaves to the others. */
import { and, eq, inArray, isNotNull, isNull, lt, ne, notInArray, sql } from 'drizzle-orm';
import type { Cipher } from '../../db/cipher.ts';
import type { Db } from '../../db/client.ts';
import { stopAskedTold } from '../../db/notify.ts';
import { loadTestRun } from '../../db/tables.ts';
import { COLUMNS, opened } from '../columns/store.ts';
import type { Run, RunProcess } from '../run.ts';

export const LEASE_SECONDS = 30;
/** By the database's clock, so that two servers need not agree on the time. */
export const leaseEnd = sql`now() + make_interval(secs => ${LEASE_SECONDS})`;

/** And not settled. */
export const isOurs = (run: Pick<Run, 'id'>, owner: string) => and(eq(loadTestRun.id, run.id), eq(loadTestRun.owner, owner), isNull(loadTestRun.finishedAt));

/** Renews the lease of these runs and gives those that are this owner's still, settled ones too; who was asked to stop says by whom. */
export async function renewLeases(db: Db, owner: string, ids: readonly string[]): Promise<{ id: string; stopAskedBy: string | null }[]> {
  return db
    .update(loadTestRun)
    .set({ leaseUntil: leaseEnd })
    .where(and(eq(loadTestRun.owner, owner), inArray(loadTestRun.id, [...ids])))
    .returning({ id: loadTestRun.id, stopAskedBy: loadTestRun.stopAskedBy });
}

/** Marks that a stop is asked; the owner is told at once, and sees it at its next renewal if that was lost. */
export async function askStop(db: Db, organizationId: string, id: string, by: string): Promise<void> {
  await db
    .update(loadTestRun)
    .set({ stopAskedBy: by })
    .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.id, id), isNull(loadTestRun.finishedAt)))
    .returning({ stopAskedTold });
}

export interface Orphan {
  readonly run: Run;
  readonly process: RunProcess | null;
}

/** Takes over runs whose owner is gone: all that are not ours, or those whose lease is over. Not those in `except`, which run here. */
export async function takeOrphans(db: Db, cipher: Cipher, owner: string, which: 'all' | 'expired', except: readonly string[]): Promise<Orphan[]> {
  const over = which === 'all' ? ne(loadTestRun.owner, owner) : lt(loadTestRun.leaseUntil, sql`now()`);
  const gone = except.length > 0 ? and(over, notInArray(loadTestRun.id, [...except])) : over;
  const rows = await db
    .update(loadTestRun)
    .set({ owner, leaseUntil: leaseEnd })
    .where(and(isNull(loadTestRun.finishedAt), gone))
    .returning(COLUMNS);
  return rows.map((row) => ({ run: opened(cipher, row), process: row.process as RunProcess | null }));
}

export async function settledAmong(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: loadTestRun.id })
    .from(loadTestRun)
    .where(and(inArray(loadTestRun.id, [...ids]), isNotNull(loadTestRun.finishedAt)));
  return rows.map(({ id }) => id);
}
