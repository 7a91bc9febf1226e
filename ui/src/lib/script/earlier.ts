/** Scripts that were written before this one, to be compared with it. */
import { type Answer, ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { Draft } from '../plan/draft.svelte.ts';
import { timeOf } from '../run/named.ts';
import { text } from '../text/text.ts';
import type { Script } from './bundle.ts';
import { ScriptOfLastRun } from './operations.ts';

export interface Earlier {
  readonly key: string;
  readonly label: string;
  /** Null: it was not kept. */
  read(): Promise<{ readonly script: Script | null; readonly label: string; readonly problem: string | null }>;
}

/** In memory: a reload forgets them. */
const written = new WeakMap<Draft, { readonly now: Script; readonly before: Script | null }>();

/** The one that was written of this draft before, and was another; null: there is none. */
function beforeThis(draft: Draft, script: Script): Script | null {
  const known = written.get(draft);
  const before = known === undefined ? null : known.now.hash === script.hash ? known.before : known.now;
  written.set(draft, { now: script, before });
  return before;
}

export function earlierOf(draft: Draft, script: Script, loadTestId: string | null): Earlier[] {
  const before = beforeThis(draft, script);
  const label = text.script.earlier.before;
  return [...(before ? [{ key: 'before', label, read: async () => ({ script: before, label, problem: null }) }] : []), ...(loadTestId === null ? [] : [{ key: 'run', label: text.script.earlier.lastRun, read: () => ofLastRun(loadTestId) }])];
}

async function ofLastRun(loadTestId: string): ReturnType<Earlier['read']> {
  const answer: Answer<{ readonly edges: readonly { readonly node: Parameters<typeof timeOf>[0] & { readonly script: Script | null } }[] }> = await ask(graphqlClient(), 'query', ScriptOfLastRun, { loadTestId }, (data) => data.loadTestRuns);
  const run = answer.ok?.edges[0]?.node;
  const label = run ? text.script.earlier.run(timeOf(run)) : text.script.earlier.lastRun;
  return { script: run?.script ?? null, label, problem: answer.trouble?.message ?? (run?.script ? null : run ? text.script.noneOfRun : text.script.earlier.noRun) };
}
