/** Runs a saved test without a form, as it is saved now. What needs the user (effects, a value) leads to the form, with the refusal at its field. */
import { goto } from '$app/navigation';
import type { Refusal } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import { links } from '../links.ts';
import type { SavedTest } from '../plan/draft-of-test.ts';
import { type RunsOfTest, type Where, whereOfNewest } from '../place/where.ts';
import { startRun } from '../run/start.ts';

/** Refusals that the form can cure. */
const IN_THE_FORM = ['effects_not_acknowledged', 'environment_missing', 'invalid_input', 'invalid_plan', 'invalid_script', 'framework_refuses', 'target_not_allowed', 'limit_exceeded', 'place_unavailable'];

export const isCuredInForm = ({ code }: Refusal): boolean => IN_THE_FORM.includes(code);

/** A test that is run as a run of it was: there. Else where its newest run was made. */
export interface TestToRun extends SavedTest, RunsOfTest {
  readonly where?: Where;
}

/** One button that runs a test. */
export class Again {
  busy = $state(false);
  /** Why it was not started, when no form can help. */
  problem = $state.raw<string | null>(null);

  /** @param repeat so many runs of it, one after the other */
  async run(test: TestToRun, repeat = 1): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await this.#start(test, repeat);
    } finally {
      this.busy = false;
    }
  }

  async #start(test: TestToRun, repeat: number): Promise<void> {
    const where = test.where === undefined ? whereOfNewest(test) : test.where;
    const answer = await startRun(graphqlClient(), { loadTestId: test.id, plan: test.plan, acknowledgedEffects: null, where, ...(repeat === 1 ? {} : { repeat }) });
    if (answer.ok) return goto(links.run(answer.ok.id));
    if (!answer.refusal || !isCuredInForm(answer.refusal)) {
      this.problem = (answer.refusal ?? answer.trouble).message;
      return;
    }
    // The form and its schema are loaded only for those who need them.
    const { draftOfTest } = await import('../plan/draft-of-test.ts');
    const draft = draftOfTest(test);
    draft.where.chooseAs(where);
    draft.refusals.refuse(answer.refusal);
    await goto(links.test(test.id));
  }
}
