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
