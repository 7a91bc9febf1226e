/** The numbers by which people call the runs of a load test. */
import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { loadTest } from '../../db/tables.ts';

/** The next so many, the first of them; none is ever given again, whoever asks at the same time and whatever is deleted. null: there is no such test. */
export async function nextNumbers(db: Db, organizationId: string, loadTestId: string | null, many: number): Promise<number | null> {
  if (loadTestId === null) return null;
  const [row] = await db
    .update(loadTest)
    .set({ runsNumbered: sql`${loadTest.runsNumbered} + ${many}` })
    .where(and(eq(loadTest.organizationId, organizationId), eq(loadTest.id, loadTestId)))
    .returning({ last: loadTest.runsNumbered });
  return row ? row.last - many + 1 : null;
}
