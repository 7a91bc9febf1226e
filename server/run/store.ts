/** Runs in `load_test_run`: stored once, read by whoever may see them, and deleted. What changes one of them is in row/ and ownership/. */
import { and, desc, eq, inArray, isNotNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Cipher } from '../db/cipher.ts';
import type { Db } from '../db/client.ts';
import { loadTestRun } from '../db/tables.ts';
import type { Script } from '../script/generate.ts';
import { sealPlan } from '../script/stored-plan.ts';
import { isNotPinned } from './baseline/store.ts';
import { CHANGING, COLUMNS, fromRow, opened } from './columns/store.ts';
import { nextNumbers } from './numbers/store.ts';
import { leaseEnd } from './ownership/store.ts';
import type { Run, RunProcess } from './run.ts';
import { moved } from './state.ts';

export type NewRun = Pick<
  Run,
  'id' | 'organizationId' | 'loadTestId' | 'workflowId' | 'framework' | 'frameworkVersion' | 'place' | 'workflowHash' | 'plan' | 'planHash' | 'plannedDurationMs' | 'startedBy'
> &
  Partial<Pick<Run, 'baselineWorkflowHash' | 'repeatGroup' | 'hostFingerprint' | 'fleet'>>;

export async function insertRun(db: Db, cipher: Cipher, owner: string, run: NewRun, script: Script): Promise<Run> {
  return (await insertRuns(db, cipher, owner, [run], script))[0];
}

/** All of one script and one test, or none of them. */
export async function insertRuns(db: Db, cipher: Cipher, owner: string, runs: readonly NewRun[], script: Script): Promise<[Run, ...Run[]]> {
  const sealed = cipher.seal(JSON.stringify(script));
  const number = runs[0] ? await nextNumbers(db, runs[0].organizationId, runs[0].loadTestId, runs.length) : null;
  const rows = await db
    .insert(loadTestRun)
    .values(
      runs.map((run, i) => ({
        ...run,
        number: number === null ? null : number + i,
        plan: sealPlan(cipher, run.plan),
        state: 'queued',
        moves: moved([], 'queued', 'accepted', new Date()),
        script: sealed,
        scriptHash: script.hash,
        warnings: script.warnings,
        owner,
        leaseUntil: leaseEnd,
      })),
    )
    .returning(CHANGING);
  const [first, ...others] = runs.map(({ id, plan }) => {
    const row = rows.find((inserted) => inserted.id === id);
    if (!row) throw new Error('an inserted run comes back');
    return fromRow(row, () => plan);
  });
  if (!first) throw new Error('there is at least one run to insert');
  return [first, ...others];
}

export async function findRun(db: Db, cipher: Cipher, organizationId: string, id: string): Promise<Run | null> {
  const [row] = await db
    .select(COLUMNS)
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.id, id)));
  return row ? opened(cipher, row) : null;
}

/** Those that there are, in no order. */
export async function findRuns(db: Db, cipher: Cipher, organizationId: string, ids: readonly string[]): Promise<Map<string, Run>> {
  const rows = await db
    .select(COLUMNS)
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), inArray(loadTestRun.id, [...ids])));
  return new Map(rows.map((row) => [row.id, opened(cipher, row)]));
}

/** The run as it is now; null: it is gone. */
export async function runAgain(db: Db, run: Run): Promise<Run | null> {
  const [row] = await db
    .select(CHANGING)
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, run.organizationId), eq(loadTestRun.id, run.id)));
  return row ? fromRow(row, () => run.plan) : null;
}

export interface RunFilter {
  readonly workflowId?: string | null;
  readonly loadTestId?: string | null;
  readonly framework?: string | null;
  /** Newest first, those before this run. */
  readonly before?: { readonly createdAt: Date; readonly id: string } | null;
  readonly limit: number;
}

export async function listRuns(db: Db, cipher: Cipher, organizationId: string, { workflowId, loadTestId, framework, before, limit }: RunFilter): Promise<Run[]> {
  // No text in a PostgreSQL holds a NUL, and it refuses to look for one.
  if (workflowId?.includes('\0') || framework?.includes('\0')) return [];
  const rows = await db
    .select(COLUMNS)
    .from(loadTestRun)
    .where(
      and(
        eq(loadTestRun.organizationId, organizationId),
        workflowId ? eq(loadTestRun.workflowId, workflowId) : undefined,
        loadTestId ? eq(loadTestRun.loadTestId, loadTestId) : undefined,
        framework ? eq(loadTestRun.framework, framework) : undefined,
        // The first of the two is what an index finds.
        before ? and(lte(loadTestRun.createdAt, before.createdAt), or(lt(loadTestRun.createdAt, before.createdAt), lt(loadTestRun.id, before.id))) : undefined,
      ),
    )
    .orderBy(desc(loadTestRun.createdAt), desc(loadTestRun.id))
    .limit(limit);
  return rows.map((row) => opened(cipher, row));
}

/** Of the same load test; null: it is the first of it, or has none. */
export async function runBefore(db: Db, cipher: Cipher, run: Pick<Run, 'organizationId' | 'loadTestId' | 'createdAt' | 'id'>): Promise<Run | null> {
  if (run.loadTestId === null) return null;
  const [before] = await listRuns(db, cipher, run.organizationId, { loadTestId: run.loadTestId, before: run, limit: 1 });
  return before ?? null;
}

type Grouped = Pick<Run, 'organizationId' | 'createdAt' | 'repeatGroup'>;

/** They were inserted at once, so they have one time; which goes first is told by their ids. */
const askedWith = ({ organizationId, createdAt, repeatGroup }: Grouped) =>
  and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.createdAt, createdAt), repeatGroup === null ? sql`false` : eq(loadTestRun.repeatGroup, repeatGroup));

/** Ids of the runs that were asked for with this one, in the order in which they run, its own among them; none: it was asked for alone. */
export async function groupIds(db: Db, run: Grouped): Promise<string[]> {
  if (run.repeatGroup === null) return [];
  const rows = await db.select({ id: loadTestRun.id }).from(loadTestRun).where(askedWith(run)).orderBy(loadTestRun.id);
  return rows.map(({ id }) => id);
}

export async function groupRuns(db: Db, cipher: Cipher, run: Grouped): Promise<Run[]> {
  const rows = await db.select(COLUMNS).from(loadTestRun).where(askedWith(run)).orderBy(loadTestRun.id);
  return rows.map((row) => opened(cipher, row));
}

/** null: there is no such run, or none of its script. */
export async function scriptOf(db: Db, cipher: Cipher, organizationId: string, id: string): Promise<Script | null> {
  const [row] = await db
    .select({ script: loadTestRun.script })
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.id, id)));
  // A script of an earlier version tells of no secrets and no variables.
  return row?.script ? { secrets: [], variables: [], ...(JSON.parse(cipher.open(row.script)) as Omit<Script, 'secrets' | 'variables'> & Partial<Script>) } : null;
}

/** With its intervals, its log and its pins. false: there is none, it is not over, or it is pinned now. */
export async function removeSettled(db: Db, organizationId: string, id: string): Promise<boolean> {
  const rows = await db
    .delete(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.id, id), isNotNull(loadTestRun.finishedAt), isNotPinned(db)))
    .returning({ id: loadTestRun.id });
  return rows.length > 0;
}

/** null: no process of it was recorded. */
export async function processOfRun(db: Db, run: Pick<Run, 'id'>): Promise<RunProcess | null> {
  const [row] = await db.select({ process: loadTestRun.process }).from(loadTestRun).where(eq(loadTestRun.id, run.id));
  return (row?.process as RunProcess | null | undefined) ?? null;
}
