/** Plans that k6 cannot run as they are. */
import type { ScriptInput } from '../framework.ts';

export function refuse({ plan }: ScriptInput): { path: string; message: string }[] {
  if (plan.maxIterations === null) return [];
  if (plan.model === 'open') return [{ path: 'load', message: 'k6 cannot end an arrival rate after a number of iterations. Give stages that end by themselves.' }];
  // Its executor for a number of iterations has one number of users from the first moment to the last.
  const constant = plan.stages.every((stage, i) => stage.target === plan.maxUsers && (i > 0 || stage.durationMs === 0));
  if (constant) return [];
  return [{ path: 'load', message: 'k6 runs a limited number of iterations with a constant number of users only. Leave the ramp out.' }];
}
