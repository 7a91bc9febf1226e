/** Plans that k6 cannot run as they are. */
import type { ScriptInput, ScriptPlan, ScriptRequest } from '../framework.ts';
import { halfCharacters } from '../shared/half-characters.ts';
import { requestsIn } from '../shared/values.ts';
import { repeatable } from './connections.ts';

interface Problem {
  readonly path: string;
  readonly message: string;
}

export function refuse(input: ScriptInput): Problem[] {
  const { plan, flow } = input;
  const addresses = [
    { path: 'target.baseUrl', text: flow.baseUrl },
    ...requestsIn(flow).map((request) => ({ path: request === flow.login ? 'target.auth.login.path' : 'target.path', text: request.path })),
  ];
  return [
    ...limited(plan),
    ...repeated(plan, flow.execute),
    ...halfCharacters(input),
    ...brokenEscapes(addresses),
  ];
}

/** Each path once. */
function brokenEscapes(addresses: readonly { readonly path: string; readonly text: string }[]): Problem[] {
  const paths = addresses.filter(({ text }) => /%(?![0-9a-f]{2})/i.test(text)).map(({ path }) => path);
  const message = 'k6 takes a % in an address for the start of an escape such as %20: write a % of its own as %25.';
  return [...new Set(paths)].map((path) => ({ path, message }));
}

/** Polls are asked over fresh connections, which is told; an execution's connections are what the plan says, or it is not run. */
function repeated({ connections }: ScriptPlan, execute: ScriptRequest): Problem[] {
  const what = repeatable(execute);
  if (what === null || connections === 'perIteration') return [];
  const message = `k6 itself repeats a ${what} that is lost on a used connection, so that the target would receive more than was counted: set connections to perIteration.`;
  return [{ path: 'connections', message }];
}

/** Its executor for a number of iterations has one number of users from the first moment to the last. */
function limited({ maxIterations, model, stages, maxUsers }: ScriptPlan): Problem[] {
  if (maxIterations === null) return [];
  if (model === 'open') return [{ path: 'load', message: 'k6 cannot end an arrival rate after a number of iterations. Give stages that end by themselves.' }];
  const constant = stages.every((stage, i) => stage.target === maxUsers && (i > 0 || stage.durationMs === 0));
  return constant ? [] : [{ path: 'load', message: 'k6 runs a limited number of iterations with a constant number of users only. Leave the ramp out.' }];
}
