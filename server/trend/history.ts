/** How a number of a test went from run to run, and where its level moved. Computed on read: nothing of it is stored. */
import type { Context } from '../context.ts';
import { invalidInput, notFound } from '../refusal.ts';
import { STATISTICS, type Statistic } from '../script/plan.ts';
import { loadTestName } from '../script/store.ts';
import { numeral } from '../words/numeral.ts';
import { isUnfit } from './change.ts';
import { type Figure, type TrendFacts, type TrendRow, trendRows } from './figures/store.ts';
import { type ChangePoint as Moved, type Scale, trendOf } from './trend.ts';

export interface TrendInput {
  readonly loadTestId: string;
  readonly metric: string;
  readonly statistic: string | null;
  readonly requestName: string | null;
  /** How many runs; default 1,000. */
  readonly last: number | null;
}

export interface ChangePoint extends Omit<Moved, 'index'> {
  /** The first run of the new level. */
  readonly run: TrendRow;
}

export interface TrendPoint extends TrendRow {
  /** Runs of the same framework, plan, place and machine have the same: 0 for that of the first point, then in the order in which they first appear. */
  readonly series: number;
}

export interface Trend {
  readonly points: readonly TrendPoint[];
  readonly changePoints: readonly ChangePoint[];
  /** Why none can be told of; null: they could be. */
  readonly reason: string | null;
}

const DEFAULT_LAST = 1000;
const MOST = 10_000;

export async function trend(ctx: Context, input: TrendInput): Promise<Trend> {
  const { figure, scale } = figureOf(input);
  const last = input.last ?? DEFAULT_LAST;
  if (!Number.isInteger(last) || last < 1 || last > MOST) throw invalidInput('last', `Give a number of runs from 1 to ${numeral(MOST)}.`);
  if ((await loadTestName(ctx.db, ctx.viewer.organizationId, input.loadTestId)) === null) throw notFound('load test');
  return trendOfRows(await trendRows(ctx.db, ctx.viewer.organizationId, input.loadTestId, figure, last), scale);
}

/** Runs of another plan, framework, place or machine are points of the same drawing, but no news about the level. Pure. */
export function trendOfRows(rows: readonly TrendRow[], scale: Scale): Trend {
  const numberOf = seriesOf(rows);
  const points = rows.map((row) => ({ ...row, series: numberOf(row.facts) }));
  const series = [...Map.groupBy(points, ({ series }) => series).values()];
  const trends = series.map((runs) => ({ runs, found: trendOf(runs.map(({ value }) => value), scale) }));
  const latest = trends[points.at(-1)?.series ?? 0]?.found ?? trendOf([], scale);
  const changePoints = trends
    .flatMap(({ runs, found }) => (isUnfit(found) ? [] : found.changePoints.map(({ index, ...moved }) => ({ ...moved, run: runs[index] as TrendPoint }))))
    .sort((a, b) => a.run.at.getTime() - b.run.at.getTime());
  return { points, changePoints, reason: isUnfit(latest) ? latest.reason : null };
}

/** Runs share what they have in common: it is looked at once. */
function seriesOf(rows: readonly TrendRow[]): (facts: TrendFacts) => number {
  const numbers = new Map<string, number>();
  const known = new Map<TrendFacts, number>();
  for (const { facts } of rows) {
    if (known.has(facts)) continue;
    const { comparedHash, framework, place, hostFingerprint } = facts;
    const key = JSON.stringify([framework, comparedHash, place, hostFingerprint]);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    known.set(facts, number);
  }
  return (facts) => known.get(facts) as number;
}

/** Which of the figures of a run it is, and on which scale it moves. */
function figureOf({ metric, statistic, requestName }: TrendInput): { readonly figure: Figure; readonly scale: Scale } {
  if (requestName?.includes('\0')) throw invalidInput('requestName', 'No request has a name with a NUL character.');
  if (metric === 'latency') {
    if (!isStatistic(statistic)) throw invalidInput('statistic', `Give one of ${STATISTICS.join(', ')}.`);
    return { figure: { requestName, field: `${statistic}Ms` }, scale: 'ratio' };
  }
  if (statistic !== null) throw invalidInput('statistic', 'Only latency has a statistic.');
  if (metric === 'error_ratio') return { figure: { requestName, field: 'errorRatio' }, scale: 'points' };
  if (requestName !== null) throw invalidInput('requestName', 'Throughput and checks are of executions.');
  if (metric === 'throughput') return { figure: { requestName, field: 'throughputPerSecond' }, scale: 'ratio' };
  if (metric === 'checks_ratio') return { figure: { requestName, field: 'checksRatio' }, scale: 'points' };
  throw invalidInput('metric', 'Give latency, error_ratio, throughput or checks_ratio.');
}

const isStatistic = (name: string | null): name is Statistic => STATISTICS.includes(name as Statistic);
