import { found, read } from '#lib/graphql/read.ts';
import { FormContext } from '#lib/plan/operations.ts';
import { text } from '#lib/text/text.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
  const { test } = await parent();
  const workflowId = found(test.workflowId, text.test.noWorkflow);
  return { workflowId, facts: await read(FormContext, { workflowId }) };
};
