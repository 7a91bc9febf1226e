/**
 * What a tool can see and touch. With bubblewrap: a file system that it can only read but for its own folder, no view of the data
 * folder (database, key, other runs) and none of other processes. Without: the same user and file system as the server, said in `isolation`.
 */
import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { runToEnd } from '../process/run-to-end.ts';
import type { Exit } from '../process/start.ts';

export interface Sandbox {
  /** One sentence for `generator.isolation`. */
  readonly isolation: string;
  /** The command as it is started; `folder` is the one that it may write to. */
  wrap(command: Program, folder: string): Program;
  /** How the tool itself ended. */
  exitOf(exit: Exit): Exit;
}

export interface Program {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
}

export interface SandboxOptions {
  /** `auto`: where it works; `required`: a start without it fails; `off`: never. */
  readonly mode: 'auto' | 'required' | 'off';
  /** Absolute; all of it but its tools is hidden. */
  readonly dataFolder: string;
  readonly searchPath: string;
}

const OPEN = 'own folder and environment; the same user and file system as the server';
const CLOSED = 'own folder and environment; bubblewrap: all other files are read-only, other processes and the data folder are not visible';

/** Throws a sentence when it is required and does not work. */
export async function openSandbox({ mode, dataFolder, searchPath }: SandboxOptions): Promise<Sandbox> {
  if (mode === 'off') return openAir(OPEN);
  const tools = path.join(dataFolder, 'tools');
  const runs = path.join(dataFolder, 'runs');
  for (const folder of [tools, runs]) await mkdir(folder, { recursive: true });
  const wrap: Sandbox['wrap'] = ({ file, args }, folder) => ({ file: '/bin/sh', args: ['-c', IGNORING_SIGINT, 'sh', 'bwrap', ...viewOf(dataFolder, tools, folder), '--', 'env', '--default-signal=INT', file, ...args] });
  // The whole of what runs will be wrapped in, around a program that does nothing: a kernel or container may forbid any part of it.
  const probe = wrap({ file: '/bin/true', args: [] }, runs);
  const tried = await runToEnd({ ...probe, cwd: '/', env: { PATH: searchPath }, timeoutMs: 10_000 });
  if (tried.code === 0) return { isolation: CLOSED, wrap, exitOf: told };
  const why = tried.stderr.trim().split('\n').at(-1) || tried.failure || `exit code ${tried.code}`;
  if (mode === 'required') throw new Error(`LOAD_TESTING_SANDBOX=required, but bubblewrap does not work here: ${why}`);
  return openAir(`${OPEN} (bubblewrap does not work here: ${why})`);
}

const openAir = (isolation: string): Sandbox => ({ isolation, wrap: (command) => command, exitOf: (exit) => exit });

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** As shells do, bubblewrap ends with 128 + the signal that its program died of. */
function told(exit: Exit): Exit {
  const signal = exit.code === null ? undefined : SIGNALS.get(exit.code - 128);
  return signal ? { ...exit, code: null, signal } : exit;
}

/**
 * A stop is SIGINT to the whole group, and bubblewrap's own process there would die of it and take the tool along before it has told
 * its last lines. So all ignore it, and `env` (GNU) gives the tool its default back.
 */
const IGNORING_SIGINT = 'trap "" INT; exec "$@"';

/** What bubblewrap makes of its own is memory that no limit of a run counts: the emptied data folder and /dev, with /dev/shm in it, are read-only, too. Its devices are mounts of their own. */
function viewOf(dataFolder: string, tools: string, folder: string): string[] {
  const mounts = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', dataFolder, '--ro-bind', tools, tools, '--bind', folder, folder];
  return [...mounts, '--remount-ro', dataFolder, '--remount-ro', '/dev', '--unshare-pid', '--unshare-ipc'];
}
