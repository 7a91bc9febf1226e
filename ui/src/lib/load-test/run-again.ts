/** Runs a saved test without a form. What needs the user (effects, a value) leads to the form, with the refusal at its field. */
import { graphqlClient } from '../graphql/client.ts';
import { links } from '../links.ts';
import type { SavedTest } from '../plan/draft-of-test.ts';
import { startRun } from '../run/start.ts';

export type Outcome = { readonly to: string; readonly problem?: undefined } | { readonly to?: undefined; readonly problem: string };

/** Refusals that the form can cure. */
const IN_THE_FORM = ['effects_not_acknowledged', 'environment_missing', 'invalid_input', 'invalid_plan', 'invalid_script', 'framework_refuses', 'target_not_allowed', 'limit_exceeded'];

export async function runAgain(test: SavedTest): Promise<Outcome> {
  const answer = await startRun(graphqlClient(), { loadTestId: test.id, plan: test.plan, acknowledgedEffects: null });
  if (answer.ok) return { to: links.run(answer.ok.id) };
  if (answer.trouble) return { problem: answer.trouble.message };
  if (!IN_THE_FORM.includes(answer.refusal.code)) return { problem: answer.refusal.message };
  // The form and its schema are loaded only for those who need them.
  const { draftOfTest } = await import('../plan/draft-of-test.ts');
  draftOfTest(test).refusals.refuse(answer.refusal);
  return { to: links.test(test.id) };
}
