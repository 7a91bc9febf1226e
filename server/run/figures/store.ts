/** The figures of a run, in `run_figure`: written once, with what settles it. */
import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { runFigure } from '../../db/tables.ts';
import type { Figures, RequestFigures } from '../figures.ts';
import type { Run } from '../run.ts';

const { p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs, meanMs, errorRatio, throughputPerSecond, checksRatio, atLeast } = getTableColumns(runFigure);
const NUMBERS = { p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs, meanMs, errorRatio, throughputPerSecond, checksRatio };
const MEASURED = { ...NUMBERS, atLeast };

const named = (names: readonly string[]): SQL => sql.join(names.map((name) => sql.identifier(name)), sql`, `);

/**
 * Inserts them, within a statement of the caller. A run of no saved test has none; one that was settled without any has a row of executions, for a trend shows that it was run.
 * @param changed the name of what gives the row of the run as it is now, where there is one
 * @param isWhole it came to its planned end
 */
export function figuresInserted(changed: string, figures: Figures | null, isWhole: boolean): SQL {
  const requests = Object.entries(figures?.requests ?? {}).map(([name, of]) => ({ kind: 'request', name, ...of }));
  const rows = [{ kind: 'execution', name: '', ...figures?.executions }, ...requests];
  const run = sql.identifier(changed);
  const read = sql.join([...Object.keys(NUMBERS).map((key) => sql`${sql.identifier(key)} float8`), sql`"atLeast" text[]`], sql`, `);
  return sql`insert into ${runFigure} (organization_id, run_id, load_test_id, created_at, at, verdict, facts_hash, whole, kind, name, ${named(Object.values(MEASURED).map(({ name }) => name))})
    select ${run}.organization_id, ${run}.id, ${run}.load_test_id, ${run}.created_at, coalesce(${run}.started_at, ${run}.created_at), ${run}.verdict,
      md5(json_build_array(${run}.framework, ${run}.framework_version, ${run}.place, ${run}.host_fingerprint, ${run}.workflow_hash, ${run}.plan_hash, ${run}.compared_hash)::text)::uuid,
      ${isWhole && figures?.usable !== false}::boolean, kind, name, ${named(Object.keys(MEASURED))}
    from ${run}, jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as figures (kind text, name text, ${read}) where ${run}.load_test_id is not null`;
}

/** What was measured of the steady part. */
export interface Measured {
  readonly executions: RequestFigures & Pick<Figures['executions'], 'throughputPerSecond' | 'checksRatio'>;
  readonly requests: Readonly<Record<string, RequestFigures>>;
}

/** null: it is of no saved test, or not settled. */
export async function figuresOfRun(db: Db, { organizationId, id }: Pick<Run, 'organizationId' | 'id'>): Promise<Measured | null> {
  const rows = await db
    .select({ kind: runFigure.kind, name: runFigure.name, ...MEASURED })
    .from(runFigure)
    .where(and(eq(runFigure.organizationId, organizationId), eq(runFigure.runId, id)));
  const executions = rows.find(({ kind }) => kind === 'execution');
  return executions ? { executions, requests: Object.fromEntries(rows.filter(({ kind }) => kind === 'request').map((row) => [row.name, row])) } : null;
}
