import { read } from '#lib/graphql/read.ts';
import { Panel } from '#lib/load-test/operations.ts';
import { Workflows } from '#lib/workflow/operations.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
  const workflowId = url.searchParams.get('workflow');
  if (workflowId === null) return { workflowId, panel: null, workflows: (await read(Workflows, { first: 50, after: null })).workflows };
  return { workflowId, panel: await read(Panel, { workflowId }), workflows: null };
};
