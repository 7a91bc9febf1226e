/** What the operator allows, held against a load before it is run; the server refuses the same. Pure. */
import { ELSEWHERE } from '../../../../server/script/capacity.ts';
import type { Problem } from '../graphql/answer.ts';
import { count, rate, span } from '../text/format.ts';
import { text } from '../text/text.ts';
import type { PlannedStages } from './preview.svelte.ts';

export interface Limits {
  readonly maxUsers: number;
  readonly maxRatePerSecond: number;
  readonly maxDurationMs: number;
}

/** Iterations of an open model that wait for their answers cost less than users. */
export const mostInFlight = ({ maxUsers }: Pick<Limits, 'maxUsers'>): number => maxUsers * 10;

/** A warning that the load is more than this machine is good for: it is none of a run elsewhere. */
export const isAboveOneMachine = (warning: string): boolean => warning.endsWith(ELSEWHERE);

type Load = Pick<PlannedStages, 'model' | 'stages' | 'maxUsers'> & { readonly durationMs: number };

/** At the fields that they are about. @param own the stages are the user's own, and not those of a preset */
export function aboveLimits({ model, stages, maxUsers, durationMs }: Load, own: boolean, limits: Limits): Problem[] {
  const closed = model === 'closed';
  const most = closed ? limits.maxUsers : limits.maxRatePerSecond;
  const levels = stages.map((stage) => stage.users ?? stage.ratePerSecond ?? 0);
  const peak = Math.max(0, ...levels);
  const unit = closed ? 'users' : 'ratePerSecond';
  const problems: Problem[] = [];
  if (peak > most) {
    const path = own ? `load.${model}.stages[${levels.findIndex((level) => level > most)}].${unit}` : `load.preset.${unit}`;
    problems.push({ path, message: closed ? text.plan.tooManyUsers(peak, most) : text.plan.tooFast(rate(peak), rate(most)) });
  }
  if (!closed && maxUsers > mostInFlight(limits)) problems.push({ path: own ? 'load.open.maxUsers' : 'load', message: text.plan.tooManyInFlight(count(maxUsers), count(mostInFlight(limits))) });
  if (durationMs > limits.maxDurationMs) problems.push({ path: own ? `load.${model}.stages` : 'load.preset.durationMs', message: text.plan.tooLong(span(durationMs), span(limits.maxDurationMs)) });
  return problems;
}
