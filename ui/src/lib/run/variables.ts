/** Environment variables that a plan names: the user gives their values with the start of a run. Pure. */
import { storedPlan } from '../plan/stored.ts';

/** Not the secrets of a definition: a run started here gets those from the definition. */
export function variablesOf(plan: unknown): readonly string[] {
  const { bearer, apiKey, login } = storedPlan(plan).target.auth ?? {};
  return [bearer?.variable, apiKey?.variable, login?.usernameVariable, login?.passwordVariable].filter((name) => name !== undefined);
}
