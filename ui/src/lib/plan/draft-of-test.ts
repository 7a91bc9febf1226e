/** The draft of a saved test. A plan that this version cannot read (made by a newer one) starts from an empty form. */
import { parsePlan } from '../../../../server/script/plan.ts';
import { type RunsOfTest, whereOfNewest } from '../place/where.ts';
import { type Draft, openDraft, testDraftKey } from './draft.svelte.ts';
import { emptyFields, fromPlan } from './fields.ts';
import { proposedName } from './name.ts';

export interface SavedTest {
  readonly id: string;
  readonly name: string;
  readonly framework: string;
  /** In `PlanInput`'s shape. */
  readonly plan: unknown;
}


export function draftOfTest(test: SavedTest & RunsOfTest): Draft {
  const { plan } = parsePlan(test.plan);
  // A name that the plan proposed itself follows the plan when it is changed.
  const name = plan && test.name === proposedName(plan) ? '' : test.name;
  const start = plan ? fromPlan(plan, test.framework, name) : { ...emptyFields(), name: test.name, framework: test.framework };
  const draft = openDraft(testDraftKey(test.id), start, plan ?? null);
  // Without a choice, the next run is made where the newest was.
  if (test.runs) draft.where.follow(whereOfNewest(test));
  return draft;
}
