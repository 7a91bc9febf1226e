/** What a script that is run by hand says otherwise than a run of this server does, in sentences for who generates it. Pure. */
import type { ResolvedPlan } from './resolve.ts';

export function byHandWarnings({ objectives }: Pick<ResolvedPlan, 'objectives'>): string[] {
  const warnings: string[] = [];
  if (objectives.some(({ strict }) => strict))
    warnings.push('By hand a script does not tell narrow verdicts from clear ones: a strict objective is judged so in the runs that are started here, and by its counts alone in a downloaded script.');
  if (objectives.some(({ value }) => value === null))
    warnings.push('By hand a script knows no baseline: an objective with maxChangeRatio is judged in the runs that are started here, and is not evaluated in a downloaded script.');
  return warnings;
}
