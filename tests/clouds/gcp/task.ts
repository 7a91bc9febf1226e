/** One task of an execution: the entry of a shard as a process of this machine, with the environment that its job names. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { homesOf } from '../../../server/clouds/process/shard-process.ts';
import { endGroup, endWithHome } from '../../../server/process/end.ts';
import { groupsWith } from '../../../server/process/group.ts';
import { start } from '../../../server/process/start.ts';

const ENTRY = fileURLToPath(new URL('../../../plugin/shard.ts', import.meta.url));
/** From SIGTERM to SIGKILL. */
export const GRACE_MS = 10_000;

export interface RunningTask {
  /** Any process of it lives, by what the machine shows. */
  readonly isAlive: boolean;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** SIGTERM, and after the grace SIGKILL. */
  end(): void;
  /** At once, and all of it. */
  kill(): void;
}

export interface TaskOptions {
  readonly folder: string;
  readonly runId: string;
  /** For Node. Default: the entry of a shard. */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string, isError: boolean) => void;
}

export async function startTask({ folder, runId, args = [ENTRY], env, onLine }: TaskOptions): Promise<RunningTask> {
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
  const send = (signal: NodeJS.Signals) => {
    if (pid !== null && !isOver) process.kill(pid, signal);
  };
  let killing: NodeJS.Timeout | undefined;
  return {
    get isAlive() {
      return homes.some((home) => groupsWith('HOME', home).length > 0);
    },
    exit: exit.then(async (how) => {
      isOver = true;
      clearTimeout(killing);
      // With a container all that runs in it ends.
      if (pid !== null) await endGroup(pid, 0);
      for (const home of homes) await endWithHome(home);
      await Promise.all(read);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      return how;
    }),
    end() {
      send('SIGTERM');
      killing ??= setTimeout(() => send('SIGKILL'), GRACE_MS);
    },
    kill: () => send('SIGKILL'),
  };
}
