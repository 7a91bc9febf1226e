/**
 * What the points of a run are drawn from, in `performance_metric`: whole rows of what is drawn, and of all other requests no more than how
 * many there were. Some seconds at a time: of a long run with many names not even one of these fits into memory with all its histograms.
 */
import { setImmediate } from 'node:timers/promises';
import { and, asc, eq, gt, gte, inArray, lt, max, min, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { performanceMetric } from '../../db/tables.ts';
import type { Outcome } from '../../samples/sample.ts';
import { fromRow, STORED_ORDER, type StoredRow } from '../store.ts';

export interface Drawn {
  readonly organizationId: string;
  readonly runId: string;
  /** null: executions. */
  readonly requestName: string | null;
}

/** Seconds that are read together, each as a whole. */
export const SECONDS_AT_ONCE = 100;

const ofRun = ({ organizationId, runId }: Pick<Drawn, 'organizationId' | 'runId'>) => and(eq(performanceMetric.organizationId, organizationId), eq(performanceMetric.runId, runId));

/** All seconds, in order. */
export async function* drawnInParts(db: Db, what: Drawn): AsyncGenerator<StoredRow[]> {
  const [span] = await db.select({ first: min(performanceMetric.at), last: max(performanceMetric.at) }).from(performanceMetric).where(ofRun(what));
  if (!span?.first || !span.last) return;
  const stepMs = SECONDS_AT_ONCE * 1000;
  for (let from = span.first.getTime(); from <= span.last.getTime(); from += stepMs) yield await drawn(db, what, and(gte(performanceMetric.at, new Date(from)), lt(performanceMetric.at, new Date(from + stepMs))));
}

/** The seconds that begin at these moments. */
export async function* drawnAt(db: Db, what: Drawn, moments: readonly Date[]): AsyncGenerator<StoredRow[]> {
  for (let from = 0; from < moments.length; from += SECONDS_AT_ONCE) yield await drawn(db, what, inArray(performanceMetric.at, moments.slice(from, from + SECONDS_AT_ONCE)));
}

/** The beginnings of all seconds that something was added to after a sequence, in order. */
export async function momentsAfter(db: Db, what: Pick<Drawn, 'organizationId' | 'runId'>, sequence: number): Promise<Date[]> {
  const rows = await db
    .selectDistinct({ at: performanceMetric.at })
    .from(performanceMetric)
    .where(and(ofRun(what), gt(performanceMetric.sequence, sequence)))
    .orderBy(asc(performanceMetric.at));
  return rows.map(({ at }) => at);
}

async function drawn(db: Db, what: Drawn, when: SQL | undefined): Promise<StoredRow[]> {
  const { requestName } = what;
  const isWhole = requestName === null ? eq(performanceMetric.kind, 'execution') : or(eq(performanceMetric.kind, 'execution'), eq(performanceMetric.name, requestName));
  const isOther = and(eq(performanceMetric.kind, 'request'), requestName === null ? undefined : ne(performanceMetric.name, requestName));
  const whole = await db
    .select()
    .from(performanceMetric)
    .where(and(ofRun(what), when, isWhole))
    .orderBy(...STORED_ORDER);
  const others = await db
    .select({ at: performanceMetric.at, second: performanceMetric.second, sequence: max(performanceMetric.sequence), outcome: sql<Outcome>`outcome`, number: sql<number>`sum(number::int)`.mapWith(Number) })
    .from(performanceMetric)
    .crossJoinLateral(sql`jsonb_each_text(${performanceMetric.counts}) as counted(outcome, number)`)
    .where(and(ofRun(what), when, isOther))
    .groupBy(performanceMetric.at, performanceMetric.second, sql`outcome`)
    .orderBy(asc(performanceMetric.at), sql`outcome`);
  // Whoever comes between two parts is not kept waiting for all of them: an embedded database answers without leaving the turn.
  await setImmediate();
  return [...whole.map(fromRow), ...others.map(({ sequence, outcome, number, ...second }) => ({ ...NOTHING_ELSE, ...second, sequence: sequence ?? 0, counts: { [outcome]: number } }))];
}

/** No request is called so. */
const OTHERS = '\u0000';
const NOTHING_ELSE = { kind: 'request', name: OTHERS, phase: 'steady', shard: 0, latency: null, slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: null } as const;
