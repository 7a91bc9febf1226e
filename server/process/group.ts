/**
 * Process groups as Linux shows them. A dead member stays as a zombie where nobody reaps it, and `kill(-group, 0)` goes on
 * succeeding: the state letter in /proc decides who lives. Elsewhere the signal test is all there is.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pageBytes } from './page-size.ts';

export interface Member {
  readonly pid: number;
  /** Clock ticks since boot: with the pid it names one process for ever. */
  readonly startTicks: number;
  readonly cpuTicks: number;
  readonly memoryBytes: number;
}

/** What programs are started through (`start.ts`): it leaves a guard in their group. */
export const GUARDED = path.join(import.meta.dirname, 'guarded.sh');

const PAGE_BYTES = pageBytes();
const hasProc = process.platform === 'linux';

/** The system cannot list its processes just now (too many files are open): that none is seen does not say that none lives. */
export class Unlisted extends Error {
  override readonly name = 'Unlisted';
}

/** Living members of a group; null where the system cannot list them, or cannot just now. */
export function membersOf(group: number): Member[] | null {
  return unlessUnlisted(() => (hasProc ? living().filter((stat) => stat.group === group) : null), null);
}

/** Groups of the living processes that were started with this variable (by a user whose processes we may read); none where the system cannot tell. Throws Unlisted. */
export function groupsWith(name: string, value: string): number[] {
  if (!hasProc) return [];
  const wanted = `\0${name}=${value}\0`;
  return [...new Set(living().flatMap(({ pid, group }) => (environmentOf(pid).includes(wanted) ? [group] : [])))];
}

/** Anybody but the guard lives in this group. false where the system cannot tell; true where it cannot just now. */
export function hasLoad(group: number): boolean {
  return unlessUnlisted(() => hasProc && living().some((stat) => stat.group === group && (stat.pid === group || !isGuard(stat.pid))), true);
}

function isGuard(pid: number): boolean {
  const command = read(`/proc/${pid}/cmdline`);
  return command === null || command.split('\0')[1] === GUARDED; // null: it ended just now
}

/** As it was at its start, each variable between two NULs. */
function environmentOf(pid: number): string {
  return `\0${read(`/proc/${pid}/environ`) ?? ''}`;
}

/** It ended just now, or belongs to another user. */
const NOT_SEEN = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

/** What stands in a file of a process; null: it is not there for us. Throws Unlisted. */
function read(file: string): string | null {
  return listed(() => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (NOT_SEEN.has((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  });
}

function listed<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw new Unlisted(`The processes of this machine could not be listed: ${(error as Error).message}`, { cause: error });
  }
}

function unlessUnlisted<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof Unlisted) return otherwise;
    throw error;
  }
}

function living(): Stat[] {
  return listed(() => readdirSync('/proc')).flatMap((entry) => {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : null;
    return stat && stat.state !== 'Z' && stat.state !== 'X' ? [stat] : [];
  });
}

/** The process with this pid, or null when there is none (or it is a zombie). Throws Unlisted. */
export function processOf(pid: number): (Member & { readonly group: number }) | null {
  const stat = hasProc ? statOf(pid) : null;
  return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat : null;
}

/** With the pid it names the process for ever; 0: nobody can tell. */
export function startTicksOf(pid: number): number {
  return unlessUnlisted(() => processOf(pid)?.startTicks ?? 0, 0);
}

type Stat = Member & { readonly group: number; readonly state: string };

function statOf(pid: number): Stat | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
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
