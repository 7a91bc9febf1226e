/**
 * Google's own description of the Cloud Run Admin API, taken once out of a Python package that carries it, into
 * `.load-testing/discovery/<hash of what is asked for>/`. Nothing of it is part of the product.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { runToEnd } from '../../../server/process/run-to-end.ts';

const requirements = path.join(import.meta.dirname, 'discovery/requirements.lock');
const cache = path.resolve(import.meta.dirname, '../../../.load-testing/discovery');
const file = path.join(cache, createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16), 'run.v2.json');
const MINUTES = 300_000;

export interface Discovery {
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Of every request, besides those of its method. */
  readonly parameters: Readonly<Record<string, Schema>>;
  readonly resources: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

export interface Method {
  readonly id: string;
  readonly httpMethod: string;
  readonly flatPath: string;
  readonly parameters: Readonly<Record<string, Schema & { readonly location: 'path' | 'query' }>>;
  readonly request?: Schema;
  readonly response?: Schema;
}

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly readOnly?: boolean;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

/** null: it was not to be had. */
export const discovery = (): Discovery | null => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Discovery) : null);

/** @returns null when it is there, else a sentence why not. @param report called when there is something to do */
export async function prepareDiscovery(environment: Readonly<Record<string, string>>, report: (line: string) => void): Promise<string | null> {
  if (existsSync(file)) return null;
  report(`The description of Cloud Run's API is fetched into ${path.dirname(file)} (once)`);
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(path.join(cache, 'fetching-'));
  try {
    const { code, stderr, failure } = await runToEnd({ file: 'python3', args: ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', '--require-hashes', '--target', partial, '-r', requirements], cwd: partial, env: environment, timeoutMs: MINUTES });
    if (code !== 0) return `pip install failed (${failure ?? `exit code ${code}`}): ${stderr.trim().split('\n').at(-1)?.slice(0, 300)}`;
    await mkdir(path.dirname(file), { recursive: true });
    await copyFile(path.join(partial, 'googleapiclient/discovery_cache/documents/run.v2.json'), `${file}.new`);
    await rename(`${file}.new`, file);
    return null;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
