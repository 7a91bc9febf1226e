/** What a run's plan meant, told by the server again: the planned line, the warm-up, the steady part. */
import { ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { PreviewPlan } from '../plan/operations.ts';
import { type PlannedStages, stagesOf } from '../plan/preview.svelte.ts';

/** Null: the server does not take this plan any more (another version, another list of targets); charts do without it. */
export async function plannedOf(run: { readonly plan: unknown }): Promise<PlannedStages | null> {
  const answer = await ask(graphqlClient(), 'query', PreviewPlan, { framework: null, workflow: null, plan: run.plan as PlanInput }, (data) => data.previewPlan);
  return answer.ok ? stagesOf(answer.ok) : null;
}
