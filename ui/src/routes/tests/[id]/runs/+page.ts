import { read } from '#lib/graphql/read.ts';
import { Runs } from '#lib/run/operations.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => ({
  runs: (await read(Runs, { loadTestId: params.id, workflowId: null, first: 25, after: null })).loadTestRuns,
});
