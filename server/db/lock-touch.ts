/** A lock is touched as long as its holder lives: what tells a holder on another machine, or in another container, from a dead one. */
import { type FileHandle, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const TOUCH_EVERY_MS = 2000;
/** Untouched for so long, it was left by a dead holder. */
const DEAD_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Through the open file: whoever has taken the lock over by then has another one. */
export async function touch(lock: FileHandle): Promise<void> {
  const now = new Date();
  await lock.utimes(now, now);
}

/** Until the returned function is called. Keeps no process alive. */
export function keepTouched(lock: FileHandle): () => Promise<void> {
  let touched: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    touched = touch(lock).catch(() => {}); // the next one may succeed
  }, TOUCH_EVERY_MS).unref();
  return async () => {
    clearInterval(timer);
    await touched;
  };
}

/** true as soon as it is seen touched; false when it is old, or gone. So a container that takes the place of a dead one starts, some seconds later. */
export async function isTouched(file: string): Promise<boolean> {
  const modified = () => stat(file).then(({ mtimeMs }) => mtimeMs, () => null);
  const first = await modified();
  if (first === null) return false;
  const ageMs = Math.max(0, Date.now() - first);
  const patience = performance.now() + DEAD_AFTER_MS - ageMs;
  while (performance.now() < patience) {
    await delay(LOOK_EVERY_MS);
    const last = await modified();
    if (last !== first) return last !== null;
  }
  return false;
}
