import { found, read } from '#lib/graphql/read.ts';
import { RunHead } from '#lib/run/operations.ts';
import { plannedOf } from '#lib/run/planned.ts';
import { isSettled } from '#lib/run/state.ts';
import { text } from '#lib/text/text.ts';
import { RunResult } from '#lib/verdict/operations.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => {
  const { loadTestRun, limits } = await read(RunHead, { id: params.id });
  const head = found(loadTestRun, text.run.unknown);
  const [planned, result] = await Promise.all([plannedOf(head), isSettled(head.state) ? read(RunResult, { id: params.id }) : null]);
  return { head, limits, planned, result: result?.loadTestRun ?? null };
};
