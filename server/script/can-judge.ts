/** What each objective of a plan can be judged on, said before the run. Pure. */
import { numeral } from '../words/numeral.ts';
import { areaUntil, durationOf, levelAt, type Window } from './load.ts';
import { scriptObjective } from './objective.ts';
import { neededSamples } from './needed.ts';
import type { ResolvedObjective, ResolvedPlan } from './resolve.ts';

export interface CanJudge {
  /** Index in the plan's objectives; the added error objective comes last. */
  readonly objective: number;
  /** Executions, requests of its name, or checks that will be judged; null where the target's speed decides. */
  readonly expected: number | null;
  readonly needed: number | null;
  readonly sentence: string;
}

/** An Int of GraphQL ends here; a plan of a day at the highest rate would go beyond. */
const MAX_INT = 2 ** 31 - 1;

/** Objectives that would have had samples enough, and have not when each of two definitions gets half of the iterations. */
export function tooFewInHalf(plan: ResolvedPlan): string[] {
  return canJudge(plan).flatMap(({ objective: index, expected, needed }) => {
    const objective = plan.objectives[index];
    if (!objective || objective.added || expected === null || needed === null || expected < needed) return [];
    const half = Math.floor(expected / 2);
    return half >= needed ? [] : [`With two definitions objectives[${index}] cannot pass: about ${numeral(half)} ${nounOf(objective, half)}, ${numeral(needed)} needed. Let the test run longer.`];
  });
}

export function canJudge(plan: ResolvedPlan): CanJudge[] {
  return plan.objectives.map((objective, index): CanJudge => {
    const expected = expectedOf(plan, objective);
    const needed = neededSamples(objective);
    return { objective: index, expected, needed, sentence: `${sentenceOf(plan, objective, expected, needed)}${polledSentence(plan, objective)}${strictSentence(objective)}` };
  });
}

/** What an objective counts, in words. @param n how many they are */
export function nounOf({ metric, requestName }: Pick<ResolvedObjective, 'metric' | 'requestName'>, n = 0): string {
  const noun = metric === 'checks_ratio' ? 'check' : requestName === null ? 'execution' : `"${requestName}" request`;
  return n === 1 ? noun : `${noun}s`;
}

function expectedOf(plan: ResolvedPlan, objective: ResolvedObjective): number | null {
  const started = startedIn(plan, objective);
  // Every execution begins with one; how often it is polled, and how many users log in, nobody knows before.
  if (started === null || (objective.requestName !== null && objective.requestName !== 'execute')) return null;
  return Math.min(Math.floor(started + 1e-9) * perExecution(plan, objective), MAX_INT);
}

/** Iterations that the plan starts in what is judged. */
function startedIn(plan: ResolvedPlan, objective: ResolvedObjective): number | null {
  if (plan.load.maxIterations !== null) return plan.load.maxIterations;
  if (plan.load.model === 'closed') return null;
  return windowsOf(plan, objective).reduce((sum, [from, to]) => sum + areaUntil(plan.load, to) - areaUntil(plan.load, from), 0);
}

function windowsOf(plan: ResolvedPlan, { during }: ResolvedObjective): readonly Window[] {
  return during === 'whole' ? [[0, durationOf(plan.load)]] : plan.steady;
}

/** Samples of an objective on executions that each of them brings. */
export function perExecution(plan: ResolvedPlan, { metric }: ResolvedObjective): number {
  return metric === 'checks_ratio' ? (plan.plan.checks?.length ?? 0) : 1;
}

const RATIOS = { error_ratio: 'An error ratio', checks_ratio: 'A checks ratio' } as const;

