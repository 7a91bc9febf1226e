/** What a run came to: its stored intervals folded, judged and written once. The same for a run that ended and an orphan. */
import type { Db } from '../db/client.ts';
import { type Fold, fold } from '../metrics/fold.ts';
import { rowsAfter, type StoredRow } from '../metrics/store.ts';
import { type EndFacts, requestSummaries, type Summary, summaryOf } from '../metrics/summary.ts';
import { areaUntil, type Load } from '../script/load.ts';
import { cutAt, type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import { assess } from '../verdict/assess.ts';
import { commonCause } from '../verdict/common-cause.ts';
import { judgedMs } from '../verdict/judge.ts';
import { shown } from '../workflow/shown.ts';
import type { Ending, GeneratorHealth, Run, RunResult } from './run.ts';
import { ENDING_CAUSES } from './state.ts';
import { changeRun, isolationOf, LostRun } from './store.ts';
import { type SurelyOptions, surely } from './surely.ts';
import { isLoopback } from './target.ts';

const MAX_MESSAGE = 1000;

/** What only the run's own process knows; an orphan has lost it. */
export interface EndNews extends Omit<EndFacts, 'iterationsStarted'> {
  /** null: the tool was ended before it could tell; then the last second knows best. */
  readonly iterationsStarted: number | null;
  readonly durationMs: number;
  readonly latenessP99Ms: number | null;
  /** Requests of further names, counted as `other`. */
  readonly requestsFolded: number;
}

export async function settle(db: Db, run: Run, owner: string, told: Ending, news: EndNews | null): Promise<Run> {
  // It may quote what a tool printed: a NUL or half a character pair in it would keep the run from being settled.
  const ending = { ...told, message: shown(told.message, MAX_MESSAGE) };
  const plan = resolvePlan(run.plan);
  const rows = await rowsAfter(db, run.organizationId, run.id, 0);
  const folded = fold(rows);
  const end = news ?? orphanNews(folded);
  const iterationsStarted = end.iterationsStarted ?? startedBy(rows, folded);
  const cutShort = ending.cause !== 'planned_end';
  const ran = partThatRan(plan, cutShort, end.durationMs);
  const assessment = assess(ran, folded, {
    cutShort,
    linesLost: end.linesLost + end.linesUnreadable > 0,
    inFlight: end.inFlightAtEnd ?? 0,
    interrupted: end.iterationsInterrupted,
    iterationsStarted,
    broken: ending.objective ?? null,
  });
  const cause = commonCause(folded, plan.plan.target.baseUrl);
  const facts: EndFacts = {
    iterationsStarted,
    iterationsDropped: end.iterationsDropped,
    iterationsInterrupted: end.iterationsInterrupted,
    inFlightAtEnd: end.inFlightAtEnd,
    linesUnreadable: end.linesUnreadable,
    linesLost: end.linesLost,
  };
  const steady = summaryOf(folded, 'steady', judgedMs(ran, 'steady'), plan, facts);
  const result: RunResult = {
    summary: summaryOf(folded, 'whole', end.durationMs, plan, facts),
    steady,
    objectives: assessment.objectives,
    verdictReasons: [...(cutShort ? [ending.message] : []), ...(cause ? [cause] : []), ...assessment.reasons],
    requests: requestSummaries(folded, 'whole', plan),
    generator: { ...healthOf(plan, rows, steady, end.latenessP99Ms), isolation: (await isolationOf(db, run)) ?? 'no process was started' },
  };
  const state = { to: ENDING_CAUSES[ending.cause], cause: ending.cause };
  return changeRun(db, run, owner, { state, settled: { ending, verdict: assessment.verdict, result, warnings: [...run.warnings, ...foldedWarning(end.requestsFolded)] } });
}

const foldedWarning = (requests: number): string[] => (requests > 0 ? [`There were more request names than are counted each: ${requests} requests of further names stand under "other".`] : []);

/** What was measured is per second of what ran, not of what was planned. A smoke test ends with its iterations. */
function partThatRan(plan: ResolvedPlan, cutShort: boolean, endedMs: number): ResolvedPlan {
  if (cutShort) return cutAt(plan, endedMs);
  return plan.load.maxIterations === null ? plan : { ...cutAt(plan, endedMs), plannedIterations: plan.plannedIterations };
}

function orphanNews(folded: Fold): EndNews {
  return {
    iterationsStarted: null,
    iterationsDropped: 0,
    iterationsInterrupted: 0,
    inFlightAtEnd: null,
    linesUnreadable: 0,
    linesLost: 0,
    durationMs: folded.seconds * 1000,
    latenessP99Ms: null,
    requestsFolded: 0,
  };
}

function startedBy(rows: readonly StoredRow[], folded: Fold): number {
  return rows.findLast((row) => row.gauges?.iterationsStarted != null)?.gauges?.iterationsStarted ?? folded.executions('whole').total;
}

function healthOf(plan: ResolvedPlan, rows: readonly StoredRow[], steady: Summary, told: number | null): Omit<GeneratorHealth, 'isolation'> {
  const gauges = rows.flatMap((row) => (row.gauges && (row.phase === 'steady' || plan.steady.length === 0) ? [row.gauges] : []));
  const cpu = gauges.flatMap((g) => (g.cpuRatio === null ? [] : [g.cpuRatio]));
  const memory = rows.flatMap((row) => (row.gauges?.memoryBytes == null ? [] : [row.gauges.memoryBytes]));
  const cpuRatio = cpu.length > 0 ? cpu.reduce((a, b) => a + b, 0) / cpu.length : null;
  // Without the lateness of each start: the worst of each steady second, and of those the 99th of 100.
  const lags = gauges.flatMap((g) => (g.lagMs === null ? [] : [g.lagMs])).sort((a, b) => a - b);
  const latenessP99Ms = told ?? lags[Math.ceil(0.99 * lags.length) - 1] ?? null;
  const reasons: string[] = [];
  // Lateness above 10 ms and 5 % of the median would stand in the numbers as if the target had been slow.
  const lateLimit = Math.max(10, 0.05 * (steady.latency?.p50Ms ?? 0));
  if (latenessP99Ms !== null && plan.load.model === 'open' && latenessP99Ms > lateLimit)
    reasons.push(`Starts were late by ${Math.round(latenessP99Ms)} ms (99 of 100 within), more than ${Math.round(lateLimit)} ms.`);
  if (cpuRatio !== null && cpuRatio > 0.8) reasons.push(`The generator used ${Math.round(cpuRatio * 100)} % of a core: it may have been the slow part.`);
  return {
    cpuRatio,
    memoryBytes: memory.length > 0 ? memory.reduce((most, bytes) => Math.max(most, bytes)) : null,
    achievedRatio: achievedOf(plan.load, plan.durationMs, plan.plannedIterations, rows, steady.iterationsStarted),
    latenessP99Ms,
    sameMachineAsTarget: isLoopback(new URL(plan.plan.target.baseUrl).hostname) ? true : null,
    saturated: reasons.length > 0,
    reasons,
  };
}

/** Started against planned iterations, or achieved against planned user-seconds. null where the tool told neither. */
function achievedOf(load: Load, durationMs: number, planned: number | null, rows: readonly StoredRow[], started: number): number | null {
  if (planned !== null) return planned > 0 ? started / planned : null;
  const users = new Map<number, number>();
  for (const row of rows) if (row.gauges?.users != null && row.second * 1000 < durationMs) users.set(row.second, row.gauges.users);
  const plannedArea = areaUntil(load, durationMs);
  if (users.size === 0 || plannedArea === 0) return null;
  return [...users.values()].reduce((a, b) => a + b, 0) / plannedArea;
}

/** Settles whatever happens: a database that is away is waited for, and a bug of ours ends as one. Never rejects. */
export async function settleSurely(db: Db, run: Run, owner: string, ending: Ending, news: EndNews | null, options: SurelyOptions): Promise<Run | null> {
  try {
    return await surely(() => settle(db, run, owner, ending, news), { ...options, tries: 4 });
  } catch (error) {
    if (error instanceof LostRun || options.lost.aborted) return null;
  }
  const failed: Ending = { cause: 'internal_error', message: 'The run ended, but its result could not be put together. The server log says why.', exitCode: ending.exitCode };
  try {
    return await surely(() => changeRun(db, run, owner, { state: { to: 'crashed', cause: failed.cause }, settled: { ending: failed, verdict: 'not_evaluated', result: null } }), options);
  } catch {
    return null; // told already; the lease runs out, and whoever comes next settles the run as an orphan
  }
}
