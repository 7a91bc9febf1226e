/** Runs in `load_test_run`. Every write of a running run says who owns it: an owner that lost its lease writes no more. */
import { and, desc, eq, getTableColumns, inArray, isNotNull, isNull, lt, lte, ne, notInArray, or, sql } from 'drizzle-orm';
import type { Cipher } from '../db/cipher.ts';
import type { Db } from '../db/client.ts';
import { changedTold, stopAskedTold } from '../db/notify.ts';
import { effectAcknowledgement, loadTestRun, performanceMetric } from '../db/tables.ts';
import type { Batch } from '../metrics/interval.ts';
import { batchRows } from '../metrics/store.ts';
import type { TestPlan } from '../script/plan.ts';
import type { Script } from '../script/generate.ts';
import { openPlan, sealPlan } from '../script/stored-plan.ts';
import type { Verdict } from '../verdict/judge.ts';
import type { SelfCheck } from './floor.ts';
import type { Ending, Run, RunResult } from './run.ts';
import { type Move, moved, type RunState } from './state.ts';

export type NewRun = Pick<
  Run,
  'id' | 'organizationId' | 'loadTestId' | 'workflowId' | 'framework' | 'frameworkVersion' | 'place' | 'workflowHash' | 'plan' | 'planHash' | 'plannedDurationMs' | 'startedBy'
>;

/** Process of a run on its machine; pid and start time together name it for ever. */
export interface RunProcess {
  readonly group: number;
  readonly startTicks: number;
  readonly bootId: string;
  readonly host: string;
  readonly folder: string;
  /** What it could see and touch: `generator.isolation`. */
  readonly isolation: string;
  /** That the tool can use here. */
  readonly cores?: number;
  /** What this machine added to a measurement just before; left out: it was not looked at. */
  readonly selfCheck?: SelfCheck;
}

/** The script holds the definition: whoever looks at a run does not carry it along. */
const { script: _script, ...COLUMNS } = getTableColumns(loadTestRun);
/** What may be another when it is read again. */
const { plan: _plan, ...CHANGING } = COLUMNS;

export const LEASE_SECONDS = 30;
/** By the database's clock, so that two servers need not agree on the time. */
const leaseEnd = sql`now() + make_interval(secs => ${LEASE_SECONDS})`;

export async function insertRun(db: Db, cipher: Cipher, owner: string, run: NewRun, script: Script): Promise<Run> {
  const [row] = await db
    .insert(loadTestRun)
    .values({
      ...run,
      plan: sealPlan(cipher, run.plan),
      state: 'queued',
      moves: moved([], 'queued', 'accepted', new Date()),
      script: cipher.seal(JSON.stringify(script)),
      scriptHash: script.hash,
      warnings: script.warnings,
      owner,
      leaseUntil: leaseEnd,
    })
    .returning(CHANGING);
  if (!row) throw new Error('an inserted run comes back');
  return fromRow(row, () => run.plan);
}

/** This owner's lease is over: somebody else may have settled the run. */
export class LostRun extends Error {
  override readonly name = 'LostRun';
}

export interface RunChange {
  readonly state?: { readonly to: RunState; readonly cause: string };
  readonly startedAt?: Date;
  readonly frameworkVersion?: string;
  readonly process?: RunProcess;
  readonly settled?: { readonly ending: Ending; readonly verdict: Verdict; readonly result: RunResult | null; readonly warnings?: readonly string[] };
}

/** Changes a run that `owner` owns and that is not settled. Throws LostRun otherwise. Bears a second time: the answer to the first may have been lost, or it is done late. */
export async function changeRun(db: Db, run: Run, owner: string, change: RunChange): Promise<Run> {
  const now = new Date();
  const moves = change.state ? moved(run.moves, change.state.to, change.state.cause, now) : run.moves;
  const [row] = await db
    .update(loadTestRun)
    .set({
      moves,
      state: moves.at(-1)?.to ?? run.state,
      ...(change.startedAt ? { startedAt: change.startedAt } : {}),
      ...(change.frameworkVersion ? { frameworkVersion: change.frameworkVersion } : {}),
      ...(change.process ? { process: change.process } : {}),
      ...(change.settled ? { ...change.settled, finishedAt: now } : {}),
    })
    // One that is done late, after later ones, does not undo their moves.
    .where(and(isOurs(run, owner), lte(sql`jsonb_array_length(${loadTestRun.moves})`, moves.length)))
    .returning({ ...CHANGING, changedTold });
  if (row) return fromRow(row, () => run.plan);
  const [there] = await db.select(CHANGING).from(loadTestRun).where(and(eq(loadTestRun.id, run.id), eq(loadTestRun.owner, owner)));
  if (!there || !change.settled || !sameMoves(there.moves as Run['moves'], moves)) throw new LostRun('Another server took this run over.');
  return fromRow(there, () => run.plan);
}

