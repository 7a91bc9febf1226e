/** Names that lead where a test says, for one program and what it starts: a file of the test's own in the place of /etc/hosts. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const VIEW = ['--die-with-parent', '--dev-bind', '/', '/'];

/** Whether it works here: bubblewrap is installed, and the system lets it. */
export const bubblewrap: boolean = spawnSync('bwrap', [...VIEW, '--', 'true']).status === 0;

export interface Hosts extends AsyncDisposable {
  /** What stands before a command line. */
  readonly prefix: readonly string[];
}

/** @param names name -> address */
export async function hosts(names: Readonly<Record<string, string>>): Promise<Hosts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hosts-'));
  const file = path.join(folder, 'hosts');
  await writeFile(file, ['127.0.0.1 localhost', ...Object.entries(names).map(([name, address]) => `${address} ${name}`), ''].join('\n'));
  return {
    prefix: ['bwrap', ...VIEW, '--ro-bind', file, '/etc/hosts', '--'],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
