/**
 * Process groups as Linux shows them. A dead member stays as a zombie where nobody reaps it, and `kill(-group, 0)` goes on
 * succeeding: the state letter in /proc decides who lives. Elsewhere the signal test is all there is.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Member {
  readonly pid: number;
  /** Clock ticks since boot: with the pid it names one process for ever. */
  readonly startTicks: number;
  readonly cpuTicks: number;
  readonly memoryBytes: number;
}

/** What programs are started through (`start.ts`): it leaves a guard in their group. */
export const GUARDED = path.join(import.meta.dirname, 'guarded.sh');

const PAGE_BYTES = 4096;
const hasProc = process.platform === 'linux';

/** Living members of a group; null where the system cannot list them. */
export function membersOf(group: number): Member[] | null {
  return hasProc ? living().filter((stat) => stat.group === group) : null;
}

/** Groups of the living processes that were started with this variable (by a user whose processes we may read); none where the system cannot tell. */
export function groupsWith(name: string, value: string): number[] {
  if (!hasProc) return [];
  const wanted = `\0${name}=${value}\0`;
  return [...new Set(living().flatMap(({ pid, group }) => (environmentOf(pid).includes(wanted) ? [group] : [])))];
}

/** Anybody but the guard lives in this group. false where the system cannot tell. */
export function hasLoad(group: number): boolean {
  return (membersOf(group) ?? []).some(({ pid }) => pid === group || !isGuard(pid));
}

function isGuard(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] === GUARDED;
  } catch {
    return true; // it ended just now
  }
}

/** As it was at its start, each variable between two NULs. */
function environmentOf(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  } catch {
    return ''; // it ended just now, or belongs to another user
  }
}

function living(): Stat[] {
  return readdirSync('/proc').flatMap((entry) => {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : null;
    return stat && stat.state !== 'Z' && stat.state !== 'X' ? [stat] : [];
  });
}

/** The process with this pid, or null when there is none (or it is a zombie). */
export function processOf(pid: number): (Member & { readonly group: number }) | null {
  const stat = hasProc ? statOf(pid) : null;
  return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat : null;
}

type Stat = Member & { readonly group: number; readonly state: string };

function statOf(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null; // it ended between the listing and now
  }
  // The name stands in parentheses and may hold anything: the fields begin after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (n: number) => Number(fields[n - 3]); // numbered as in proc(5), where state is field 3
  return {
    pid,
    state: fields[0] ?? '',
    group: field(5),
    cpuTicks: field(14) + field(15),
    startTicks: field(22),
    memoryBytes: field(24) * PAGE_BYTES,
  };
}

export function isAlive(group: number): boolean {
  const members = membersOf(group);
  if (members) return members.length > 0;
  return signal(group, 0);
}

/** Sends a signal to every member; false when the group is gone. */
export function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
