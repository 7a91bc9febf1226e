/** Objectives that are to stop a hopeless test (`abortAfterMs`), and as the plan is will not: said before the run. Pure. */
import { numeral } from '../words/numeral.ts';
import { nounOf, perExecution } from './can-judge.ts';
import { durationOf, segmentsOf, type Window } from './load.ts';
import type { ResolvedObjective, ResolvedPlan } from './resolve.ts';

/** With fewer samples a window says nothing. */
export const LEAST_IN_WINDOW = 20;

export function earlyStopWarnings(plan: ResolvedPlan): string[] {
  return plan.objectives.flatMap((objective) => {
    const why = objective.abortAfterMs === null ? null : whyNot(plan, objective, Math.ceil(objective.abortAfterMs / 1000));
    return why === null ? [] : [`${objective.statistic ?? objective.metric.replace('_', ' ')} of ${nounOf(objective)} ${why}`];
  });
}

/** null: it may. @param seconds of its window */
function whyNot(plan: ResolvedPlan, objective: ResolvedObjective, seconds: number): string | null {
  const usable = plan.steady.map((window) => usableSeconds(plan, window));
  const longest = Math.max(0, ...usable);
  if (longest < seconds) return `can never stop the test: it is judged over ${numeral(seconds)} s of the steady part, of which at most ${numeral(longest)} s in a row are over before the end.`;
  const least = `${LEAST_IN_WINDOW} ${nounOf(objective, LEAST_IN_WINDOW)}`;
  const each = samplesOfExecution(plan, objective);
  const { maxIterations, model } = plan.load;
  if (each === null || each === 0) return null;
  if (maxIterations !== null) return maxIterations * each < LEAST_IN_WINDOW ? `can never stop the test: that takes ${least}, and the plan has ${numeral(maxIterations * each, 1)}.` : null;
  if (model === 'closed') return null;
  const perSecond = each * Math.max(...plan.steady.filter((_, i) => (usable[i] ?? 0) >= seconds).map((window) => peakIn(plan, window)));
  if (perSecond * seconds >= LEAST_IN_WINDOW) return null;
  const needed = Math.ceil(LEAST_IN_WINDOW / perSecond);
  return `will hardly stop the test: that takes ${least} in ${numeral(seconds)} s, and the plan starts ${numeral(perSecond * seconds, 1)}.${needed <= longest ? ` Judged over ${numeral(needed)} s it can.` : ''}`;
}

/** Whole seconds of a steady part that are over while there is still something to be stopped. */
function usableSeconds({ load }: ResolvedPlan, [fromMs, toMs]: Window): number {
  return Math.min(Math.floor(toMs / 1000), Math.ceil(durationOf(load) / 1000) - 1) - Math.ceil(fromMs / 1000);
}

/** null: nobody knows before how often it is polled, and how many users log in. */
function samplesOfExecution(plan: ResolvedPlan, objective: ResolvedObjective): number | null {
  return objective.requestName === null || objective.requestName === 'execute' ? perExecution(plan, objective) : null;
}

/** Highest level of a steady part, in iterations per second. */
function peakIn({ load }: ResolvedPlan, [fromMs, toMs]: Window): number {
  return Math.max(...segmentsOf(load.stages).filter((stage) => stage.fromMs < toMs && stage.toMs > fromMs).map((stage) => stage.to));
}
