/** Ends a process group: SIGINT, grace, SIGKILL. Returns when no member lives. */
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, signal } from './group.ts';

export interface GroupEnd {
  /** The grace was over and the group was killed. */
  readonly killed: boolean;
}

const POLL_MS = 25;
/** After SIGKILL only the kernel can be slow (a member in uninterruptible sleep). */
const KILL_WAIT_MS = 5000;

export async function endGroup(group: number, graceMs: number): Promise<GroupEnd> {
  if (!signal(group, 'SIGINT') || (await goneWithin(group, graceMs))) return { killed: false };
  signal(group, 'SIGKILL');
  if (!(await goneWithin(group, KILL_WAIT_MS))) throw new Error(`process group ${group} lives on after SIGKILL`);
  return { killed: true };
}

async function goneWithin(group: number, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (isAlive(group)) {
    if (performance.now() >= until) return false;
    await delay(POLL_MS);
  }
  return true;
}
