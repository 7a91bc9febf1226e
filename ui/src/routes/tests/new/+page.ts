import { redirect } from '@sveltejs/kit';
import { found, read } from '#lib/graphql/read.ts';
import { links } from '#lib/links.ts';
import { newDraftKey, openDraft } from '#lib/plan/draft.svelte.ts';
import { FormContext } from '#lib/plan/operations.ts';
import { startFields } from '#lib/plan/start-fields.ts';
import { text } from '#lib/text/text.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
  const workflowId = url.searchParams.get('workflow');
  if (workflowId === null) redirect(307, links.home());
  const facts = await read(FormContext, { workflowId });
  const workflow = found(facts.workflow, text.workflow.unknownHelp);
  return { workflowId, facts, workflow, draft: openDraft(newDraftKey(workflowId), startFields(facts)) };
};
