/** Saved load tests. */
import { randomUUID } from 'node:crypto';
import { and, desc, eq, lt, lte, or } from 'drizzle-orm';
import type { Cipher } from '../db/cipher.ts';
import type { Db } from '../db/client.ts';
import { loadTest } from '../db/tables.ts';
import type { TestPlan } from './plan.ts';
import { openPlan, sealPlan } from './stored-plan.ts';

export interface LoadTest {
  readonly id: string;
  readonly organizationId: string;
  readonly workflowId: string | null;
  readonly name: string;
  readonly framework: string;
  /** The text that is sent, as it was when the test was saved. */
  readonly definition: string;
  readonly workflowHash: string;
  readonly plan: TestPlan;
  readonly planHash: string;
  readonly createdAt: Date;
}

export type LoadTestInput = Omit<LoadTest, 'id' | 'createdAt' | 'organizationId'>;

export async function insertLoadTest(db: Db, cipher: Cipher, organizationId: string, createdBy: string, input: LoadTestInput): Promise<LoadTest> {
  const [row] = await db
    .insert(loadTest)
    .values({ ...sealed(cipher, input), id: randomUUID(), organizationId, createdBy })
    .returning();
  if (!row) throw new Error('an inserted load test comes back');
  return fromRow(cipher, row);
}

/** null: there is none of this id in the organization. */
export async function updateLoadTest(db: Db, cipher: Cipher, organizationId: string, id: string, input: LoadTestInput): Promise<LoadTest | null> {
  const [row] = await db
    .update(loadTest)
    .set(sealed(cipher, input))
    .where(and(eq(loadTest.organizationId, organizationId), eq(loadTest.id, id)))
    .returning();
  return row ? fromRow(cipher, row) : null;
}

export async function findLoadTest(db: Db, cipher: Cipher, organizationId: string, id: string): Promise<LoadTest | null> {
  const [row] = await db
    .select()
    .from(loadTest)
    .where(and(eq(loadTest.organizationId, organizationId), eq(loadTest.id, id)));
  return row ? fromRow(cipher, row) : null;
}

/** null: there is none of this id in the organization. */
export async function loadTestName(db: Db, organizationId: string, id: string): Promise<string | null> {
  const [row] = await db
    .select({ name: loadTest.name })
    .from(loadTest)
    .where(and(eq(loadTest.organizationId, organizationId), eq(loadTest.id, id)));
  return row?.name ?? null;
}

export interface LoadTestFilter {
  readonly workflowId?: string | null;
  readonly before?: { readonly createdAt: Date; readonly id: string } | null;
  readonly limit: number;
}

/** Newest first. */
export async function listLoadTests(db: Db, cipher: Cipher, organizationId: string, { workflowId, before, limit }: LoadTestFilter): Promise<LoadTest[]> {
  // No text in a PostgreSQL holds a NUL, and it refuses to look for one.
  if (workflowId?.includes('\0')) return [];
  const rows = await db
    .select()
    .from(loadTest)
    .where(
      and(
        eq(loadTest.organizationId, organizationId),
        workflowId ? eq(loadTest.workflowId, workflowId) : undefined,
        // The first of the two is what an index finds.
        before ? and(lte(loadTest.createdAt, before.createdAt), or(lt(loadTest.createdAt, before.createdAt), lt(loadTest.id, before.id))) : undefined,
      ),
    )
    .orderBy(desc(loadTest.createdAt), desc(loadTest.id))
    .limit(limit);
  return rows.map((row) => fromRow(cipher, row));
}

/** false: there was none. Its runs stay. */
export async function removeLoadTest(db: Db, organizationId: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(loadTest)
    .where(and(eq(loadTest.organizationId, organizationId), eq(loadTest.id, id)))
    .returning({ id: loadTest.id });
  return rows.length > 0;
}

function sealed(cipher: Cipher, input: LoadTestInput) {
  return { ...input, definition: cipher.seal(input.definition), plan: sealPlan(cipher, input.plan) };
}

function fromRow(cipher: Cipher, row: typeof loadTest.$inferSelect): LoadTest {
  return {
    id: row.id,
    organizationId: row.organizationId,
    workflowId: row.workflowId,
    name: row.name,
    framework: row.framework,
    definition: cipher.open(row.definition),
    workflowHash: row.workflowHash,
    plan: openPlan(cipher, row.plan),
    planHash: row.planHash,
    createdAt: row.createdAt,
  };
}
