/** What a trend is drawn of: a few figures of each settled run of a test, and nothing else of them, for there may be thousands. */
import { and, desc, eq, isNotNull, isNull, notInArray, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type { Db } from '../../db/client.ts';
import { baseline, loadTestRun } from '../../db/tables.ts';
import type { Run } from '../../run/run.ts';
import { comparedHash } from '../../script/compared.ts';
import { resolvePlan } from '../../script/resolve.ts';
import type { Verdict } from '../../verdict/judge.ts';

/** Which of the figures: `executions`, or `requests` and a name; then the field. */
export type FigurePath = readonly string[];

export interface TrendRow {
  readonly runId: string;
  readonly at: Date;
  /** null: nothing was measured, the run did not come to its planned end, its generator did not keep up, or results were lost. */
  readonly value: number | null;
  /** The percentile falls into those that had no end in time. */
  readonly atLeast: boolean;
  readonly verdict: Verdict | null;
  readonly framework: string;
  readonly frameworkVersion: string | null;
  readonly place: string;
  /** null: it was not looked at. */
  readonly hostFingerprint: string | null;
  readonly workflowHash: string;
  readonly planHash: string;
  /** The same of runs that measured the same. */
  readonly comparedHash: string;
  readonly baseline: boolean;
}

/** The last so many, the oldest first. */
export async function trendRows(db: Db, organizationId: string, loadTestId: string, path: FigurePath, last: number): Promise<TrendRow[]> {
  const r = loadTestRun;
  const rows = await db
    .select({
      runId: r.id,
      at: sql<Date>`coalesce(${r.startedAt}, ${r.createdAt})`.mapWith(r.createdAt),
      value: valueIn(sql`found`, path),
      atLeast: isAtLeastIn(sql`found`, path),
      verdict: sql<Verdict | null>`${r.verdict}`,
      framework: r.framework,
      frameworkVersion: r.frameworkVersion,
      place: r.place,
      hostFingerprint: r.hostFingerprint,
      workflowHash: r.workflowHash,
      planHash: r.planHash,
      comparedHash: comparedHashOf,
      baseline: sql<boolean>`${baseline.id} is not null`,
    })
    .from(r)
    .leftJoin(baseline, and(eq(baseline.runId, r.id), isNull(baseline.unpinnedAt)))
    // Unpacked once each: without the offset that would be done for each time that it is looked at.
    .crossJoinLateral(sql`(select case when ${isWhole} then ${foundAt(path)} end as found offset 0) as figure`)
    .where(and(eq(r.organizationId, organizationId), eq(r.loadTestId, loadTestId), isNotNull(r.finishedAt)))
    .orderBy(desc(r.createdAt), desc(r.id))
    .limit(last);
  return rows.reverse();
}

/** A few are enough to tell how much runs of the same thing differ. */
const MOST_ALIKE = 20;

/** A figure of the last runs that were the same as this one in all that matters, its definition and machine too; this one and those of `except` are left out, and what is only known to be at least so much. */
export async function alikeFigures(db: Db, run: Run, path: FigurePath, except: readonly string[]): Promise<number[]> {
  if (run.loadTestId === null) return [];
  const r = loadTestRun;
  const same = <T>(column: AnyPgColumn, value: T | null) => (value === null ? isNull(column) : eq(column, value));
  const rows = await db
    .select({ value: valueIn(foundAt(path), path) })
    .from(r)
    .where(
      and(
        eq(r.organizationId, run.organizationId),
        eq(r.loadTestId, run.loadTestId),
        isWhole,
        sql`not ${isAtLeastIn(foundAt(path), path)}`,
        eq(r.framework, run.framework),
        eq(r.workflowHash, run.workflowHash),
        same(r.frameworkVersion, run.frameworkVersion),
        same(r.hostFingerprint, run.hostFingerprint),
        eq(r.place, run.place),
        sql`${comparedHashOf} = ${comparedHash(resolvePlan(run.plan), run.baselineWorkflowHash)}`,
        notInArray(r.id, [run.id, ...except]),
      ),
    )
    .orderBy(desc(r.createdAt), desc(r.id))
    .limit(MOST_ALIKE);
  return rows.flatMap(({ value }) => value ?? []);
}

/** Rows of a data set that ran out finish a run as well, but early; what a generator measured that did not keep up is partly its own slowness. */
const isWhole = sql`(coalesce(${loadTestRun.ending} ->> 'cause', '') = 'planned_end' and coalesce((${loadTestRun.executionFigures} ->> 'usable')::boolean, true))`;

const comparedHashOf = sql<string>`coalesce(${loadTestRun.executionFigures} ->> 'comparedHash', ${loadTestRun.planHash})`;

/** All figures of executions, or of a request. Of an array a parameter, for a request may be named anything. */
const foundAt = (path: FigurePath): SQL => sql`${path[0] === 'executions' ? loadTestRun.executionFigures : loadTestRun.figures} #> ${sql.param(path.slice(0, -1))}::text[]`;

const valueIn = (found: SQL, path: FigurePath) => sql<number | null>`(${found} ->> ${path.at(-1)}::text)::float8`;

const isAtLeastIn = (found: SQL, path: FigurePath) => sql<boolean>`coalesce(${found} -> 'atLeast' @> to_jsonb(${path.at(-1)}::text), false)`;
