/** The container of a shard, for beds whose engine is a stand-in: its program as a process of this machine, with its environment and nothing else. */
import { mkdir, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { homesOf } from '../../server/clouds/process/shard-process.ts';
import { endGroup, endWithHome } from '../../server/process/end.ts';
import { groupsWith } from '../../server/process/group.ts';
import { start } from '../../server/process/start.ts';

const ENTRY = fileURLToPath(new URL('../../plugin/shard.ts', import.meta.url));

export interface ContainerOptions {
  readonly runId: string;
  /** Its own, on this machine. */
  readonly folder: string;
  /** For Node. Default: the entry of a shard. */
  readonly args?: readonly string[];
  /** Of the image, and what the engine was told. */
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string, isError: boolean) => void;
}

export interface Container {
  /** Any process of it lives, by what the machine shows. */
  readonly isAlive: boolean;
  /** SIGTERM to its program alone, as a runtime sends it, and after the grace SIGKILL. Bears a second time. */
  end(graceMs: number): void;
  kill(): void;
  /** Exit code; 128 + n after signal n. All that it printed was told before, and nothing that it started lives. */
  readonly exit: Promise<{ readonly code: number; readonly isKilled: boolean }>;
}

export async function startContainer({ runId, folder, args = [ENTRY], env, onLine }: ContainerOptions): Promise<Container> {
  await mkdir(folder, { recursive: true });
  const { pid, stdout, stderr, exit } = start({
    file: process.execPath,
    args,
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env, HOME: folder, LOAD_TEST_SHARD_FOLDER: path.join(folder, 'work') },
    graceMs: 0,
    ownHome: folder,
  });
  const homes = homesOf(folder, runId);
  const read = [stdout, stderr].map(async (output, i) => {
    for await (const line of createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY })) onLine(line, i === 1);
  });
  let isOver = false;
  const signal = (name: NodeJS.Signals) => {
    if (pid !== null && !isOver) process.kill(pid, name);
  };
  let killing: NodeJS.Timeout | undefined;
  return {
    get isAlive() {
      return homes.some((home) => groupsWith('HOME', home).length > 0);
    },
    end(graceMs) {
      signal('SIGTERM');
      killing ??= setTimeout(() => signal('SIGKILL'), graceMs);
    },
    kill: () => signal('SIGKILL'),
    exit: exit.then(async ({ code, signal: endedBy }) => {
      isOver = true;
      clearTimeout(killing);
      // With a container all that runs in it ends.
      if (pid !== null) await endGroup(pid, 0);
      for (const home of homes) await endWithHome(home);
      await Promise.all(read);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      return { code: code ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy as NodeJS.Signals]), isKilled: code === null };
    }),
  };
}
