/** What the operator allows, held against a plan before anything is written or sent. */
import type { Limits } from '../context.ts';
import { Refusal } from '../refusal.ts';
import type { Problem } from '../workflow/problem.ts';
import { peakOf } from './load.ts';
import type { ResolvedPlan } from './resolve.ts';

/** Runs of one thing that are asked for at once: ten against ten tell apart what can be told apart at all. */
export const MOST_REPEATS = 10;

export function refuseAboveLimits({ load, durationMs }: ResolvedPlan, limits: Limits): void {
  const problems: Problem[] = [];
  const peak = peakOf(load.stages);
  if (load.model === 'closed' && peak > limits.maxUsers) problems.push({ path: 'load', message: `${peak} users are planned; ${limits.maxUsers} are allowed here.` });
  if (load.model === 'open' && load.maxUsers > limits.maxUsers * 10)
    problems.push({ path: 'load.open.maxUsers', message: `${load.maxUsers} iterations in flight are planned; ${limits.maxUsers * 10} are allowed here.` });
  if (load.model === 'open' && peak > limits.maxRatePerSecond) problems.push({ path: 'load', message: `${peak} iterations per second are planned; ${limits.maxRatePerSecond} are allowed here.` });
  if (durationMs > limits.maxDurationMs) problems.push({ path: 'load', message: `The plan lasts ${Math.round(durationMs / 1000)} s; ${Math.round(limits.maxDurationMs / 1000)} s are allowed here.` });
  if (problems[0]) throw new Refusal('limit_exceeded', problems[0].message, { problems });
}
