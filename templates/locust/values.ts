/** The values that the script's template takes, in the order in which they are read in the script. */
import type { ScriptInput } from '../framework.ts';
import { flowValues, identifier, planValues, variableValues } from '../shared/values.ts';

export function scriptValues({ generatorVersion, planHash, workflowHash, plan, flow, variables }: ScriptInput, scriptHash: string) {
  return {
    generatorVersion,
    names: variables.map(({ name }) => identifier(name)),
    plan: planValues(plan),
    flow: flowValues(flow),
    variables: variableValues(variables),
    made: { planHash, workflowHash, scriptHash },
  };
}
