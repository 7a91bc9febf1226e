/** The few numbers of a run that its trend is drawn of: of the steady part, per request name. Pure. */
import type { Told, ToldNumber, ToldStatistic, Totals } from '../../templates/results.ts';
import type { Latency, RequestSummary, Summary } from '../metrics/summary.ts';
import { comparedHash } from '../script/compared.ts';
import type { ResolvedPlan } from '../script/resolve.ts';

/** Absent or null: nothing was measured. */
export type LatencyFigures = { readonly [Field in 'p50Ms' | 'p90Ms' | 'p95Ms' | 'p99Ms' | 'p999Ms' | 'maxMs' | 'meanMs']?: number | null } & { readonly atLeast?: readonly string[] | null };

export interface RequestFigures extends LatencyFigures {
  readonly errorRatio: number | null;
}

export interface Figures {
  /** Of runs that measured the same. */
  readonly comparedHash: string;
  /** false: the generator did not keep up, or results were lost; left out: they are worth what they say. */
  readonly usable?: false;
  readonly executions: RequestFigures & { readonly throughputPerSecond: number | null; readonly checksRatio: number | null };
  readonly requests: Readonly<Record<string, RequestFigures>>;
}

/** @param requests of the steady part, too. @param isUsable false: the generator did not keep up, or results were lost */
export function figuresOf(plan: ResolvedPlan, alternatesWith: string | null, steady: Summary, requests: readonly RequestSummary[], isUsable: boolean): Figures {
  const checks = steady.checksPassed + steady.checksFailed;
  return {
    comparedHash: comparedHash(plan, alternatesWith),
    ...(isUsable ? {} : { usable: false }),
    executions: {
      ...latencyFigures(steady.latency),
      errorRatio: steady.errorRatio,
      throughputPerSecond: steady.executions > 0 ? steady.throughputPerSecond : null,
      checksRatio: checks > 0 ? steady.checksPassed / checks : null,
    },
    requests: Object.fromEntries(requests.filter((request) => request.requests > 0).map((request) => [request.name, { ...latencyFigures(request.latency), errorRatio: request.errorRatio }])),
  };
}

function latencyFigures(latency: Latency | null): LatencyFigures {
  if (latency === null) return {};
  const { p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs, meanMs, atLeast } = latency;
  return { p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs, meanMs, ...(atLeast.length > 0 ? { atLeast } : {}) };
}

/** What a tool tells of a whole run, warm-up and all: no run of which the steady part is known is compared with it. */
export function figuresOfTold(plan: ResolvedPlan, { requests, durationMs }: Totals, executions: Told | null): Figures {
  const succeeded = executions?.requests != null && executions.failed !== null ? executions.requests - executions.failed : null;
  return {
    comparedHash: comparedHash(plan, 'totals'),
    executions: { ...toldFigures(executions), throughputPerSecond: succeeded !== null && durationMs ? (succeeded * 1000) / durationMs : null, checksRatio: null },
    requests: Object.fromEntries(requests.map((request) => [request.name, toldFigures(request)])),
  };
}

function toldFigures(told: Told | null): RequestFigures {
  if (told === null) return { errorRatio: null };
  const { requests, failed, latency } = told;
  const numbers = (Object.entries(latency) as [ToldStatistic, ToldNumber][]).filter(([statistic]) => statistic !== 'min').map(([statistic, { value }]) => [`${statistic}Ms`, value]);
  return { ...(Object.fromEntries(numbers) as LatencyFigures), errorRatio: requests === null || failed === null || requests === 0 ? null : failed / requests };
}
