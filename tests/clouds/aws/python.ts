/** moto and botocore in a Python of their own: installed once from a lock file, started once for each bed. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pythonOf } from '../../helpers/python.ts';

export const awsSource = new URL('python/', import.meta.url);
const { executable: python, installed } = pythonOf('aws');
export const awsInstalled = installed;

export interface Python extends AsyncDisposable {
  /** Of moto. */
  readonly url: string;
  /** What botocore finds wrong with a request; null: nothing. */
  wrong(request: { readonly service: 'ecs' | 'logs'; readonly operation: string; readonly body: unknown }): Promise<string | null>;
}

export async function startPython(): Promise<Python> {
  const child = spawn(python, [path.join(import.meta.dirname, 'python/aws.py')], { env: { PATH: process.env['PATH'] ?? '' }, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the Python of moto and botocore has ended');
    return value as string;
  };
  const url = await next();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    url,
    wrong(request) {
      const answer = turn.then(() => {
        child.stdin.write(`${JSON.stringify(request)}\n`);
        return next();
      });
      turn = answer.catch(() => {});
      return answer.then((line) => JSON.parse(line) as string | null);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