const sameMoves = (a: Run['moves'], b: Run['moves']): boolean => a.length === b.length && a.every(({ to, cause }, i) => to === b[i]?.to && cause === b[i]?.cause);

/**
 * A batch and its sequence in one statement: a reader sees all of it or nothing. A batch that is there already is not stored again.
 * No transaction of several: a connection that is lost between two of them ends the process (postgres.js 3.4, its issue 1208).
 */
export async function saveBatch(db: Db, run: Run, owner: string, startedAt: Date, batch: Batch): Promise<void> {
  const ours = db.$with('ours').as(
    db
      .update(loadTestRun)
      .set({ sequence: batch.sequence })
      .where(and(isOurs(run, owner), lt(loadTestRun.sequence, batch.sequence)))
      .returning({ told: changedTold.as('told') }),
  );
  const added = db.$with('added', {}).as(sql`insert into ${performanceMetric} select batch.* from ours, ${batchRows(run.organizationId, run.id, startedAt, batch)} as batch`);
  const updated = await db.with(ours, added).select({ told: ours.told }).from(ours);
  if (updated.length === 0) await requireOwner(db, run, owner);
}

export const isOurs = (run: Pick<Run, 'id'>, owner: string) => and(eq(loadTestRun.id, run.id), eq(loadTestRun.owner, owner), isNull(loadTestRun.finishedAt));

/** Throws LostRun when the run is not this owner's, or settled. */
async function requireOwner(db: Pick<Db, 'select'>, run: Pick<Run, 'id'>, owner: string): Promise<void> {
  const ours = await db.select({ id: loadTestRun.id }).from(loadTestRun).where(isOurs(run, owner));
  if (ours.length === 0) throw new LostRun('Another server took this run over.');
}

/** null: no process of it was recorded. */
export async function processOfRun(db: Db, run: Pick<Run, 'id'>): Promise<RunProcess | null> {
  const [row] = await db.select({ process: loadTestRun.process }).from(loadTestRun).where(eq(loadTestRun.id, run.id));
  return (row?.process as RunProcess | null | undefined) ?? null;
}

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

export async function findRun(db: Db, cipher: Cipher, organizationId: string, id: string): Promise<Run | null> {
  const [row] = await db
    .select(COLUMNS)
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.id, id)));
  return row ? opened(cipher, row) : null;
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
        before ? or(lt(loadTestRun.createdAt, before.createdAt), and(eq(loadTestRun.createdAt, before.createdAt), lt(loadTestRun.id, before.id))) : undefined,
      ),
    )
    .orderBy(desc(loadTestRun.createdAt), desc(loadTestRun.id))
    .limit(limit);
  return rows.map((row) => opened(cipher, row));
}

export async function scriptOf(db: Db, cipher: Cipher, organizationId: string, id: string): Promise<Script | null> {
  const [row] = await db
    .select({ script: loadTestRun.script })
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.id, id)));
  // A script of an earlier version tells of no secrets and no variables.
  return row ? { secrets: [], variables: [], ...(JSON.parse(cipher.open(row.script)) as Omit<Script, 'secrets' | 'variables'> & Partial<Script>) } : null;
}

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

type Row = Omit<typeof loadTestRun.$inferSelect, 'script'>;

function opened(cipher: Cipher, row: Row): Run {
  const { plan } = row;
  return fromRow(row, () => openPlan(cipher, plan));
}

/** Its plan is opened when it is asked for: who only looks at the state opens none, and a lost key hides no run and keeps none from being settled. */
function fromRow(row: Omit<Row, 'plan'>, planOf: () => TestPlan): Run {
  return {
    id: row.id,
    organizationId: row.organizationId,
    loadTestId: row.loadTestId,
    workflowId: row.workflowId,
    framework: row.framework,
    frameworkVersion: row.frameworkVersion,
    place: row.place,
    state: row.state as RunState,
    moves: row.moves as readonly Move[],
    workflowHash: row.workflowHash,
    get plan() {
      return planOf();
    },
    planHash: row.planHash,
    plannedDurationMs: row.plannedDurationMs,
    scriptHash: row.scriptHash,
    warnings: row.warnings as readonly string[],
    startedBy: row.startedBy,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    sequence: row.sequence,
    ending: row.ending as Ending | null,
    verdict: row.verdict as Verdict | null,
    result: row.result as RunResult | null,
  };
}
