/** How a run is called: by its number among the runs of its test, and by the second in which it was started, so that two of one minute can be told apart. Pure. */
import { DASH, timeOfDay } from '../text/format.ts';
import { text } from '../text/text.ts';
import { acceptedAt } from './state.ts';

type Timed = Parameters<typeof acceptedAt>[0];

export function timeOf(run: Timed): string {
  const at = acceptedAt(run);
  return at === null ? DASH : timeOfDay(at);
}

/** "Run 12, 05:09:06 AM"; of no saved test, without a number. */
export const nameOf = (run: Timed & { readonly number: number | null }): string => text.run.runOf(run.number, timeOf(run));
