/** What a trend is drawn of, in `run_figure`: a figure of each settled run of a test, and nothing else of them, for there may be thousands. */
import { and, desc, eq, inArray, isNull, notInArray, type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, alias } from 'drizzle-orm/pg-core';
import type { Db } from '../../db/client.ts';
import { loadTestRun, runFigure } from '../../db/tables.ts';
import { pinnedBaseline } from '../../run/baseline/store.ts';
import type { Run } from '../../run/run.ts';
import { comparedHash } from '../../script/compared.ts';
import type { Statistic } from '../../script/plan.ts';
import { resolvePlan } from '../../script/resolve.ts';
import type { Verdict } from '../../verdict/judge.ts';

export interface Figure {
  /** null: of executions. */
  readonly requestName: string | null;
  readonly field: `${Statistic}Ms` | 'errorRatio' | 'throughputPerSecond' | 'checksRatio';
}

/** What runs have in common with many others, and is told of each. */
export interface TrendFacts {
  readonly framework: string;
  readonly frameworkVersion: string | null;
  readonly place: string;
  /** null: it was not looked at. */
  readonly hostFingerprint: string | null;
  readonly workflowHash: string;
  readonly planHash: string;
  /** The same of runs that measured the same. */
  readonly comparedHash: string;
}

export interface TrendRow {
  readonly runId: string;
  /** By which people call the run. */
  readonly number: number | null;
  readonly at: Date;
  /** null: nothing was measured, the run did not come to its planned end, its generator did not keep up, or results were lost. */
  readonly value: number | null;
  /** The percentile falls into those that had no end in time. */
  readonly atLeast: boolean;
  readonly verdict: Verdict | null;
  readonly facts: TrendFacts;
  readonly baseline: boolean;
}

/** The last so many that came here, in the order in which they were run. */
export async function trendRows(db: Db, organizationId: string, loadTestId: string, figure: Figure, last: number): Promise<TrendRow[]> {
  const columns = await newest(db, organizationId, loadTestId, figure, last);
  const { ids, numbers, times, values, atLeasts, verdicts, hashes } = columns;
  const first = new Map(hashes.map((hash, i) => [hash, ids[i] as string]));
  const [facts, pinned] = await Promise.all([factsOf(db, organizationId, [...first.values()]), pinnedBaseline(db, { organizationId, loadTestId })]);
  const rows = ids.flatMap((runId, i): TrendRow[] => {
    const found = facts.get(first.get(hashes[i] as string) as string);
    // Deleted since its figures were read.
    if (!found) return [];
    return [{ runId, number: numbers[i] ?? null, at: new Date(times[i] as number), value: values[i] ?? null, atLeast: atLeasts[i] as boolean, verdict: verdicts[i] ?? null, facts: found, baseline: runId === pinned?.runId }];
  });
  // Results may be brought long after they were measured, and later ones before them.
  return rows.reverse().sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** A column is one value: a driver takes many times as long for as many rows. */
async function newest(db: Db, organizationId: string, loadTestId: string, { requestName, field }: Figure, last: number) {
  const run = runFigure;
  const request = alias(runFigure, 'request');
  const of = requestName === null ? run : request;
  const rows = db
    .select({
      runId: run.runId,
      number: loadTestRun.number,
      at: sql`(extract(epoch from ${run.at}) * 1000)::float8`.as('ms'),
      value: sql`case when ${run.whole} then ${of[field]} end`.as('value'),
      atLeast: sql`${run.whole} and coalesce(${field} = any(${of.atLeast}), false)`.as('least'),
      verdict: run.verdict,
      factsHash: run.factsHash,
    })
    .from(run)
    .leftJoin(loadTestRun, eq(loadTestRun.id, run.runId))
    .leftJoin(request, requestName === null ? sql`false` : and(eq(request.runId, run.runId), eq(request.loadTestId, loadTestId), eq(request.kind, 'request'), eq(request.name, requestName)))
    .where(and(eq(run.organizationId, organizationId), eq(run.loadTestId, loadTestId), eq(run.kind, 'execution'), eq(run.name, '')))
    .orderBy(desc(run.createdAt), desc(run.runId))
    .limit(last)
    .as('newest');
  const all = <T>(column: SQL | SQL.Aliased | AnyPgColumn) => sql<T[]>`coalesce(json_agg(${column}), '[]')`;
  const [columns] = await db
    .select({ ids: all<string>(rows.runId), numbers: all<number | null>(rows.number), times: all<number>(rows.at), values: all<number | null>(rows.value), atLeasts: all<boolean>(rows.atLeast), verdicts: all<Verdict | null>(rows.verdict), hashes: all<string>(rows.factsHash) })
    .from(rows);
  if (!columns) throw new Error('no row of what is one in any case');
  return columns;
}

async function factsOf(db: Db, organizationId: string, runIds: readonly string[]): Promise<Map<string, TrendFacts>> {
  const { id, framework, frameworkVersion, place, hostFingerprint, workflowHash, planHash } = loadTestRun;
  const rows = await db
    .select({ id, framework, frameworkVersion, place, hostFingerprint, workflowHash, planHash, comparedHash: comparedHashOf })
    .from(loadTestRun)
    .where(and(eq(loadTestRun.organizationId, organizationId), inArray(id, [...runIds])));
  return new Map(rows.map(({ id, ...facts }) => [id, facts]));
}

/** A few are enough to tell how much runs of the same thing differ. */
const MOST_ALIKE = 20;

/** A figure of the last runs that were the same as this one in all that matters, its definition and machine too; this one and those of `except` are left out, and what is only known to be at least so much. */
export async function alikeFigures(db: Db, run: Run, { requestName, field }: Figure, except: readonly string[]): Promise<number[]> {
  if (run.loadTestId === null) return [];
  const [r, f] = [loadTestRun, runFigure];
  const same = <T>(column: AnyPgColumn, value: T | null) => (value === null ? isNull(column) : eq(column, value));
  const rows = await db
    .select({ value: f[field] })
    .from(f)
    .innerJoin(r, eq(r.id, f.runId))
    .where(
      and(
        eq(f.organizationId, run.organizationId),
        eq(f.loadTestId, run.loadTestId),
        eq(f.kind, requestName === null ? 'execution' : 'request'),
        eq(f.name, requestName ?? ''),
        f.whole,
        sql`not coalesce(${field} = any(${f.atLeast}), false)`,
        eq(r.framework, run.framework),
        eq(r.workflowHash, run.workflowHash),
        same(r.frameworkVersion, run.frameworkVersion),
        same(r.hostFingerprint, run.hostFingerprint),
        eq(r.place, run.place),
        sql`${comparedHashOf} = ${comparedHash(resolvePlan(run.plan), run.baselineWorkflowHash)}`,
        notInArray(f.runId, [run.id, ...except]),
      ),
    )
    .orderBy(desc(f.createdAt), desc(f.runId))
    .limit(MOST_ALIKE);
  return rows.flatMap(({ value }) => value ?? []);
}

const comparedHashOf = sql<string>`coalesce(${loadTestRun.comparedHash}, ${loadTestRun.planHash})`;
