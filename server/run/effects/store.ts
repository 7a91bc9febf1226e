/** What somebody acknowledged in `effect_acknowledgement`: that this definition acts outside for real, at this target. */
import { and, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { effectAcknowledgement } from '../../db/tables.ts';

type Acknowledgement = Omit<typeof effectAcknowledgement.$inferInsert, 'acknowledgedAt'>;

export async function acknowledge(db: Db, acknowledgement: Acknowledgement): Promise<void> {
  await db.insert(effectAcknowledgement).values(acknowledgement).onConflictDoNothing();
}

export async function isAcknowledged(db: Db, { organizationId, workflowHash, targetOrigin, effectsHash }: Omit<Acknowledgement, 'acknowledgedBy'>): Promise<boolean> {
  const t = effectAcknowledgement;
  const rows = await db
    .select({ at: t.acknowledgedAt })
    .from(t)
    .where(and(eq(t.organizationId, organizationId), eq(t.workflowHash, workflowHash), eq(t.targetOrigin, targetOrigin), eq(t.effectsHash, effectsHash)));
  return rows.length > 0;
}
