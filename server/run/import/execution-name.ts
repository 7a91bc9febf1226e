/** The requests that run the workflow: those that our own scripts name so, or the only ones there are; null: nobody can tell. */
export function executionName(names: Iterable<string>): string | null {
  const all = new Set(names);
  const [only = null] = all;
  if (all.has('execute')) return 'execute';
  return all.size === 1 ? only : null;
}
