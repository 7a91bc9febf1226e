/** Which runs are old enough to be folded, in `load_test_run`, and a part of one folded in `performance_metric`. */
import { and, asc, desc, eq, gte, isNull, lt, notInArray, sql } from 'drizzle-orm';
import type { Cipher } from '../../db/cipher.ts';
import type { Db } from '../../db/client.ts';
import { loadTestRun, performanceMetric } from '../../db/tables.ts';
import { fromRow, STORED_ORDER, type StoredRow, tableOf } from '../../metrics/store.ts';
import { isNotPinned } from '../baseline/store.ts';
import { COLUMNS, opened } from '../columns/store.ts';
import type { Run } from '../run.ts';

/** After how many days intervals are folded. 0: never. */
export interface KeepIntervals {
  readonly days: number;
  /** Of organizations by id, where it is another number. */
  readonly daysOf: Readonly<Record<string, number>>;
}

export interface Unfolded {
  readonly run: Run;
  /** The second from which on it is not folded yet. */
  readonly from: number;
}

/** The oldest of them; null: there is none. With a pinned one others are compared, second by second. */
export async function nextToFold(db: Db, cipher: Cipher, { days, daysOf }: KeepIntervals, except: readonly string[]): Promise<Unfolded | null> {
  const r = loadTestRun;
  const least = Math.min(...[days, ...Object.values(daysOf)].filter((each) => each > 0));
  if (!Number.isFinite(least)) return null;
  const kept = sql`coalesce((${JSON.stringify(daysOf)}::text::jsonb ->> ${r.organizationId})::integer, ${days}::integer)`;
  const [row] = await db
    .select({ ...COLUMNS, from: r.foldedUntil })
    .from(r)
    .where(
      and(
        isNull(r.foldedAt),
        // What no organization keeps for shorter the index leaves out.
        lt(r.finishedAt, sql`now() - make_interval(days => ${least}::integer)`),
        sql`${kept} > 0`,
        lt(r.finishedAt, sql`now() - make_interval(days => ${kept})`),
        isNotPinned(db),
        except.length > 0 ? notInArray(r.id, [...except]) : undefined,
      ),
    )
    .orderBy(asc(r.finishedAt))
    .limit(1);
  return row ? { run: opened(cipher, row), from: row.from } : null;
}

/** The last second of a run that has a row, and when its second 0 was; null: it has none. */
export async function lastSecondOf(db: Db, { organizationId, id }: Pick<Run, 'organizationId' | 'id'>): Promise<{ readonly second: number; readonly zeroMs: number } | null> {
  const m = performanceMetric;
  const [row] = await db.select({ second: m.second, at: m.at }).from(m).where(and(eq(m.organizationId, organizationId), eq(m.runId, id))).orderBy(desc(m.at)).limit(1);
  return row ? { second: row.second, zeroMs: row.at.getTime() - row.second * 1000 } : null;
}

const between = (fromMs: number, untilMs: number) => [gte(performanceMetric.at, new Date(fromMs)), lt(performanceMetric.at, new Date(untilMs))];

export async function rowsBetween(db: Db, { organizationId, id }: Pick<Run, 'organizationId' | 'id'>, fromMs: number, untilMs: number): Promise<StoredRow[]> {
  const rows = await db
    .select()
    .from(performanceMetric)
    .where(and(eq(performanceMetric.organizationId, organizationId), eq(performanceMetric.runId, id), ...between(fromMs, untilMs)))
    .orderBy(...STORED_ORDER);
  return rows.map(fromRow);
}

export interface Part {
  readonly from: number;
  readonly until: number;
  /** Its moments, of the first and after the last second. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly rows: readonly StoredRow[];
  readonly isLast: boolean;
}

/**
 * The rows of a part in place of those that it had, in one statement: whoever reads sees one or the other, and a server that dies leaves no half. @returns false: another server was
 * first, somebody pinned the run, or it is gone
 */
export async function storeFolded(db: Db, { organizationId, id }: Pick<Run, 'organizationId' | 'id'>, part: Part): Promise<boolean> {
  const m = performanceMetric;
  const ours = db.$with('ours').as(
    db
      .update(loadTestRun)
      .set({ foldedUntil: part.until, ...(part.isLast ? { foldedAt: sql`now()` } : {}) })
      .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.id, id), eq(loadTestRun.foldedUntil, part.from), isNull(loadTestRun.foldedAt), isNotPinned(db)))
      .returning({ id: loadTestRun.id }),
  );
  // A join, and the id once more: of compressed rows TimescaleDB deletes none by a subquery, and those of a run alone by its id.
  const gone = db.$with('gone', {}).as(sql`delete from ${m} using ours where ${and(eq(m.runId, id), sql`${m.runId} = ours.id`, ...between(part.fromMs, part.untilMs))} returning 1`);
  // The count has all of them deleted before the first is there again under the same key.
  const added = db.$with('added', {}).as(sql`insert into ${m} select folded.* from ours, (select count(*) from gone) as deleted, ${tableOf(organizationId, id, part.rows)} as folded`);
  const done = await db.with(ours, gone, added).select({ id: ours.id }).from(ours);
  return done.length > 0;
}

/** Up to which second a run is folded; null: it is gone. */
export async function foldedUntil(db: Db, { organizationId, id }: Pick<Run, 'organizationId' | 'id'>): Promise<number | null> {
  const [row] = await db
    .select({ until: loadTestRun.foldedUntil })
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), eq(loadTestRun.id, id)));
  return row?.until ?? null;
}
