/** What a run, or its steady part, comes to. Every number from our own counts and histograms. */
import { OUTCOMES, type Outcome } from '../samples/sample.ts';
import type { During, Fold, Tally } from './fold.ts';

export interface Latency {
  /** Successes and censored ones. */
  readonly count: number;
  /** Timed out, or in flight at the end: slower than all others, by how much is not known. */
  readonly censored: number;
  /** Fields whose rank falls into the censored ones: read them as "at least". */
  readonly atLeast: readonly string[];
  readonly minMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface FailureClass {
  readonly class: Outcome;
  readonly count: number;
  readonly example: string | null;
}

export interface Summary {
  readonly executions: number;
  readonly failedExecutions: number;
  /** null without executions: no error ratio is not an error ratio of 0. */
  readonly errorRatio: number | null;
  readonly throughputPerSecond: number;
  readonly requests: number;
  readonly failedRequests: number;
  readonly requestRatePerSecond: number;
  readonly durationMs: number;
  readonly iterationsStarted: number;
  readonly iterationsDropped: number;
  readonly iterationsInterrupted: number;
  /** null where it is not known: the tool was killed. */
  readonly inFlightAtEnd: number | null;
  readonly newConnections: number | null;
  readonly checksPassed: number;
  readonly checksFailed: number;
  readonly linesUnreadable: number;
  readonly linesLost: number;
  readonly latency: Latency | null;
}

export interface RequestSummary {
  readonly name: string;
  readonly requests: number;
  readonly failed: number;
  readonly errorRatio: number | null;
  readonly latency: Latency | null;
  readonly failures: readonly FailureClass[];
}

/** What a censored value is at least: the plan's request timeout, and its poll deadline. */
export interface Least {
  readonly requestTimeoutMs: number;
  readonly polling: { readonly deadlineMs: number } | null;
}

/** What the end of the run told, beside the intervals. */
export interface EndFacts {
  readonly iterationsStarted: number;
  readonly iterationsDropped: number;
  readonly iterationsInterrupted: number;
  readonly inFlightAtEnd: number | null;
  readonly linesUnreadable: number;
  readonly linesLost: number;
}

/** `durationMs`: of the part that is summed up. */
export function summaryOf(fold: Fold, during: During, durationMs: number, least: Least, end: EndFacts): Summary {
  const executions = fold.executions(during);
  const requests = fold.requests(during);
  const seconds = durationMs / 1000;
  const rate = (count: number) => (seconds > 0 ? count / seconds : 0);
  const unfinished = during === 'whole' ? end.iterationsInterrupted : 0;
  return {
    executions: executions.total,
    failedExecutions: executions.failed,
    errorRatio: ratio(executions),
    throughputPerSecond: rate(executions.total - executions.failed),
    requests: requests.total,
    failedRequests: requests.failed,
    requestRatePerSecond: rate(requests.total),
    durationMs: Math.round(durationMs),
    ...end,
    newConnections: requests.newConnections,
    checksPassed: requests.checksPassed,
    checksFailed: requests.checksFailed,
    latency: latencyOf(executions, least, unfinished),
  };
}

export function requestSummaries(fold: Fold, during: During, least: Least): RequestSummary[] {
  return fold.names.map((name) => {
    const tally = fold.requests(during, name);
    return { name, requests: tally.total, failed: tally.failed, errorRatio: ratio(tally), latency: latencyOf(tally, least, 0), failures: failuresOf(tally) };
  });
}

export function failuresOf({ counts, examples }: Pick<Tally, 'counts' | 'examples'>): FailureClass[] {
  return (Object.entries(counts) as [Outcome, number][])
    .filter(([outcome, count]) => outcome !== 'ok' && count > 0)
    .map(([outcome, count]) => ({ class: outcome, count, example: examples[outcome] ?? null }))
    // Of equals always the same one first: the table keeps no order of them.
    .sort((a, b) => b.count - a.count || OUTCOMES.indexOf(a.class) - OUTCOMES.indexOf(b.class));
}

/** Ascending. */
const PERCENTILES = { p50Ms: 500, p90Ms: 900, p95Ms: 950, p99Ms: 990, p999Ms: 999 } as const;

/**
 * Nearest rank over successes and censored ones. A rank that falls into the censored ones reads the least that they took (the
 * request timeout, or the poll deadline) and is named in `atLeast`. The mean counts each with that, and what was in flight with nothing:
 * so it is a lower bound whatever they took.
 */
export function latencyOf(tally: Pick<Tally, 'latency' | 'counts'>, least: Least, unfinished: number): Latency | null {
  const { latency } = tally;
  const { timeout = 0, poll_deadline: late = 0 } = tally.counts;
  const censored = timeout + late + unfinished;
  const count = latency.count + censored;
  if (count === 0) return null;
  const floorMs = Math.max(latency.maxMicros / 1000, leastOf(least, timeout, late));
  const atLeast: string[] = [];
  const ranks = Object.values(PERCENTILES).map((perMille) => Math.max(1, Math.ceil((perMille * count) / 1000)));
  const known = latency.atRanks(ranks.filter((rank) => rank <= latency.count));
  const percentiles = Object.fromEntries(
    Object.keys(PERCENTILES).map((field, i) => {
      const micros = known[i];
      if (micros === undefined) atLeast.push(field);
      return [field, micros === undefined ? floorMs : micros / 1000];
    }),
  ) as Record<keyof typeof PERCENTILES, number>;
  if (censored > 0) atLeast.push('maxMs', 'meanMs');
  if (latency.count === 0) atLeast.push('minMs');
  return {
    count,
    censored,
    atLeast,
    minMs: latency.count > 0 ? latency.minMicros / 1000 : floorMs,
    meanMs: (latency.sumMicros / 1000 + timeout * least.requestTimeoutMs + late * (least.polling?.deadlineMs ?? 0)) / count,
    ...percentiles,
    maxMs: floorMs,
  };
}

/** The least that all of them surely took. */
function leastOf({ requestTimeoutMs, polling }: Least, timeouts: number, late: number): number {
  const known = [...(timeouts > 0 ? [requestTimeoutMs] : []), ...(late > 0 && polling ? [polling.deadlineMs] : [])];
  return known.length > 0 ? Math.min(...known) : 0;
}

function ratio({ total, failed }: Tally): number | null {
  return total > 0 ? failed / total : null;
}
