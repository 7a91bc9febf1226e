/**
 * Starts a program as the leader of its own process group, so that it and whatever it starts can be ended together.
 * `execa`'s own kill reaches the direct child only, and its clean-up is off: whoever starts a program here owns its end.
 */
import type { Readable } from 'node:stream';
import { execa } from 'execa';

export interface StartOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Open descriptor 3 of the child for reading by us. */
  readonly descriptor?: boolean;
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

export function start({ file, args, cwd, env, descriptor = false }: StartOptions): Started {
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdio: descriptor ? ['ignore', 'pipe', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe'],
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
  const stdio = child.stdio as unknown as readonly (Readable | null)[];
  if (!child.stdout || !child.stderr) throw new Error('piped output has streams');
  return { pid: child.pid ?? null, stdout: child.stdout, stderr: child.stderr, descriptor: stdio[3] ?? null, exit, closed };
}

/** Node quotes the value of a variable that it refuses: it may be a token. */
function withoutValue(message: string): string {
  return message.replace(/\s*Received .*/s, '');
}
