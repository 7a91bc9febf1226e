/** What a run came to: its stored intervals folded, judged and written once. The same for a run that ended and an orphan. */
import type { Db } from '../db/client.ts';
import type { Fold, Tally } from '../metrics/fold.ts';
import { executionRows, type StoredRow } from '../metrics/store.ts';
import { type EndFacts, latencyOf, requestSummaries, type Summary, summaryOf } from '../metrics/summary.ts';
import { type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import { assess } from '../verdict/assess.ts';
import { type Grounds, partThatRan, reasonsOf } from '../verdict/grounds.ts';
import { judgedMs, type RunFacts, unfinishedOf } from '../verdict/judge.ts';
import { type Achieved, achievedOf, missedLoad } from '../verdict/missed-load.ts';
import { shown } from '../workflow/shown.ts';
import { pinnedRun } from './baseline/store.ts';
import { clockWarnings } from './clock-watch.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type Floor, floorOf, floorReasons } from './floor.ts';
import { type Health, healthOf, keptUp } from './health.ts';
import { heldTo } from './held-to.ts';
import { type EndNews, orphanNews } from './news.ts';
import { LostRun } from './ownership/lost-run.ts';
import { changeRun } from './row/store.ts';
import { type SurelyOptions, surely } from './row/surely.ts';
import type { Ending, GeneratorHealth, Run, RunProcess, RunResult } from './run.ts';
import { SoFar } from './so-far.ts';
import { ENDING_CAUSES } from './state.ts';
import { processOfRun } from './store.ts';
import { isLoopback } from './target/allowed.ts';

const MAX_MESSAGE = 1000;
/** Of an orphan all rows are read: that may take its time on a busy machine. */
const SETTLE_MS = 30_000;

/** @param soFar what is folded already; the default, an orphan's: nothing */
export async function settle(db: Db, run: Run, owner: string, told: Ending, news: EndNews | null, soFar = new SoFar(resolvePlan(run.plan))): Promise<Run> {
  // It may quote what a tool printed: a NUL or half a character pair in it would keep the run from being settled.
  const ending = { ...told, message: shown(told.message, MAX_MESSAGE) };
  const plan = resolvePlan(run.plan);
  await soFar.addStored(db, run);
  const folded = soFar.fold;
  const rows = await executionRows(db, run.organizationId, run.id);
  const end = news ?? orphanNews(folded);
  const iterationsStarted = end.iterationsStarted ?? startedBy(rows, folded);
  const cutShort = ending.cause !== 'planned_end';
  const counted: EndFacts = {
    iterationsStarted,
    iterationsDropped: end.iterationsDropped,
    iterationsInterrupted: end.iterationsInterrupted,
    inFlightAtEnd: end.inFlightAtEnd,
    linesUnreadable: end.linesUnreadable,
    linesLost: end.linesLost,
  };
  const steady = summaryOf(folded, 'steady', judgedMs(partThatRan(plan, { facts: { cutShort }, endedMs: end.durationMs }), 'steady'), plan, counted);
  const process = await processOfRun(db, run);
  const measured = healthOf({ plan, rows, p50Ms: steady.latency?.p50Ms ?? null, startsLateP99Ms: end.latenessP99Ms, ...(end.strain ? { strain: end.strain } : {}), cores: process?.cores ?? run.fleet?.cores ?? 1 });
  const health = { ...measured, unhealthy: [...measured.unhealthy, ...(end.unhealthy ?? [])] };
  const starts = { started: iterationsStarted, dropped: end.iterationsDropped };
  const achieved = achievedOf(plan, rows, starts, cutShort ? end.durationMs : null);
  const facts: RunFacts = {
    cutShort,
    linesLost: end.linesLost + end.linesUnreadable > 0,
    inFlight: end.inFlightAtEnd ?? 0,
    interrupted: end.iterationsInterrupted,
    iterationsStarted,
    broken: ending.objective ?? null,
    unhealthy: health.unhealthy[0] ?? null,
    missed: cutShort ? null : missedLoad(plan, rows, achieved, starts, keptUp(health)),
  };
  const pinned = await pinnedRun(db, run);
  const baseline = heldTo(pinned, run, plan);
  const differs = baseline.figures?.differs ?? null;
  const grounds: Grounds = { facts, endedMs: end.durationMs, said: cutShort ? ending.message : null, ...(differs === null ? {} : { baselineDiffers: differs }) };
  const assessment = assess(partThatRan(plan, grounds), soFar.evidence, facts, baseline.figures);
  const result: RunResult = {
    summary: summaryOf(folded, 'whole', end.durationMs, plan, counted),
    steady,
    objectives: assessment.objectives,
    verdictReasons: reasonsOf(plan, grounds, folded, assessment),
    verdictReasonCodes: assessment.reasonCodes,
    requests: requestSummaries(folded, 'whole', plan),
    grounds,
    generator: generatorOf(run, plan, process, health, achieved, steady, pinned?.result?.generator ?? null),
  };
  const state = { to: ENDING_CAUSES[ending.cause], cause: ending.cause };
  return changeRun(db, run, owner, { state, settled: { ending, verdict: assessment.verdict, result, figures: figuresAsJudged(run, plan, folded, steady, facts), warnings: [...run.warnings, ...baseline.warnings, ...foldedWarning(end.requestsFolded), ...clockWarnings(end.clockStepMs ?? null)] } });
}

/** With what had no end, as objectives are judged: who is held to them later is measured by the same. */
function figuresAsJudged(run: Run, plan: ResolvedPlan, folded: Fold, steady: Summary, facts: RunFacts): Figures {
  const latency = (tally: Tally, requestName: string | null) => latencyOf(tally, plan, unfinishedOf({ requestName }, facts));
  const requests = requestSummaries(folded, 'steady', plan).map((request) => ({ ...request, latency: latency(folded.requests('steady', request.name), request.name) }));
  return figuresOf(plan, run.baselineWorkflowHash, { ...steady, latency: latency(folded.executions('steady'), null) }, requests, facts.unhealthy === null && !facts.linesLost);
}

function generatorOf({ scriptHash, place, fleet }: Run, plan: ResolvedPlan, process: RunProcess | null, { unhealthy, ...health }: Health, achieved: Achieved | null, steady: Summary, floorBefore: Floor | null): GeneratorHealth {
  return {
    ...health,
    achievedRatio: achieved === null ? null : achieved.reached / achieved.planned,
    ...floorOf(process?.selfCheck),
    // Of what nobody knows how it was made, its plan does not say where it went.
    sameMachineAsTarget: scriptHash !== '' && (place === 'local' || place === 'process') && isLoopback(new URL(plan.plan.target.baseUrl).hostname) ? true : null,
    isolation: process?.isolation ?? fleet?.isolation ?? 'no process was started',
    saturated: unhealthy.length > 0,
    reasons: [...unhealthy, ...floorReasons(process?.selfCheck, steady.latency, floorBefore)],
  };
}

const foldedWarning = (requests: number): string[] => (requests > 0 ? [`There were more request names than are counted each: ${requests} requests of further names stand under "other".`] : []);

/** At least: the gauges tell it now and then, and what ended after the last of them had been started as well. */
function startedBy(rows: readonly StoredRow[], folded: Fold): number {
  return rows.reduce((most, { gauges }) => Math.max(most, gauges?.iterationsStarted ?? 0), folded.executions('whole').total);
}

/** Settles whatever happens: a database that is away is waited for, and a bug of ours ends as one. Never rejects. */
export async function settleSurely(db: Db, run: Run, owner: string, ending: Ending, news: EndNews | null, options: SurelyOptions, seen?: SoFar): Promise<Run | null> {
  let soFar = seen;
  try {
    return await surely(async () => {
      soFar ??= new SoFar(resolvePlan(run.plan));
      return settle(db, run, owner, ending, news, soFar);
    }, { ...options, tries: 4, tryMs: SETTLE_MS });
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
