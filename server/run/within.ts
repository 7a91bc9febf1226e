/** Waits for it, but not longer, and leaves no timer. */
import { setTimeout as delay } from 'node:timers/promises';

export async function within(ms: number, what: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([what, delay(ms, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
}
