/** How a number of a test went from run to run, and where its level moved. Computed on read: nothing of it is stored. */
import type { Context } from '../context.ts';
import { invalidInput, notFound } from '../refusal.ts';
import { STATISTICS, type Statistic } from '../script/plan.ts';
import { loadTestName } from '../script/store.ts';
import { isUnfit } from './change.ts';
import { type FigurePath, type TrendRow, trendRows } from './figures/store.ts';
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
  const { path, scale } = figureOf(input);
  const last = input.last ?? DEFAULT_LAST;
  if (!Number.isInteger(last) || last < 1 || last > MOST) throw invalidInput('last', `Give a number of runs from 1 to ${MOST.toLocaleString('en')}.`);
  if ((await loadTestName(ctx.db, ctx.viewer.organizationId, input.loadTestId)) === null) throw notFound('load test');
  return trendOfRows(await trendRows(ctx.db, ctx.viewer.organizationId, input.loadTestId, path, last), scale);
}

/** Runs of another plan, framework, place or machine are points of the same drawing, but no news about the level. Pure. */
export function trendOfRows(rows: readonly TrendRow[], scale: Scale): Trend {
  const series = [...Map.groupBy(rows, ({ comparedHash, framework, place, hostFingerprint }) => JSON.stringify([framework, comparedHash, place, hostFingerprint])).values()];
  const numbers = new Map(series.flatMap((runs, number) => runs.map((run) => [run, number])));
  const points = rows.map((run) => ({ ...run, series: numbers.get(run) as number }));
  const trends = series.map((runs) => ({ runs, found: trendOf(runs.map(({ value }) => value), scale) }));
  const latest = trends[points.at(-1)?.series ?? 0]?.found ?? trendOf([], scale);
  const changePoints = trends
    .flatMap(({ runs, found }) => (isUnfit(found) ? [] : found.changePoints.map(({ index, ...moved }) => ({ ...moved, run: runs[index] as TrendRow }))))
    .sort((a, b) => a.run.at.getTime() - b.run.at.getTime());
  return { points, changePoints, reason: isUnfit(latest) ? latest.reason : null };
}

/** Where it stands among the figures of a run, and on which scale it moves. */
function figureOf({ metric, statistic, requestName }: TrendInput): { readonly path: FigurePath; readonly scale: Scale } {
  const place = requestName === null ? ['executions'] : ['requests', requestName];
  if (requestName?.includes('\0')) throw invalidInput('requestName', 'No request has a name with a NUL character.');
  if (metric === 'latency') {
    if (statistic === null || !STATISTICS.includes(statistic as Statistic)) throw invalidInput('statistic', `Give one of ${STATISTICS.join(', ')}.`);
    return { path: [...place, `${statistic}Ms`], scale: 'ratio' };
  }
  if (statistic !== null) throw invalidInput('statistic', 'Only latency has a statistic.');
  if (metric === 'error_ratio') return { path: [...place, 'errorRatio'], scale: 'points' };
  if (requestName !== null) throw invalidInput('requestName', 'Throughput and checks are of executions.');
  if (metric === 'throughput') return { path: [...place, 'throughputPerSecond'], scale: 'ratio' };
  if (metric === 'checks_ratio') return { path: [...place, 'checksRatio'], scale: 'points' };
  throw invalidInput('metric', 'Give latency, error_ratio, throughput or checks_ratio.');
}
