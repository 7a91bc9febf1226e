/** A run that was over so long ago that its intervals are folded. */
import { eq, sql } from 'drizzle-orm';
import type { Db } from '../../server/db/client.ts';
import { loadTestRun } from '../../server/db/tables.ts';
import { foldOld } from '../../server/run/keep/fold-old.ts';
import type { KeepIntervals } from '../../server/run/keep/store.ts';
import type { StoredRun } from './stored-run.ts';

export const KEEP: KeepIntervals = { days: 90, daysOf: { south: 30, west: 0 } };

export async function over(db: Db, runId: string, days: number): Promise<void> {
  await db.update(loadTestRun).set({ finishedAt: sql`now() - make_interval(days => ${days}::integer)` }).where(eq(loadTestRun.id, runId));
}

/** All that are old enough. @returns what the log was told */
export async function folded({ ctx: { db, cipher } }: Pick<StoredRun, 'ctx'>, keep = KEEP, stopped = new AbortController().signal): Promise<string[]> {
  const told: string[] = [];
  await foldOld({ db, cipher, keep, log: { error: (_fields, message) => void told.push(message) } }, stopped);
  return told;
}
