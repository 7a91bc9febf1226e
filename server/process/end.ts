/** Ends what was started: its process group by SIGINT, grace, SIGKILL; and what has left the group. Returns when nothing of it lives. */
import { setTimeout as delay } from 'node:timers/promises';
import { groupsWith, hasLoad, isAlive, membersOf, signal, Unlisted } from './group.ts';

export interface GroupEnd {
  /** The grace was over and the group was killed. */
  readonly killed: boolean;
}

const POLL_MS = 25;
/** After SIGKILL only the kernel can be slow (a member in uninterruptible sleep). */
const KILL_WAIT_MS = 5000;

export async function endGroup(group: number, graceMs: number): Promise<GroupEnd> {
  // Before anything is looked at: the load ends although nobody can see it. Its guard does not mind.
  if (!signal(group, 'SIGINT')) return { killed: false };
  // Where its guard cannot be told apart, it is waited for like the rest: it leaves when the program has ended.
  const killed = !(await comesTrue(graceMs, () => !hasLoad(group) && (membersOf(group) !== null || !isAlive(group))));
  // The guard as well: it stays until nothing is left to be guarded.
  if (signal(group, 'SIGKILL') && !(await comesTrue(KILL_WAIT_MS, () => !isAlive(group)))) throw new Error(`process group ${group} lives on after SIGKILL`);
  return { killed };
}

/** Whatever was started with this HOME, in whatever group: it must be of one run alone. Found only where the system can tell. */
export async function endWithHome(home: string): Promise<void> {
  const until = performance.now() + KILL_WAIT_MS;
  for (;;) {
    try {
      const groups = groupsWith('HOME', home);
      if (groups.length === 0) return;
      if (performance.now() > until) throw new Error(`process group ${groups.join(', ')} lives on after SIGKILL`);
      await Promise.all(groups.map((group) => endGroup(group, 0)));
      // Once more: what forks just now is not seen the first time.
    } catch (error) {
      if (!(error instanceof Unlisted) || performance.now() > until) throw error;
      await delay(POLL_MS);
    }
  }
}

async function comesTrue(ms: number, done: () => boolean): Promise<boolean> {
  const until = performance.now() + ms;
  while (!done()) {
    if (performance.now() >= until) return false;
    await delay(POLL_MS);
  }
  return true;
}
