/** Waits for a condition, not for time: the limit only says when to give up. */
import { setTimeout as delay } from 'node:timers/promises';

export async function until<T>(what: string, ask: () => Promise<T | null | undefined | false> | T | null | undefined | false, limitMs = 30_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`gave up waiting until ${what}`);
    await delay(50);
  }
}
