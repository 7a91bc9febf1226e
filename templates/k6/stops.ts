/** What an objective that stops a test needs beside k6: its virtual users share no memory, so that none of them sees when it is broken. */
import type { ScriptInput } from '../framework.ts';

export function stopWarnings({ plan }: ScriptInput): string[] {
  if (plan.objectives.every(({ abortAfterMs }) => abortAfterMs === null)) return [];
  return ['By hand a script of k6 does not stop early: an objective with abortAfterMs stops the runs that are started here, but a downloaded script goes on to its end.'];
}
