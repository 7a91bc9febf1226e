/** A database as an earlier version left it, with rows in it. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { DatabasePlace } from '../../server/db/client.ts';

/** @param migration the first one that it has not had @param rows statements that fill it */
export async function earlierDatabase(place: DatabasePlace, migration: string, rows: string): Promise<DatabasePlace> {
  const migrationsFolder = await migrationsBefore(migration);
  try {
    if ('url' in place) {
      const client = postgres(place.url, { max: 1, onnotice: () => {} });
      await migratePostgres(drizzlePostgres(client), { migrationsFolder });
      await client.unsafe(rows);
      await client.end();
      return place;
    }
    const client = await PGlite.create('memory://');
    await migratePglite(drizzlePglite(client), { migrationsFolder });
    await client.exec(rows);
    const template = await client.dumpDataDir('none');
    await client.close();
    return { memory: true, template };
  } finally {
    await rm(migrationsFolder, { recursive: true });
  }
}

async function migrationsBefore(migration: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  await cp(new URL('../../migrations', import.meta.url), folder, { recursive: true });
  const file = path.join(folder, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] };
  const until = journal.entries.findIndex(({ tag }) => tag === migration);
  if (until === -1) throw new Error(`there is no migration ${migration}`);
  await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, until) }));
  return folder;
}

export function jsonLiteral(value: unknown): string {
  return `'${JSON.stringify(value).replaceAll("'", "''")}'::jsonb`;
}
