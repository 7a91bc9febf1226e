import { found, read } from '#lib/graphql/read.ts';
import { RunScript } from '#lib/script/operations.ts';
import { text } from '#lib/text/text.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => {
  const { loadTestRun } = await read(RunScript, { id: params.id });
  return { run: found(loadTestRun, text.run.unknown) };
};
