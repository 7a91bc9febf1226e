/** kill -9 of a server while it makes its embedded database: the next start makes it anew. */
import { existsSync, watch } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { long } from '../helpers/long.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { allToldBy, victim } from '../helpers/victim.ts';

/** PGlite takes a folder for a database as soon as this file is there; it writes more after it. */
const SIGN = 'PG_VERSION';

/** Of the folder that a database is made in, whichever that is. */
async function signIn(dataFolder: string): Promise<void> {
  const folder = await until('there is a folder', async () => (await readdir(dataFolder)).find((name) => name.startsWith('database') && !name.includes('.lock')), 60_000);
  await new Promise<void>((resolve) => {
    const watcher = watch(path.join(dataFolder, folder), (_, name) => {
      if (name !== SIGN) return;
      watcher.close();
      resolve();
    });
  });
}

test.skipIf(!long)('a first start that is killed leaves nothing that the next one cannot open (in the long run only)', { timeout: 300_000 }, async () => {
  const locust = await misbehavingLocustAt('exit 1');
  for (let time = 0; time < 5; time++) {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'first-start-'));
    const first = spawn(process.execPath, [path.join(import.meta.dirname, '../helpers/killable.ts'), dataFolder, locust], { stdio: 'ignore' });
    await signIn(dataFolder);
    first.kill('SIGKILL');
    await once(first, 'exit');
    await using next = await victim({ dataFolder, locust });
    expect(await allToldBy(next)).toEqual([]);
    expect(next.errors()).toBe('');
    expect(existsSync(path.join(dataFolder, 'database.new'))).toBe(false);
    await next.kill();
    await rm(dataFolder, { recursive: true });
  }
});
