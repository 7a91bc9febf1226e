/** Scripts that were written before this one, to be compared with it. */
import { type Answer, ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { Draft } from '../plan/draft.svelte.ts';
import { timeOf } from '../run/named.ts';
import { text } from '../text/text.ts';
import type { Script } from './bundle.ts';
import { PreviousScript, ScriptOfLastRun } from './operations.ts';
import { beforeThis } from './written.ts';

export interface Earlier {
  readonly key: string;
  readonly label: string;
  /** Null: it was not kept. */
  read(): Promise<{ readonly script: Script | null; readonly label: string; readonly problem: string | null }>;
}

export function earlierOf(draft: Draft, script: Script, loadTestId: string | null): Earlier[] {
  const before = beforeThis(draft, script);
  const label = text.script.earlier.before;
  return [...(before ? [{ key: 'before', label, read: async () => ({ script: before, label, problem: null }) }] : []), ...(loadTestId === null ? [] : [{ key: 'run', label: text.script.earlier.lastRun, read: () => ofLastRun(loadTestId) }])];
}

/** Of a run: that of the run of the same test before it. */
export function earlierOfRun(run: { readonly id: string; readonly loadTest: object | null }): Earlier[] {
  return run.loadTest === null ? [] : [{ key: 'previous', label: text.script.earlier.runBefore, read: () => ofRunBefore(run.id) }];
}

type OfRun = Parameters<typeof timeOf>[0] & { readonly script: Script | null };

async function ofLastRun(loadTestId: string): ReturnType<Earlier['read']> {
  const answer: Answer<{ readonly edges: readonly { readonly node: OfRun }[] }> = await ask(graphqlClient(), 'query', ScriptOfLastRun, { loadTestId }, (data) => data.loadTestRuns);
  return told(answer.ok?.edges[0]?.node, answer.trouble, text.script.earlier.lastRun, text.script.earlier.noRun);
}

async function ofRunBefore(id: string): ReturnType<Earlier['read']> {
  const answer: Answer<{ readonly previous: OfRun | null }> = await ask(graphqlClient(), 'query', PreviousScript, { id }, (data) => data.loadTestRun);
  return told(answer.ok?.previous, answer.trouble, text.script.earlier.runBefore, text.script.earlier.noRunBefore);
}

function told(run: OfRun | null | undefined, trouble: Answer<unknown>['trouble'], label: string, none: string): Awaited<ReturnType<Earlier['read']>> {
  return { script: run?.script ?? null, label: run ? text.script.earlier.run(timeOf(run)) : label, problem: trouble?.message ?? (run?.script ? null : run ? text.script.noneOfRun : none) };
}
