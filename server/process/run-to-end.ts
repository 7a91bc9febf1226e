/** Runs a short program to its end: version checks, syntax checks, installations. Output is kept up to a limit. */
import { execa } from 'execa';
import { signal } from './group.ts';

export interface RunToEndOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends it at once, with whatever it has started. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it has no exit code: not found, timed out, ended by a signal. */
  readonly failure: string | null;
}

const MAX_OUTPUT = 1_000_000;

export async function runToEnd({ file, args, cwd, env, timeoutMs, signal: cancelled }: RunToEndOptions): Promise<RunResult> {
  const child = execa(file, args, {
    cwd,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env },
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    maxBuffer: MAX_OUTPUT,
    stdin: 'ignore',
  });
  let ended: string | null = null;
  const end = (why: string) => {
    ended ??= why;
    if (child.pid !== undefined) signal(child.pid, 'SIGKILL');
  };
  const timer = setTimeout(() => end(`took longer than ${Math.round(timeoutMs / 1000)} s`), timeoutMs);
  const cancel = () => end('was cancelled');
  cancelled?.addEventListener('abort', cancel);
  if (cancelled?.aborted) cancel();
  const result = await child;
  clearTimeout(timer);
  cancelled?.removeEventListener('abort', cancel);
  const failure = ended ?? result.signal ?? (result.exitCode === undefined ? (result.originalMessage ?? 'could not be started') : null);
  return { code: ended === null ? (result.exitCode ?? null) : null, stdout: result.stdout, stderr: result.stderr, failure };
}
