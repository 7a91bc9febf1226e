/** The values that the templates take, in the order in which they are read in the script. */
import type { ScriptInput } from '../framework.ts';
import { flowValues, planValues } from '../shared/values.ts';

export function scriptValues({ generatorVersion, planHash, workflowHash, plan, flow, variables }: ScriptInput, scriptHash: string) {
  return {
    generatorVersion,
    names: variables.map(({ name }) => identifier(name)),
    plan: planValues(plan),
    flow: flowValues(flow),
    variables: variables.map(({ name, holds, kind }) => ({ name, holds, kind })),
    made: { planHash, workflowHash, scriptHash },
  };
}

export function readmeValues({ plan, flow, data, variables }: ScriptInput) {
  return {
    duration: plan.maxIterations === null ? `${plan.durationMs / 1000} s` : `${plan.maxIterations} iterations`,
    files: Object.keys(data),
    names: variables.map(({ name }) => identifier(name)),
    inputs: flow.inputs !== null,
    stopsEarly: plan.objectives.some(({ abortAfterMs }) => abortAfterMs !== null),
  };
}

/** Names stand in comments: a plan refuses all others, and so does this. */
function identifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`not the name of an environment variable: ${JSON.stringify(name)}`);
  return name;
}
