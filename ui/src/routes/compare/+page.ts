import { ComparedRun } from '#lib/comparison/operations.ts';
import { found, read } from '#lib/graphql/read.ts';
import { text } from '#lib/text/text.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
  const [before, after] = [idsIn(url.searchParams.get('before')), idsIn(url.searchParams.get('after'))];
  const runs = (ids: readonly string[]) => Promise.all(ids.map(async (id) => found((await read(ComparedRun, { id })).loadTestRun, text.run.unknown)));
  if (before.length === 0 || after.length === 0) return { sides: null };
  const [ofBefore, ofAfter] = await Promise.all([runs(before), runs(after)]);
  return { sides: { before: ofBefore, after: ofAfter } };
};

const idsIn = (list: string | null) => [...new Set((list ?? '').split(',').filter((id) => id !== ''))];
