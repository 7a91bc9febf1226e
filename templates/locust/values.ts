/** The values that the script's template takes, in the order in which they are read in the script. */
import type { ScriptInput } from '../framework.ts';
import { anyJson, flowValues, identifier, madeValues, planValues, variableValues } from '../shared/values.ts';

export function scriptValues(input: ScriptInput, scriptHash: string) {
  const { generatorVersion, plan, flow, variables } = input;
  return {
    generatorVersion,
    names: variables.map(({ name }) => identifier(name)),
    plan: planValues(plan),
    flow: flowValues(flow),
    variables: variableValues(variables),
    anyJson: anyJson(variables),
    made: madeValues(input, scriptHash),
  };
}
