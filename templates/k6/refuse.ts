/** Plans that k6 cannot run as they are. */
import type { ScriptInput, ScriptPlan } from '../framework.ts';

interface Problem {
  readonly path: string;
  readonly message: string;
}

export function refuse({ plan, request, data }: ScriptInput): Problem[] {
  const texts = [
    ...request.headers.map((header, i) => ({ path: `target.headers[${i}].value`, text: header.value })),
    ...request.body.map((part) => ({ path: 'inputs', text: 'text' in part ? part.text : '' })),
    ...Object.values(data).map((text) => ({ path: 'workflow', text })),
  ];
  const half = texts
    .filter(({ text }) => !text.isWellFormed())
    .map(({ path }) => ({ path, message: 'This text holds half of a character (a lone surrogate), which UTF-8 cannot carry: write it as a JSON escape.' }));
  const addresses = [{ path: 'target.baseUrl', text: request.baseUrl }, { path: 'target.path', text: request.path }];
  const escapes = addresses
    .filter(({ text }) => /%(?![0-9a-f]{2})/i.test(text))
    .map(({ path }) => ({ path, message: 'k6 takes a % in an address for the start of an escape such as %20: write a % of its own as %25.' }));
  return [...limited(plan), ...half, ...escapes];
}

/** Its executor for a number of iterations has one number of users from the first moment to the last. */
function limited({ maxIterations, model, stages, maxUsers }: ScriptPlan): Problem[] {
  if (maxIterations === null) return [];
  if (model === 'open') return [{ path: 'load', message: 'k6 cannot end an arrival rate after a number of iterations. Give stages that end by themselves.' }];
  const constant = stages.every((stage, i) => stage.target === maxUsers && (i > 0 || stage.durationMs === 0));
  return constant ? [] : [{ path: 'load', message: 'k6 runs a limited number of iterations with a constant number of users only. Leave the ramp out.' }];
}
