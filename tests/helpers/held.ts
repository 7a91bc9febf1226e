/** How much memory something keeps. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function used(): Promise<number> {
  // What lies outside of the heap is given back by a thread of its own, after the collection that found it.
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes that are held by what `make` gives, and by whatever else it leaves behind. */
export async function heldBy<T>(make: () => Promise<T>): Promise<{ readonly bytes: number; readonly made: T }> {
  const before = await used();
  const made = await make();
  return { bytes: (await used()) - before, made };
}
