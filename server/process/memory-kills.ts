/** How often the system has ended a process of this machine for want of memory: who is ended by SIGKILL is not told why. */
import { readFileSync } from 'node:fs';

/** Since boot, those of containers among them (`oom_kill` in proc(5), /proc/vmstat, since Linux 4.13); null: the system does not tell. */
export function memoryKills(): number | null {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'));
    return found ? Number(found[1]) : null;
  } catch {
    return null;
  }
}
