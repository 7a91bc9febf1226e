/** A real Kailash WorkflowServer on loopback, installed once from a lock file into the tools' folder. */
import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { pythonOf } from './python.ts';
import { until } from './until.ts';

export const kailashSource = new URL('../kailash/', import.meta.url);
const { executable: python, installed } = pythonOf('kailash');
export const kailashInstalled = installed;

export interface KailashServer extends AsyncDisposable {
  readonly url: string;
  /** Executions of the `fast` workflow that the server itself counted. */
  executions(): Promise<number>;
}

export async function startKailash(): Promise<KailashServer> {
  const port = await freePort();
  const home = await mkdtemp(path.join(tmpdir(), 'kailash-'));
  const child = spawn(python, [path.join(import.meta.dirname, '../kailash/server.py'), '--port', String(port)], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => { said = (said + chunk).slice(-4000); });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  // Each on a connection of its own: a kept one may be closed by the server (after 5 s) in the moment of the next request.
  const ask = (path: string) => fetch(`${url}${path}`, { headers: { connection: 'close' } });
  await until('Kailash answers', async () => {
    if (child.exitCode !== null) throw new Error(`Kailash ended: ${said}`);
    return (await ask('/health').catch(() => null))?.ok;
  }, 90_000);
  return {
    url,
    executions: async () => ((await (await ask('/counted')).json()) as { executions: number }).executions,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
