/** The values that the script's template takes, in the order in which they are read there. */
import type { ScriptInput } from '../framework.ts';
import { joinedHeaders, planValues } from '../shared/values.ts';

export function scriptValues(input: ScriptInput, scriptHash: string) {
  const { generatorVersion, planHash, workflowHash, request } = input;
  return {
    generatorVersion,
    workflowHash,
    planHash,
    plan: planValues(input.plan),
    request,
    // The names that `outcome_of` knows, the same in every language.
    success: { success: request.success.rule, failOnSuccessFalse: request.success.failOnSuccessFalse },
    headers: joinedHeaders([
      { name: 'content-type', value: 'application/json' },
      { name: 'accept-encoding', value: 'identity' },
      { name: 'user-agent', value: `load-test/${generatorVersion}` },
      ...request.headers,
    ]),
    made: { planHash, workflowHash, scriptHash },
  };
}
