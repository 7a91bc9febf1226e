/**
 * A run that is over, judged once more by its stored intervals: with other limits, on another part, with another warm-up. With what it was
 * judged by it comes to the same verdict. Pure.
 */
import { phaseAt } from '../metrics/collector.ts';
import { type FoldedSecond, lengthOf } from '../metrics/folded.ts';
import { LatencyHistogram } from '../metrics/histogram.ts';
import type { IntervalRow } from '../metrics/interval.ts';
import { scriptObjective } from '../script/objective.ts';
import type { ResolvedObjective, ResolvedPlan } from '../script/resolve.ts';
import { assess, type ObjectiveResult } from './assess.ts';
import type { BaselineFigures } from './change.ts';
import { Evidence } from './evidence.ts';
import { type Grounds, partThatRan, reasonsOf } from './grounds.ts';
import type { Verdict } from './judge.ts';
import { censoredIn, isJudgedOn } from './tally.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly verdictReasons: readonly string[];
  readonly objectives: readonly ObjectiveResult[];
  /** Every sample was counted against these limits when it came; else limits are kept to 0.1 %, and a changed warm-up to the second, or to the row of a run that was folded. */
  readonly exact: boolean;
}

export class Rejudging {
  readonly exact: boolean;
  readonly #was: ResolvedPlan;
  readonly #now: ResolvedPlan;
  readonly #evidence: Evidence;
  /** For each objective the number of the one that it was; null: it is a new one. */
  readonly #before: readonly (number | null)[];
  /** For each objective the number of the one whose slow samples were counted by the same limit; null: none was. */
  readonly #counted: readonly (number | null)[];
  readonly #samePhases: boolean;

  /** @param now the same plan with other objectives, or another warm-up */
  constructor(was: ResolvedPlan, now: ResolvedPlan) {
    this.#was = was;
    this.#before = pairsOf(was.objectives, now.objectives);
    this.#now = { ...now, objectives: now.objectives.map((objective, i) => asItWas(objective, was.objectives[this.#before[i] ?? -1])) };
    this.#evidence = new Evidence(this.#now.objectives);
    this.#counted = this.#now.objectives.map((objective) => countedBefore(was.objectives, objective));
    this.#samePhases = JSON.stringify(was.steady) === JSON.stringify(now.steady);
    this.exact = this.#now.objectives.every((objective, i) => (this.#samePhases || objective.during === 'whole') && (!isCounted(objective) || this.#counted[i] !== null));
  }

  /** All rows of the run, in any order. */
  add(row: IntervalRow): void {
    const { folded } = row;
    const slower = this.#now.objectives.map((objective, i) => slowerIn(row, objective, this.#counted[i] ?? null));
    const each = folded?.each.map((second) => ({ ...second, slower: this.#now.objectives.map((objective, i) => slowerInSecond(second, objective, this.#counted[i] ?? null)) }));
    this.#evidence.add({ ...row, phase: this.#phaseOf(row), slower, ...(folded && each ? { folded: { ...folded, each } } : {}) });
  }

  /** @param baseline null: none is known */
  judgement(grounds: Grounds, baseline: BaselineFigures | null): Judgement {
    const stopper = grounds.facts.broken === null ? -1 : this.#before.indexOf(grounds.facts.broken);
    const facts = { ...grounds.facts, broken: stopper === -1 ? null : stopper };
    const assessment = assess(partThatRan(this.#now, grounds), this.#evidence, facts, baseline);
    return { verdict: assessment.verdict, verdictReasons: reasonsOf(this.#now, grounds, this.#evidence.fold, assessment), objectives: assessment.objectives, exact: this.exact };
  }

  /** Of a row only its second is known: where the plan says another phase of it now, so does this. */
  #phaseOf(row: IntervalRow): IntervalRow['phase'] {
    const { second, phase } = row;
    if (this.#samePhases) return phase;
    const middleMs = second * 1000 + lengthOf(row) * 500;
    const now = phaseAt(this.#now, middleMs);
    return now === phaseAt(this.#was, middleMs) ? phase : now;
  }
}

/** That the plan added it, and what it was stopped by, who asks again need not say. */
function asItWas(objective: ResolvedObjective, before: ResolvedObjective | undefined): ResolvedObjective {
  return before === undefined ? objective : { ...objective, added: before.added, abortAfterMs: before.abortAfterMs };
}

/** Each of the earlier ones is one of the later ones at most: first those with the same window, then those of which none is told. */
function pairsOf(before: readonly ResolvedObjective[], now: readonly ResolvedObjective[]): (number | null)[] {
  const pairs: (number | null)[] = now.map(() => null);
  for (const fits of [(a: ResolvedObjective, b: ResolvedObjective) => a.abortAfterMs === b.abortAfterMs, () => true])
    now.forEach((objective, i) => {
      const index = before.findIndex((one, j) => !pairs.includes(j) && isSame(one, objective) && fits(one, objective));
      if (pairs[i] === null && index !== -1) pairs[i] = index;
    });
  return pairs;
}

/** Held to the same; over another window it would be another one. */
export function isSame(one: ResolvedObjective, other: ResolvedObjective): boolean {
  const parts = ({ metric, statistic, comparison, value, requestName, during, maxChangeRatio }: ResolvedObjective) => JSON.stringify([metric, statistic, comparison, value, requestName, during, maxChangeRatio]);
  return parts(one) === parts(other) && (one.abortAfterMs === null || other.abortAfterMs === null || one.abortAfterMs === other.abortAfterMs);
}

/** Slow ones of it are counted: a percentile that is held to a limit. */
function isCounted(objective: ResolvedObjective): boolean {
  return objective.metric === 'latency' && scriptObjective(objective).perMille !== null;
}

function countedBefore(before: readonly ResolvedObjective[], objective: ResolvedObjective): number | null {
  const { slowerFromMicros, requestName } = scriptObjective(objective);
  const index = before.findIndex((one) => one.requestName === requestName && slowerFromMicros !== null && scriptObjective(one).slowerFromMicros === slowerFromMicros);
  return index === -1 ? null : index;
}

function slowerIn(row: IntervalRow, objective: ResolvedObjective, counted: number | null): number {
  const { slowerFromMicros } = scriptObjective(objective);
  if (slowerFromMicros === null || !isJudgedOn(row, objective)) return 0;
  if (counted !== null) return row.slower[counted] ?? 0;
  return (row.latency === null ? 0 : LatencyHistogram.from(row.latency).countFrom(slowerFromMicros)) + censoredIn(row.counts);
}

/** null: latencies were counted by another limit, and are those of the whole row. */
function slowerInSecond({ slower }: FoldedSecond, objective: ResolvedObjective, counted: number | null): number | null {
  if (counted !== null) return slower[counted] ?? 0;
  return isCounted(objective) ? null : 0;
}
