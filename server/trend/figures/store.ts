/** What a trend is drawn of: a few figures of each settled run of a test, and nothing else of them, for there may be thousands. */
import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { baseline, loadTestRun } from '../../db/tables.ts';
import type { Verdict } from '../../verdict/judge.ts';

/** Which of the figures: `executions`, or `requests` and a name; then the field. */
export type FigurePath = readonly string[];

export interface TrendRow {
  readonly runId: string;
  readonly at: Date;
  /** null: nothing was measured, or the run did not come to its planned end. */
  readonly value: number | null;
  readonly verdict: Verdict | null;
  readonly framework: string;
  readonly frameworkVersion: string | null;
  readonly workflowHash: string;
  readonly planHash: string;
  /** The same of runs that measured the same. */
  readonly comparedHash: string;
  readonly baseline: boolean;
}

/** The last so many, the oldest first. */
export async function trendRows(db: Db, organizationId: string, loadTestId: string, path: FigurePath, last: number): Promise<TrendRow[]> {
  const r = loadTestRun;
  // Of an array a parameter, for a request may be named anything.
  const value = sql<number | null>`case when ${r.state} = 'finished' then (${r.figures} #>> ${sql.param([...path])}::text[])::float8 end`;
  const rows = await db
    .select({
      runId: r.id,
      at: sql<Date>`coalesce(${r.startedAt}, ${r.createdAt})`.mapWith(r.createdAt),
      value,
      verdict: r.verdict,
      framework: r.framework,
      frameworkVersion: r.frameworkVersion,
      workflowHash: r.workflowHash,
      planHash: r.planHash,
      comparedHash: sql<string>`coalesce(${r.figures} ->> 'comparedHash', ${r.planHash})`,
      baseline: sql<boolean>`exists (select from ${baseline} where ${baseline.runId} = ${r.id} and ${baseline.unpinnedAt} is null)`,
    })
    .from(r)
    .where(and(eq(r.organizationId, organizationId), eq(r.loadTestId, loadTestId), isNotNull(r.finishedAt)))
    .orderBy(desc(r.createdAt), desc(r.id))
    .limit(last);
  return rows.reverse().map((row) => ({ ...row, verdict: row.verdict as Verdict | null }));
}
