/**
 * Objectives held to what a tool tells of a whole run: its own percentiles and sums, where they settle the matter, and nothing where they do not. Pure.
 */
import type { Told, Totals } from '../../templates/results.ts';
import { nounOf } from '../script/can-judge.ts';
import { neededSamples } from '../script/needed.ts';
import { scriptObjective } from '../script/objective.ts';
import type { ResolvedObjective, ResolvedPlan } from '../script/resolve.ts';
import { numeral } from '../words/numeral.ts';
import { type Assessment, assessmentOf, type ObjectiveResult } from './assess.ts';
import { judgeObjective, type ReasonCode, type RunFacts, unsureOf, type Verdict } from './judge.ts';
import { limitText, sentenceOf } from './sentence.ts';

/** Of results that say nothing of their parts. */
export type ToldReason = 'only_totals' | 'not_told' | 'rounded' | 'first_byte_only' | 'failures_among_them';

interface Found {
  readonly verdict: Verdict;
  readonly code: ReasonCode | ToldReason | null;
  readonly reason: string;
  readonly measured?: number | null;
  readonly slower?: number;
  readonly allowed?: number | null;
}

const none = (code: ReasonCode | ToldReason, reason: string, measured: number | null = null): Found => ({ verdict: 'not_evaluated', code, reason, measured });

export interface ToldRun {
  readonly totals: Totals;
  /** What the tool tells of the requests that are the executions; null: it tells of none. */
  readonly executions: Told | null;
  /** It did not come to its planned end. */
  readonly cutShort: boolean;
}

export function assessTold(plan: ResolvedPlan, { totals, executions, cutShort }: ToldRun): Assessment {
  const facts: RunFacts = { cutShort, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: executions?.requests ?? 0, broken: null };
  const objectives = plan.objectives.map((objective): ObjectiveResult => {
    const told = objective.requestName === null ? executions : (totals.requests.find(({ name }) => name === objective.requestName) ?? null);
    const { verdict, code, reason, measured = null, slower = null, allowed = null } = ifSure(plan, objective, facts, found(plan, objective, told, facts, totals.durationMs));
    return { ...objective, measured, verdict, margin: null, samples: told?.requests ?? 0, needed: neededSamples(objective), slower, allowed, reasonCode: code, reason };
  });
  return assessmentOf(objectives);
}

/** What is broken is broken; what holds proves nothing of a run that was cut short, or missed its load. */
function ifSure(plan: ResolvedPlan, objective: ResolvedObjective, facts: RunFacts, found: Found): Found {
  const unsure = unsureOf(plan, facts);
  const isLessThanAll = objective.metric === 'throughput' && found.verdict === 'failed';
  if (unsure === null || (found.verdict !== 'passed' && !isLessThanAll)) return found;
  return { ...found, verdict: 'not_evaluated', code: unsure, reason: sentence(plan, objective, facts, unsure, found.measured ?? null) };
}

function sentence(plan: ResolvedPlan, objective: ResolvedObjective, facts: RunFacts, reason: ReasonCode, measured: number | null): string {
  return sentenceOf(plan, objective, { verdict: 'not_evaluated', reason, n: 0, k: 0, needed: null, allowed: null, margin: null, fewSeconds: null, baseline: null, differs: null }, facts, { measured, atLeast: false, total: 0, censored: 0 });
}

function found(plan: ResolvedPlan, objective: ResolvedObjective, told: Told | null, facts: RunFacts, durationMs: number | null): Found {
  const what = nounOf(objective);
  if (told === null || told.requests === 0) return none('no_samples', `These results tell of no ${what}.`);
  if (objective.during === 'steady') return none('only_totals', 'These results are of the whole run: of its steady part they tell nothing.');
  if (objective.value === null) return none('no_baseline', 'Of totals nothing is held to the baseline: bring the lines of each request.');
  if (objective.metric === 'error_ratio') return errors(plan, objective, told, facts);
  if (objective.metric === 'latency') return latency(objective, objective.value, told);
  if (objective.metric === 'throughput') return throughput(objective, objective.value, told, durationMs);
  return none('not_told', 'Which checks these results count is not known.');
}

/** By its counts, as everywhere. */
function errors(plan: ResolvedPlan, objective: ResolvedObjective, { requests: n, failed: k }: Told, facts: RunFacts): Found {
  if (n === null || k === null) return none('not_told', 'These results do not tell how many failed.');
  const judged = judgeObjective(plan, scriptObjective(objective), plan.objectives.indexOf(objective), { n, k }, facts);
  const { verdict, reason: code, allowed } = judged;
  const reason = sentenceOf(plan, objective, { ...judged, margin: null, fewSeconds: null, baseline: null, differs: null }, facts, { measured: k / n, atLeast: false, total: n, censored: 0 });
  return { verdict, code, reason, measured: k / n, slower: k, allowed };
}

/** By the tool's own number: what was slower nobody counted. */
function latency(objective: ResolvedObjective, limit: number, { latency: numbers, upToFirstByte, failed, requests }: Told): Found {
  const statistic = objective.statistic ?? 'mean';
  const number = numbers[statistic as keyof typeof numbers];
  if (number === undefined || requests === null) return none('not_told', `These results do not tell the ${statistic}.`);
  // Fast failures make a percentile better, timeouts that are left out as well.
  if (failed !== 0) return none('failures_among_them', `What failed is counted in the ${statistic} of these results, or left out of it as if it had been fast: of such a number nothing is judged.`, number.value);
  const isBroken = (value: number) => (objective.comparison === '<' ? value >= limit : value > limit);
  const [least, most] = number.between ?? [number.value, number.value];
  if (isBroken(least)) return { verdict: 'failed', code: 'above_limit', reason: `The ${statistic} of the tool is ${number.value} ms, and ${limitText(objective)} is asked for.`, measured: number.value };
  if (upToFirstByte) return none('first_byte_only', `The ${statistic} of the tool is ${number.value} ms up to the first byte of an answer: how long the whole took it does not tell.`, number.value);
  if (isBroken(most)) return none('rounded', `The tool rounded its ${statistic}: it lies between ${least} and ${most} ms, and so does the limit.`, number.value);
  const needed = neededSamples(objective) ?? 0;
  if (requests < needed) return none('too_few_samples', `Too few ${nounOf(objective)} to say: ${numeral(requests)} of the ${numeral(needed)} that ${statistic} needs.`, number.value);
  return { verdict: 'passed', code: null, reason: `The ${statistic} of the tool is ${number.value} ms: the limit of ${limitText(objective)} was kept.`, measured: number.value };
}

function throughput(objective: ResolvedObjective, limit: number, { requests, failed }: Told, durationMs: number | null): Found {
  if (requests === null || failed === null || durationMs === null || durationMs <= 0) return none('not_told', 'These results do not tell how long the run took, or how many succeeded.');
  const perSecond = ((requests - failed) * 1000) / durationMs;
  const holds = objective.comparison === '>' ? perSecond > limit : perSecond >= limit;
  return holds ? { verdict: 'passed', code: null, reason: `The limit of ${limitText(objective)} was kept.`, measured: perSecond } : { verdict: 'failed', code: 'below_limit', reason: `Throughput was below ${limitText(objective)}.`, measured: perSecond };
}
