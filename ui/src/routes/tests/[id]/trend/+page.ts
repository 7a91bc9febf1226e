import { Baselines } from '#lib/baseline/operations.ts';
import { found, read } from '#lib/graphql/read.ts';
import { text } from '#lib/text/text.ts';
import { choiceOf } from '#lib/trend/choice.ts';
import { TrendOfTest } from '#lib/trend/operations.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params, url }) => {
  const choice = choiceOf(url.searchParams);
  const [{ trend, loadTest }, pins] = await Promise.all([read(TrendOfTest, { id: params.id, ...choice }), read(Baselines, { id: params.id })]);
  return { choice, trend, requestNames: found(loadTest, text.test.unknown).runs.edges[0]?.node.requests.map(({ name }) => name) ?? [], baselines: found(pins.loadTest, text.test.unknown).baselines };
};