function sentenceOf(plan: ResolvedPlan, objective: ResolvedObjective, expected: number | null, needed: number | null): string {
  const { metric, during, requestName } = objective;
  if (during === 'steady' && plan.steady.length === 0) return 'Cannot be judged: no stage holds its level after the warm-up.';
  if (objective.value === null) return `Is held to what the baseline measured${needed === null ? '' : `, on ${numeral(needed)} ${nounOf(objective, needed)} or more`}: without a pinned run it is not evaluated.`;
  if (isBelowInterval(plan, objective)) return `Cannot pass: an execution is first asked for ${numeral(plan.polling?.intervalMs ?? 0)} ms after it was accepted, so none can measure less than that.`;
  if (metric === 'throughput') return throughputSentence(plan, objective, objective.value);
  if (needed === null) return `Can be judged on all ${nounOf(objective)} of the ${during === 'steady' ? 'steady part' : 'run'}, when none of them times out.`;
  if (objective.added) return addedSentence(expected, needed);

  const wanted = `${numeral(needed)} ${nounOf(objective, needed)}`;
  if (expected === null) {
    const what = metric === 'latency' ? objective.statistic : RATIOS[metric];
    const why = requestName === null || requestName === 'execute' || requestName === 'poll' ? "how many there are depends on the target's speed" : 'a user sends one when it begins';
    return `${what} needs ${wanted}${during === 'steady' ? ' in the steady part' : ''}; ${why}.`;
  }
  const counted = `${numeral(expected)} ${nounOf(objective, expected)}${metric === 'checks_ratio' ? ' when every execution succeeds' : ''}, ${numeral(needed)} needed`;
  if (expected >= needed) return `Can be judged: ${counted}.`;
  const perSecond = rateOf(plan) * perExecution(plan, objective);
  return `Cannot pass: ${counted}${perSecond === 0 ? '' : `; at this rate that takes ${numeral(Math.ceil(needed / perSecond))} s`}.`;
}

/** The one that nobody asked for holds where nothing failed, however few there are: what that is worth is said. */
function addedSentence(expected: number | null, needed: number): string {
  if (expected === null) return `Passes when nothing failed. Of fewer than ${numeral(needed)} executions that proves little, and one failure is enough to break it; of more, under 1 in 100 may fail.`;
  if (expected >= needed) return `Can be judged: ${numeral(expected)} executions, ${numeral(needed)} needed.`;
  return `Passes when ${expected === 1 ? 'the one execution succeeds' : `all ${numeral(expected)} executions succeed`}. That fewer than 1 in 100 fail it cannot prove: for that ${numeral(needed)} executions are needed.`;
}

/** A narrow verdict there is only of counts of which some may be against it. */
function strictSentence(objective: ResolvedObjective): string {
  if (!objective.strict) return '';
  const { perMille, limitPpm } = scriptObjective(objective);
  const counts = (perMille !== null && perMille < 1000) || (limitPpm !== null && limitPpm > 0);
  return counts ? ' It is strict: a narrow verdict is none.' : ' That it is strict changes nothing: there is no narrow verdict of it.';
}

const isPolled = ({ metric, requestName }: ResolvedObjective) => metric === 'latency' && requestName === null;

/** All that it asks about would be slower. */
function isBelowInterval({ polling }: ResolvedPlan, objective: ResolvedObjective): boolean {
  return polling !== null && isPolled(objective) && objective.value !== null && objective.value <= polling.intervalMs;
}

/** What is polled is measured by the clock of the polls. */
function polledSentence(plan: ResolvedPlan, objective: ResolvedObjective): string {
  if (plan.polling === null || !isPolled(objective)) return '';
  const every = `${numeral(plan.polling.intervalMs)} ms`;
  return isBelowInterval(plan, objective) ? ' Poll more often, or raise the limit.' : ` Executions are polled every ${every}: none can measure less than that, and each may really have been up to ${every} faster.`;
}

/** Every success was started: an open plan cannot have more of them. */
function throughputSentence(plan: ResolvedPlan, objective: ResolvedObjective, value: number): string {
  const where = objective.during === 'steady' ? 'steady part' : 'run';
  const windows = windowsOf(plan, objective);
  const seconds = windows.reduce((sum, [from, to]) => sum + to - from, 0) / 1000;
  const started = startedIn(plan, objective);
  // A window may hold one start more than its area, for starts are whole.
  if (started === null || started + windows.length >= value * seconds) return `Can be judged on the whole ${where}.`;
  return `Cannot pass: the plan starts ${numeral(started / seconds)} executions per second in the ${where}.`;
}

/** Iterations per second where the plan first holds its level; 0: it has none. */
function rateOf({ load, steady: [first] }: ResolvedPlan): number {
  return load.model === 'open' && first ? levelAt(load, first[0]) : 0;
}
