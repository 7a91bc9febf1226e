/**
 * A process as a container runs it: it is process 1 of its own, so a signal that it does not handle does nothing, and when it
 * ends all that it started ends. Volumes are at their paths. The network, the programs and the user are this machine's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { start } from '../../../server/process/start.ts';

export interface Mount {
  /** A folder or a file of this machine. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface ContainerOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly mounts: readonly Mount[];
  /** Its own, on this machine. */
  readonly folder: string;
  /** Called with each line of either output, in the order in which they come. */
  readonly onLine: (line: string) => void;
}

export interface Container {
  /** To process 1 alone, as a runtime sends it. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Exit code, 128 + n after signal n. Everything that it printed was told before. */
  readonly exit: Promise<number>;
}

/** Root may make them; anybody else is root in a namespace of users. */
const namespaces = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--mount', '--pid', '--fork', '--kill-child'] as const;

export const canMakeNamespaces = (): boolean => spawnSync(namespaces[0], [...namespaces.slice(1), 'mount', '-t', 'proc', 'proc', '/proc']).status === 0;

/** What `container.sh` prints at the very last: from here on signals reach the program itself. */
const BEGUN = 'the container has begun';

/** What `unshare` (util-linux 2.38) says instead of passing the signal on that has ended process 1. */
const KILLED = 'unshare: sigprocmask unblock failed';

/** @throws why it could not be started */
export async function startContainer({ command, env, workingDir, mounts, folder, onLine }: ContainerOptions): Promise<Container> {
  for (const mount of mounts) expectNothingIsLeft(mount.path);
  const root = path.join(folder, 'root');
  await mkdir(root, { recursive: true }); // it may be the second time
  const volumes = mounts.flatMap(({ source, path, readOnly }) => [source, path, readOnly ? 'ro' : 'rw']);
  const { pid, stdout, stderr, exit } = start({
    file: '/usr/bin/env',
    args: [...namespaces, 'sh', path.join(import.meta.dirname, 'container.sh'), root, workingDir, ...volumes, '--', ...command],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    graceMs: 0,
  });
  const { promise: begun, resolve: begins } = Promise.withResolvers<boolean>();
  const early: string[] = [];
  let [isBegun, isKilled] = [false, false];
  const read = [stdout, stderr].map(async (output) => {
    for await (const line of createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.startsWith(KILLED)) isKilled = true;
      else if (isBegun) onLine(line);
      else if (line !== BEGUN) early.push(line);
      else {
        isBegun = true;
        for (const overtaken of early) onLine(overtaken); // by the other output
        begins(true);
      }
    }
  });
  let isOver = false;
  const ended = exit.then(async ({ code, signal }) => {
    isOver = true; // its id may be another's soon
    await Promise.all(read); // who held its output open was in its namespace, and is gone as well
    begins(false);
    return isKilled ? 128 + constants.signals.SIGKILL : (code ?? 128 + (signal === null ? 0 : constants.signals[signal as NodeJS.Signals]));
  });
  if (!(await begun)) throw new Error(early.join(' ') || `exit code ${await ended}`);
  return {
    signal(name) {
      if (pid !== null && !isOver) signalFirst(pid, name);
    },
    exit: ended,
  };
}

/** To process 1 of the namespace that a program has made: of its children, the one that has this id as well. */
function signalFirst(pid: number, name: NodeJS.Signals): void {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const first = children.find((child) => /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${child}/status`, 'utf8')));
    if (first) process.kill(Number(first), name);
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error; // it has ended just now
  }
}

/** Below a folder that this machine has, a path that it does not have would have to be made on the machine. */
function expectNothingIsLeft(mountPath: string): void {
  const [, first = ''] = mountPath.split('/');
  if (existsSync(`/${first}`) && !existsSync(mountPath)) throw new Error(`${mountPath} cannot be mounted here: this machine has /${first}, and not ${mountPath}`);
}
