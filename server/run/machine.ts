/** Which machine and which boot a recorded pid belongs to: on another one it names somebody else's process. */
import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, platform, totalmem } from 'node:os';

export const machine: { readonly host: string; readonly bootId: string } = { host: hostname(), bootId: bootId() };

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return ''; // not Linux: no pid is ever trusted over a restart
  }
}

/** What kind of machine this is: on another kind the same run is as fast or as slow as that machine. Its name says nothing of it. */
export const hostFingerprint: string = fingerprintOf({ platform: platform(), arch: arch(), cpus: cpus(), memoryBytes: totalmem() });

export function fingerprintOf({ platform, arch, cpus, memoryBytes }: { platform: string; arch: string; cpus: readonly { readonly model: string }[]; memoryBytes: number }): string {
  const model = cpus[0]?.model.replaceAll(/\s+/g, ' ').trim() || 'unknown CPU';
  return `${platform} ${arch}, ${cpus.length} x ${model}, ${Math.round(memoryBytes / 2 ** 30)} GiB`;
}
