/** CPU and memory of a process group between two readings. */
import { membersOf } from '../process/group.ts';

/** Linux counts CPU time in hundredths of a second for programs (USER_HZ), whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

export interface Usage {
  /** 1 = one core fully used; null at the first reading and where the system does not tell. */
  readonly cpuRatio: number | null;
  readonly memoryBytes: number | null;
}

/** Each call tells the usage since the one before. */
export function usageMeter(group: number): () => Usage {
  let before: { at: number; ticks: Map<number, number> } | null = null;
  return () => {
    const members = membersOf(group);
    if (!members) return { cpuRatio: null, memoryBytes: null };
    const now = { at: performance.now(), ticks: new Map(members.map((m) => [m.pid, m.cpuTicks])) };
    const memoryBytes = members.reduce((sum, m) => sum + m.memoryBytes, 0);
    let cpuRatio: number | null = null;
    if (before) {
      let ticks = 0;
      // A member that is new since then has used all its time since then; one that ended takes its last moments with it.
      for (const [pid, count] of now.ticks) ticks += count - (before.ticks.get(pid) ?? 0);
      cpuRatio = ticks / TICKS_PER_SECOND / ((now.at - before.at) / 1000);
    }
    before = now;
    return { cpuRatio, memoryBytes };
  };
}
