/** Nothing is left after a test: no child process of ours, no listener, no timer. */
import { readdirSync, readFileSync } from 'node:fs';

/** Living processes whose ancestor is this one, with their command lines. */
export function childProcesses(): string[] {
  const parents = new Map<number, number>();
  const names = new Map<number, string>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') continue;
      parents.set(Number(entry), Number(parent));
      names.set(Number(entry), readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim());
    } catch {
      // it ended while we were looking
    }
  }
  const isOurs = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === process.pid) return true;
    return false;
  };
  return [...names].filter(([pid]) => isOurs(pid)).map(([pid, name]) => `${pid} ${name}`);
}

/** Open servers and timers of this process, by kind; what the test runner itself holds is there before. */
export function openHandles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'TCPServerWrap' || kind === 'ProcessWrap' || kind === 'TCPSocketWrap').sort();
}
