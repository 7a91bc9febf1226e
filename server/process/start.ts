/**
 * Starts a program as the leader of its own process group, so that it and whatever it starts can be ended together.
 * `execa`'s own kill reaches the direct child only, and its clean-up is off: whoever starts a program here owns its end.
 * When this process dies, the guard in the group ends it (`guarded.sh`).
 */
import { accessSync, constants } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import { execa } from 'execa';
import { GUARDED, hasLoad } from './group.ts';

export interface StartOptions {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Open descriptor 3 of the child for reading by us. */
  readonly descriptor?: boolean;
  /** When this process dies: time between the guard's SIGINT and its SIGKILL. */
  readonly graceMs: number;
  /** A HOME that nothing else has: then the guard ends those as well that have left the group. */
  readonly ownHome?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The program could not be started at all (not found, not executable). */
  readonly failure: string | null;
}

export interface Started {
  /** null when it could not be started; then `exit` says why. */
  readonly pid: number | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly descriptor: Readable | null;
  /** Settles when the program itself has ended; its children may live on and its output may still hold lines. Never rejects. */
  readonly exit: Promise<Exit>;
  /** Settles when, after that, nobody holds its output open any more. Never rejects. */
  readonly closed: Promise<void>;
}

export function start({ file, args, cwd, env, descriptor = false, graceMs, ownHome = '' }: StartOptions): Started {
  // What cannot be executed is asked for itself, so that the system says why.
  const [program, ...rest] = isExecutable(file) ? ['/bin/sh', GUARDED, String(graceMs / 1000), ownHome, file, ...args] : [file, ...args];
  const child = execa(program, rest, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdio: ['ignore', 'pipe', 'pipe', descriptor ? 'pipe' : 'ignore', 'pipe'],
  });
  const closed = child.then(() => undefined);
  const exit = new Promise<Exit>((resolve) => {
    child.nodeChildProcess.once('exit', (code, signal) => resolve({ code, signal, failure: null }));
    child.nodeChildProcess.once('error', (error) => resolve({ code: null, signal: null, failure: error.message }));
    // What Node refuses outright (a NUL in a variable, arguments that are too long) never was a process, and tells no event.
    child.then(({ failed, exitCode, originalMessage }) => {
      if (failed && child.pid === undefined) resolve({ code: exitCode ?? null, signal: null, failure: withoutValue(originalMessage ?? 'it could not be started') });
    });
  });
  const [, , , samples, guard] = child.stdio as unknown as readonly [unknown, unknown, unknown, Readable | null, Duplex | null];
  if (!child.stdout || !child.stderr || !guard) throw new Error('piped output has streams');
  guard.on('error', () => {}); // it was ended with its group
  guard.resume(); // nothing comes; but when the guard is gone, its pipe is closed
  // Whoever has started it ends what is left of its group, and until then the guard stays: this server may die just now.
  void exit.then(() => {
    if (child.pid === undefined || !hasLoad(child.pid)) guard.end('over\n');
  });
  return { pid: child.pid ?? null, stdout: child.stdout, stderr: child.stderr, descriptor: samples, exit, closed };
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Node quotes the value of a variable that it refuses: it may be a token. */
function withoutValue(message: string): string {
  return message.replace(/\s*Received .*/s, '');
}
