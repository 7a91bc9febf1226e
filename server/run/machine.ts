/** Which machine and which boot a recorded pid belongs to: on another one it names somebody else's process. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export const machine: { readonly host: string; readonly bootId: string } = { host: hostname(), bootId: bootId() };

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return ''; // not Linux: no pid is ever trusted over a restart
  }
}
