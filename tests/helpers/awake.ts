/**
 * Keeps every core awake while something is measured: a core that dozes takes half a millisecond and more to wake, on the
 * way to the target and on the way back, and at a few requests a second it dozes before each of them. The programs that do
 * it run in the class SCHED_IDLE, so whoever has work takes the core from them at once. Without `chrt` nothing is done.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

export interface Awake extends AsyncDisposable {
  readonly pids: readonly number[];
}

export async function keepAwake(): Promise<Awake> {
  const children = Array.from({ length: availableParallelism() }, () => spawn('chrt', ['--idle', '0', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }));
  const started = (await Promise.all(children.map(isStarted))).flatMap((child) => child ?? []);
  return {
    pids: started.flatMap(({ pid }) => pid ?? []),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.filter(({ exitCode }) => exitCode === null).map((child) => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        return ended;
      }));
    },
  };
}

function isStarted(child: ChildProcess): Promise<ChildProcess | null> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(child));
    child.once('error', () => resolve(null));
  });
}
