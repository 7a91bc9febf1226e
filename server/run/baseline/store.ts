/** Pins: which run of a test the others are compared with. One at a time; the history stays. */
import { randomUUID } from 'node:crypto';
import { and, desc, eq, isNull, notExists, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { baseline, loadTestRun } from '../../db/tables.ts';
import { figuresOfRun, type Measured } from '../figures/store.ts';
import type { Run, RunResult } from '../run.ts';

export interface Baseline {
  readonly id: string;
  readonly organizationId: string;
  readonly loadTestId: string;
  readonly runId: string;
  readonly pinnedBy: string;
  readonly pinnedAt: Date;
  readonly reason: string | null;
  /** null: it is the one that counts. */
  readonly unpinnedAt: Date | null;
}

export type Pin = Pick<Baseline, 'organizationId' | 'loadTestId' | 'runId' | 'pinnedBy' | 'reason'>;

const isPinned = ({ organizationId, loadTestId }: Pick<Baseline, 'organizationId' | 'loadTestId'>) =>
  and(eq(baseline.organizationId, organizationId), eq(baseline.loadTestId, loadTestId), isNull(baseline.unpinnedAt));

/** A condition of a run. */
export const isNotPinned = (db: Db) => notExists(db.select({ id: baseline.id }).from(baseline).where(and(eq(baseline.runId, loadTestRun.id), isNull(baseline.unpinnedAt))));

/** Of pins at the same moment the others try again after one. */
const TRIES = 10;

/** Ends the pin before it and makes this one, in one statement. A run that is pinned already stays as it was pinned. */
export async function pin(db: Db, pin: Pin): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const pinned = await pinnedBaseline(db, pin);
    if (pinned?.runId === pin.runId) return;
    const ended = db.$with('ended').as(db.update(baseline).set({ unpinnedAt: sql`now()` }).where(isPinned(pin)).returning({ id: baseline.id }));
    const made = await db
      .with(ended)
      .insert(baseline)
      .select(sql`select ${randomUUID()}::uuid, ${pin.organizationId}, ${pin.loadTestId}::uuid, ${pin.runId}::uuid, ${pin.pinnedBy}, now(), ${pin.reason}::text, null::timestamptz, nextval(pg_get_serial_sequence('baseline', 'number')) from (select count(*) from ended) as first`)
      .onConflictDoNothing()
      .returning({ id: baseline.id });
    if (made.length > 0) return;
  }
  throw new Error('others pin without end');
}

/** false: none was pinned. */
export async function unpin(db: Db, organizationId: string, loadTestId: string): Promise<boolean> {
  const rows = await db.update(baseline).set({ unpinnedAt: sql`now()` }).where(isPinned({ organizationId, loadTestId })).returning({ id: baseline.id });
  return rows.length > 0;
}

export async function pinnedBaseline(db: Db, of: Pick<Baseline, 'organizationId' | 'loadTestId'>): Promise<Baseline | null> {
  const [row] = await db.select().from(baseline).where(isPinned(of));
  return row ?? null;
}

/** Further back nobody looks, and a pipeline that pins each run has thousands. */
export const MOST_PINS = 50;

/** The last pins there were, the latest first. */
export async function listBaselines(db: Db, organizationId: string, loadTestId: string): Promise<Baseline[]> {
  return db
    .select()
    .from(baseline)
    .where(and(eq(baseline.organizationId, organizationId), eq(baseline.loadTestId, loadTestId)))
    .orderBy(desc(baseline.number))
    .limit(MOST_PINS);
}

/** Of the pinned run what others are held to. */
export interface PinnedRun extends Pick<Run, 'framework' | 'frameworkVersion' | 'place' | 'hostFingerprint' | 'planHash' | 'result'> {
  /** null: an earlier version measured it, and kept only the hash of its plan. */
  readonly comparedHash: string | null;
  readonly figures: Measured | null;
}

/** null: none is pinned, or the run is of no saved test. */
export async function pinnedRun(db: Db, { organizationId, loadTestId }: Pick<Run, 'organizationId' | 'loadTestId'>): Promise<PinnedRun | null> {
  if (loadTestId === null) return null;
  const { id, framework, frameworkVersion, place, hostFingerprint, planHash, comparedHash, result } = loadTestRun;
  const [row] = await db
    .select({ id, framework, frameworkVersion, place, hostFingerprint, planHash, comparedHash, result })
    .from(baseline)
    .innerJoin(loadTestRun, eq(loadTestRun.id, baseline.runId))
    .where(isPinned({ organizationId, loadTestId }));
  return row ? { ...row, result: row.result as RunResult | null, figures: await figuresOfRun(db, { organizationId, id: row.id }) } : null;
}
