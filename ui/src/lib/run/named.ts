/** A run is named by the second in which it was started: two of one minute can be told apart. Pure. */
import { DASH, timeOfDay } from '../text/format.ts';
import { acceptedAt } from './state.ts';

export function timeOf(run: Parameters<typeof acceptedAt>[0]): string {
  const at = acceptedAt(run);
  return at === null ? DASH : timeOfDay(at);
}
