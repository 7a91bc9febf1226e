/**
 * Embedded databases that are migrated already: a cold one takes 4 s and more, and tests open dozens. Made once for the migrations as they
 * are, in the git-ignored folder; that a cold one works is tested where a server is started as its user does.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, openAsBlob, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { DatabasePlace } from '../../server/db/client.ts';
import { migratePglite } from '../../server/db/migrate.ts';
import * as tables from '../../server/db/tables.ts';

const root = path.resolve(import.meta.dirname, '../..');
const migrations = globSync('migrations/**/*', { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)).sort();
const hash = createHash('sha256');
for (const file of ['package-lock.json', ...migrations.map((file) => path.relative(root, file))]) hash.update(readFileSync(path.join(root, file)));
const prepared = path.join(root, '.load-testing/test-databases', hash.digest('hex').slice(0, 16));
const template = `${prepared}/template.tar`;
const folder = `${prepared}/folder`;

/** In memory. */
export async function embedded(): Promise<DatabasePlace> {
  await prepareEmbedded();
  return { memory: true, template: await openAsBlob(template) };
}

/** In a folder that does not exist yet. */
export async function embeddedIn(place: string): Promise<DatabasePlace> {
  await prepareEmbedded();
  await cp(folder, place, { recursive: true });
  return { folder: place };
}

/** `npm test` does it first. Otherwise test files run side by side, each in a process of its own: whoever is first puts it in its place, whole. */
export async function prepareEmbedded(): Promise<void> {
  if (existsSync(prepared)) return;
  const draft = `${prepared}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  const client = await PGlite.create('memory://');
  await migratePglite(drizzle(client, { schema: tables }));
  const dump = await client.dumpDataDir('none');
  await client.close();
  await writeFile(path.join(draft, 'template.tar'), await dump.bytes());
  await PGlite.create(path.join(draft, 'folder'), { loadDataDir: dump }).then((copy) => copy.close());
  await rename(draft, prepared).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(draft, { recursive: true });
  });
}
