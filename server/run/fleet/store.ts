/** What is asked of the database about fleets: whose they are, which of their runs are live, and what they cost. */
import { and, eq, gt, inArray, isNull, sql, sum } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { cloudCost, installation, loadTestRun } from '../../db/tables.ts';

/** The same for all servers on this database, for ever. */
export async function installationOf(db: Db): Promise<string> {
  await db.insert(installation).values({}).onConflictDoNothing();
  const [row] = await db.select().from(installation);
  if (!row) throw new Error('an installation has an id');
  return row.id;
}

/** Of these runs those that are not settled, and whose owner is there. */
export async function liveAmong(db: Db, runIds: readonly string[]): Promise<Set<string>> {
  const ids = runIds.filter((id) => UUID.test(id));
  if (ids.length === 0) return new Set();
  const rows = await db
    .select({ id: loadTestRun.id })
    .from(loadTestRun)
    .where(and(inArray(loadTestRun.id, ids), isNull(loadTestRun.finishedAt), gt(loadTestRun.leaseUntil, sql`now()`)));
  return new Set(rows.map(({ id }) => id));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Of runs that are over what they took, of the others what they were estimated at; deleted ones, too. */
export async function spentLately(db: Db, organizationId: string, days: number): Promise<number> {
  const [row] = await db
    .select({ sum: sum(cloudCost.amount) })
    .from(cloudCost)
    .where(and(eq(cloudCost.organizationId, organizationId), gt(cloudCost.at, sql`now() - make_interval(days => ${days})`)));
  return Number(row?.sum ?? 0);
}

/** Costs of one organization are reserved one after the other, by whatever server: `work` is alone with what it reads of them. */
export async function inTurn(db: Db, organizationId: string, work: (db: Db) => Promise<void>): Promise<void> {
  await db.transaction(async (alone) => {
    await alone.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`cloud cost ${organizationId}`}, 0))`);
    await work(alone);
  });
}

export async function insertCosts(db: Db, organizationId: string, runIds: readonly string[], amount: number): Promise<void> {
  await db.insert(cloudCost).values(runIds.map((runId) => ({ runId, organizationId, amount })));
}

export async function changeCosts(db: Db, runIds: readonly string[], amount: number): Promise<void> {
  await db.update(cloudCost).set({ amount }).where(inArray(cloudCost.runId, [...runIds]));
}
