/** What dead runs left behind: each is removed, beside the others, and one that cannot be does not keep them. */
import type { CloudHost } from './cloud.ts';

interface SweepOptions<T> {
  /** Of this installation, live or not. */
  readonly found: readonly T[];
  readonly isLive: (runIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly remove: (one: T) => Promise<void>;
  readonly log: CloudHost['log'];
}

/** @returns the ids of those that were removed; what could not be is found again the next time */
export async function sweepDead<T extends { readonly runId: string }>({ found, isLive, remove, log }: SweepOptions<T>): Promise<string[]> {
  const live = await isLive(found.map(({ runId }) => runId));
  const ended = found.filter(({ runId }) => !live.has(runId)).map(async (one) => {
    try {
      await remove(one);
      return [one.runId];
    } catch (error) {
      log.warn({ err: error, runId: one.runId }, 'what is left of a run could not be ended');
      return [];
    }
  });
  return (await Promise.all(ended)).flat();
}
