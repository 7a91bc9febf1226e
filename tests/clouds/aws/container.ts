/** The one container of a task: a process of this machine that has its environment, and nothing else. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { endWithHome } from '../../../server/process/end.ts';

const ENTRY = path.resolve(import.meta.dirname, '../../../plugin/shard.ts');

export interface ContainerOptions {
  readonly runId: string;
  /** Its own, on this machine. */
  readonly folder: string;
  /** Of the image, and of the task. */
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

export interface Container {
  readonly pid: number | null;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Exit code, 128 + n after signal n. All that it printed was told before, and nothing that it started lives. */
  readonly exit: Promise<number>;
}

export function startContainer({ runId, folder, env, onLine }: ContainerOptions): Container {
  const work = path.join(folder, 'work');
  const child = spawn(process.execPath, [ENTRY], { cwd: folder, env: { ...env, HOME: folder, LOAD_TEST_SHARD_FOLDER: work }, stdio: ['ignore', 'pipe', 'pipe'] });
  const read = [child.stdout, child.stderr].map(async (output) => {
    for await (const line of createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY })) onLine(line);
  });
  const exit = new Promise<number>((resolve) => {
    child.once('exit', async (code, signal) => {
      for (const home of [folder, path.join(work, runId, 'home')]) await endWithHome(home);
      await Promise.all(read);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
  return { pid: child.pid ?? null, signal: (name) => void child.kill(name), exit };
}
