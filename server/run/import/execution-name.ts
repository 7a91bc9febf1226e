import type { ResolvedPlan } from '../../script/resolve.ts';

/**
 * The requests that run the workflow: those that our own scripts name so, or the only ones there are; null: nobody can tell. Where an execution is polled for, no request is one:
 * the first is answered when the work begins.
 */
export function executionName({ polling }: Pick<ResolvedPlan, 'polling'>, names: Iterable<string>): string | null {
  if (polling !== null) return null;
  const all = new Set(names);
  const [only = null] = all;
  if (all.has('execute')) return 'execute';
  return all.size === 1 ? only : null;
}

/** As many as a sentence can hold. */
export const MOST_SHOWN = 5;

/** A warning where nobody can tell: it says what would help. */
export function whichExecute({ polling }: Pick<ResolvedPlan, 'polling'>, found: string | null, names: Iterable<string>): string[] {
  const all = [...new Set(names)];
  if (found !== null || all.length === 0) return [];
  if (polling !== null) return ['Executions of this test are polled for, and no request is one: of such a run only the sample lines of our own scripts tell.'];
  const shown = all.slice(0, MOST_SHOWN).map((name) => JSON.stringify(name));
  return [`Which requests run the workflow nobody can tell, so there are no executions to judge: name them "execute" where they are made. These results have ${shown.join(', ')}${all.length > MOST_SHOWN ? ', ...' : ''}.`];
}
