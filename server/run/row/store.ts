/** Writes of a running run. Each says who owns it: an owner that lost its lease writes no more. */
import { and, eq, lt, lte, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { changedTold } from '../../db/notify.ts';
import { loadTestRun, performanceMetric } from '../../db/tables.ts';
import type { Batch } from '../../metrics/interval.ts';
import { batchRows } from '../../metrics/store.ts';
import type { Verdict } from '../../verdict/judge.ts';
import { CHANGING, fromRow } from '../columns/store.ts';
import { LostRun } from '../ownership/lost-run.ts';
import type { Figures } from '../figures.ts';
import { figuresInserted } from '../figures/store.ts';
import { isOurs } from '../ownership/store.ts';
import type { Ending, FleetRecord, Run, RunProcess, RunResult } from '../run.ts';
import { moved, type RunState } from '../state.ts';

export interface RunChange {
  readonly state?: { readonly to: RunState; readonly cause: string };
  readonly startedAt?: Date;
  readonly frameworkVersion?: string;
  readonly process?: RunProcess;
  readonly fleet?: FleetRecord;
  readonly settled?: { readonly ending: Ending; readonly verdict: Verdict; readonly result: RunResult | null; readonly figures?: Figures; readonly warnings?: readonly string[] };
}

/** Changes a run that `owner` owns and that is not settled; what it came to and its figures in one statement. Throws LostRun otherwise. Bears a second time: the answer to the first may have been lost, or it is done late. */
export async function changeRun(db: Db, run: Run, owner: string, change: RunChange): Promise<Run> {
  const now = new Date();
  const moves = change.state ? moved(run.moves, change.state.to, change.state.cause, now) : run.moves;
  const { figures = null, ...settled } = change.settled ?? {};
  const changed = db.$with('changed').as(
    db
      .update(loadTestRun)
      .set({
        moves,
        state: moves.at(-1)?.to ?? run.state,
        ...(change.startedAt ? { startedAt: change.startedAt } : {}),
        ...(change.frameworkVersion ? { frameworkVersion: change.frameworkVersion } : {}),
        ...(change.process ? { process: change.process } : {}),
        ...(change.fleet ? { fleet: change.fleet } : {}),
        ...(change.settled ? { ...settled, comparedHash: figures?.comparedHash ?? null, finishedAt: now } : {}),
      })
      // One that is done late, after later ones, does not undo their moves.
      .where(and(isOurs(run, owner), lte(sql`jsonb_array_length(${loadTestRun.moves})`, moves.length)))
      .returning({ ...CHANGING, told: changedTold.as('told') }),
  );
  const drawn = change.settled ? [db.$with('drawn', {}).as(figuresInserted('changed', figures, change.settled.ending.cause === 'planned_end'))] : [];
  const [row] = await db.with(changed, ...drawn).select().from(changed);
  if (row) return fromRow(row, () => run.plan);
  const [there] = await db.select(CHANGING).from(loadTestRun).where(and(eq(loadTestRun.id, run.id), eq(loadTestRun.owner, owner)));
  if (!there || !change.settled || !sameMoves(there.moves as Run['moves'], moves)) throw new LostRun();
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

/** Throws LostRun when the run is not this owner's, or settled. */
async function requireOwner(db: Pick<Db, 'select'>, run: Pick<Run, 'id'>, owner: string): Promise<void> {
  const ours = await db.select({ id: loadTestRun.id }).from(loadTestRun).where(isOurs(run, owner));
  if (ours.length === 0) throw new LostRun();
}
