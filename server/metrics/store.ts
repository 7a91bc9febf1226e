/** Interval rows in `performance_metric`. */
import { setImmediate } from 'node:timers/promises';
import { and, asc, eq, getTableColumns, gt, gte, inArray, lt, lte, max, min, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { performanceMetric } from '../db/tables.ts';
import type { Phase, SampleKind } from '../samples/sample.ts';
import type { Window } from '../script/load.ts';
import { beginOf } from './fold-tens.ts';
import { gaugesIn, lengthOf, packed, unpacked } from './folded.ts';
import type { Batch, IntervalRow } from './interval.ts';

export interface StoredRow extends IntervalRow {
  readonly sequence: number;
  readonly at: Date;
}

/** As they were stored, and within a batch always the same: of two values for one second the later one counts. */
export const STORED_ORDER = [performanceMetric.sequence, performanceMetric.second, performanceMetric.kind, performanceMetric.phase, performanceMetric.name].map((column) => asc(column));

/** The rows of a batch as those of a table, within a statement of the caller. */
export function batchRows(organizationId: string, runId: string, startedAt: Date, { sequence, rows }: Batch): SQL {
  return tableOf(organizationId, runId, rows.map((row) => ({ ...row, sequence, at: new Date(startedAt.getTime() + row.second * 1000) })));
}

/** Rows as those of a table: all of them in one text, so that one statement is enough for any number. */
export function tableOf(organizationId: string, runId: string, rows: readonly StoredRow[]): SQL {
  const columns = getTableColumns(performanceMetric);
  const values = rows.map((row) => ({
    organizationId,
    runId,
    at: row.at.toISOString(),
    second: row.second,
    phase: row.phase,
    kind: row.kind,
    name: row.name.toWellFormed(),
    shard: row.shard,
    sequence: row.sequence,
    counts: row.counts,
    latencyCount: row.latency?.count ?? 0,
    latencySumMicros: row.latency?.sumMicros ?? null,
    latencyMinMicros: row.latency?.minMicros ?? null,
    latencyMaxMicros: row.latency?.maxMicros ?? null,
    histogram: row.latency?.histogram ?? null,
    slower: row.slower,
    newConnections: row.newConnections,
    checksPassed: row.checksPassed,
    checksFailed: row.checksFailed,
    examples: row.examples,
    users: row.gauges?.users ?? null,
    inFlight: row.gauges?.inFlight ?? null,
    iterationsStarted: row.gauges?.iterationsStarted ?? null,
    dropped: row.gauges?.dropped ?? null,
    lagMs: row.gauges?.lagMs ?? null,
    cpuRatio: row.gauges?.cpuRatio ?? null,
    memoryBytes: row.gauges?.memoryBytes ?? null,
    wholeRun: gaugesIn([row]).length > 0,
    seconds: lengthOf(row),
    eachSecond: row.folded ? packed(row.folded, row.second) : null,
  }) satisfies Record<keyof typeof columns, unknown>);
  const named = values.map((value) => Object.fromEntries(Object.entries(value).map(([key, each]) => [columns[key as keyof typeof columns].name, each])));
  return sql`jsonb_populate_recordset(null::${performanceMetric}, ${JSON.stringify(named)}::text::jsonb)`;
}

/** Batches whose rows are in memory together: of 200 names as many as are read within a part of a second. */
export const BATCHES_AT_ONCE = 20;

/** All rows of a run stored after a sequence, in the order they were stored, some batches at a time: all rows of a long run do not fit into memory. */
export async function* rowsAfterInParts(db: Db, organizationId: string, runId: string, sequence: number): AsyncGenerator<StoredRow[]> {
  for await (const ofBatches of batchesAfter(db, organizationId, runId, sequence)) {
    const rows = await db
      .select()
      .from(performanceMetric)
      .where(ofBatches)
      .orderBy(...STORED_ORDER);
    yield rows.map(fromRow);
  }
}

/** Whom rows tell of: executions, whose name is empty, or the requests of a name. */
export type Subject = Pick<IntervalRow, 'kind' | 'name'>;

export type SubjectRow = Subject & Pick<IntervalRow, 'second' | 'counts' | 'latency' | 'folded'>;

/** What rows tell of these subjects, and perhaps of others, in one phase of a run: counts and latencies alone, in the order they were stored. */
export async function* subjectRowsInParts(db: Db, organizationId: string, runId: string, phase: Phase, subjects: readonly Subject[]): AsyncGenerator<SubjectRow[]> {
  const { second, kind, name, counts, latencyCount, latencySumMicros, latencyMinMicros, latencyMaxMicros, histogram, seconds, eachSecond } = performanceMetric;
  const isAsked = and(eq(performanceMetric.phase, phase), inArray(kind, [...new Set(subjects.map((subject) => subject.kind))]), inArray(name, [...new Set(subjects.map((subject) => subject.name))]));
  for await (const ofBatches of batchesAfter(db, organizationId, runId, 0)) {
    const rows = await db
      .select({ second, kind, name, counts, latencyCount, latencySumMicros, latencyMinMicros, latencyMaxMicros, histogram, seconds, eachSecond })
      .from(performanceMetric)
      .where(and(ofBatches, isAsked))
      .orderBy(...STORED_ORDER);
    yield rows.map((row) => ({ second: row.second, kind: row.kind as SampleKind, name: row.name, counts: row.counts as IntervalRow['counts'], latency: latencyFrom(row), ...foldedFrom(row) }));
  }
}

async function* batchesAfter(db: Db, organizationId: string, runId: string, sequence: number): AsyncGenerator<SQL | undefined> {
  const ofRun = and(eq(performanceMetric.organizationId, organizationId), eq(performanceMetric.runId, runId));
  const [head] = await db.select({ sequence: max(performanceMetric.sequence) }).from(performanceMetric).where(ofRun);
  const last = head?.sequence ?? 0;
  for (let from = sequence; from < last; from += BATCHES_AT_ONCE) {
    yield and(ofRun, gt(performanceMetric.sequence, from), lte(performanceMetric.sequence, from + BATCHES_AT_ONCE));
    // Whoever comes in between is not kept waiting for all of them: an embedded database answers without leaving the turn.
    await setImmediate();
  }
}

/** Seconds whose rows are in memory together. */
const SECONDS_AT_ONCE = 20;

/**
 * All rows of a run in the order of its seconds, each second as a whole, and each once: it may be folded in between, but no folded row goes across the end of a part.
 * @param steady of its plan
 */
export async function* secondsInParts(db: Db, organizationId: string, runId: string, steady: readonly Window[]): AsyncGenerator<StoredRow[]> {
  const ofRun = and(eq(performanceMetric.organizationId, organizationId), eq(performanceMetric.runId, runId));
  const { at, second } = performanceMetric;
  const [span] = await db.select({ at: min(at), first: min(second), last: max(second) }).from(performanceMetric).where(ofRun);
  if (!span?.at || span.first === null || span.last === null) return;
  const zeroMs = span.at.getTime() - span.first * 1000;
  for (let from = span.first, until: number; from <= span.last; from = until) {
    until = beginOf(from + SECONDS_AT_ONCE, steady);
    const rows = await db
      .select()
      .from(performanceMetric)
      .where(and(ofRun, gte(at, new Date(zeroMs + from * 1000)), lt(at, new Date(zeroMs + until * 1000))))
      .orderBy(...STORED_ORDER);
    yield rows.map(fromRow);
    await setImmediate();
  }
}

/** The rows of executions: one for each second, with its gauges, and a few more. */
export async function executionRows(db: Db, organizationId: string, runId: string): Promise<StoredRow[]> {
  const rows = await db
    .select()
    .from(performanceMetric)
    .where(and(eq(performanceMetric.organizationId, organizationId), eq(performanceMetric.runId, runId), eq(performanceMetric.kind, 'execution')))
    .orderBy(...STORED_ORDER);
  return rows.map(fromRow);
}

export function fromRow(row: typeof performanceMetric.$inferSelect): StoredRow {
  return {
    at: row.at,
    sequence: row.sequence,
    second: row.second,
    phase: row.phase as Phase,
    kind: row.kind as SampleKind,
    name: row.name,
    shard: row.shard,
    counts: row.counts as IntervalRow['counts'],
    latency: latencyFrom(row),
    slower: row.slower as readonly number[],
    newConnections: row.newConnections,
    checksPassed: row.checksPassed,
    checksFailed: row.checksFailed,
    examples: row.examples as IntervalRow['examples'],
    gauges: row.wholeRun && row.eachSecond === null
      ? {
          users: row.users,
          inFlight: row.inFlight,
          iterationsStarted: row.iterationsStarted,
          dropped: row.dropped,
          lagMs: row.lagMs,
          cpuRatio: row.cpuRatio,
          memoryBytes: row.memoryBytes,
        }
      : null,
    ...foldedFrom(row),
  };
}

type LatencyColumns = 'latencyCount' | 'latencySumMicros' | 'latencyMinMicros' | 'latencyMaxMicros' | 'histogram';

function latencyFrom({ latencyCount, latencySumMicros, latencyMinMicros, latencyMaxMicros, histogram }: Pick<typeof performanceMetric.$inferSelect, LatencyColumns>): IntervalRow['latency'] {
  const hasLatency = latencySumMicros !== null && latencyMinMicros !== null && latencyMaxMicros !== null && histogram !== null;
  return hasLatency ? { count: latencyCount, sumMicros: latencySumMicros, minMicros: latencyMinMicros, maxMicros: latencyMaxMicros, histogram } : null;
}

function foldedFrom({ second, seconds, eachSecond }: Pick<typeof performanceMetric.$inferSelect, 'second' | 'seconds' | 'eachSecond'>): Pick<IntervalRow, 'folded'> {
  return eachSecond === null ? {} : { folded: unpacked(eachSecond, second, seconds) };
}
