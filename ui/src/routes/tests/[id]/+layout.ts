import { found, read } from '#lib/graphql/read.ts';
import { draftOfTest } from '#lib/plan/draft-of-test.ts';
import { LoadTestQuery } from '#lib/plan/operations.ts';
import { text } from '#lib/text/text.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ params }) => {
  const { loadTest } = await read(LoadTestQuery, { id: params.id });
  const test = found(loadTest, text.test.unknown);
  return { test, draft: draftOfTest(test) };
};
