/** `npm start` as a user gets it, on a port of its own and with the tools that are prepared already. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { frameworks } from '../../templates/index.ts';
import { searchPath, toolPath } from './places.ts';
import { until } from './until.ts';

export interface Standalone extends AsyncDisposable {
  readonly url: string;
  readonly output: () => string;
  readonly pid: number;
  /** Address of a page of the panel. */
  panel(path: string): string;
  /** As an integrator: what the API answers, which has no errors. */
  ask<Data>(query: string, variables?: object): Promise<Data>;
}

export async function startStandalone(more: Readonly<Record<string, string>> = {}): Promise<Standalone> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'standalone-'));
  const paths = await Promise.all(frameworks.map(async ({ key, tool }) => [tool.pathVariable, (await toolPath(key)) ?? '/nowhere'] as const));
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../../plugin/standalone.ts')], {
    env: { PATH: searchPath, HOME: dataFolder, PORT: '0', LOAD_TESTING_DATA_DIR: dataFolder, ...Object.fromEntries(paths), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk; });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await until('it is ready', () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
    return /^Ready: (\S+)$/m.exec(output)?.[1];
  }, 60_000);
  const panel = (rest: string) => `${url}/plugins/load-testing${rest}`;
  return {
    url,
    panel,
    async ask<Data>(query: string, variables: object = {}) {
      const headers = { 'content-type': 'application/json', 'x-graphql-yoga-csrf': 'test' };
      const answer = await fetch(panel('/graphql'), { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
      const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown };
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    output: () => output,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const code = await exited;
      await rm(dataFolder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`npm start ended with ${code}: ${output}`);
    },
  };
}
