/** What dead runs left behind: each is removed, and one that cannot be does not keep the others. */
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
  const ended: string[] = [];
  for (const one of found.filter(({ runId }) => !live.has(runId))) {
    try {
      await remove(one);
      ended.push(one.runId);
    } catch (error) {
      log.warn({ err: error, runId: one.runId }, 'what is left of a run could not be ended');
    }
  }
  return ended;
}
