/** One database, two ways in: embedded PGlite in a folder (or memory), or PostgreSQL by address. The same SQL on both. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { lockFolder } from './lock.ts';
import { migratePglite, migratePostgres } from './migrate.ts';
import type { News } from './notify.ts';
import { connectPostgres } from './postgres.ts';
import * as tables from './tables.ts';

export type Db = PgDatabase<PgQueryResultHKT, typeof tables>;

export interface Database {
  readonly db: Db;
  /** One sentence for the log: which database this is, without credentials. */
  readonly description: string;
  /** No other server can write here while this one lives. */
  readonly exclusive: boolean;
  /** What other servers tell, until it is closed; where there are none, nothing. */
  listen(news: News): Promise<void>;
  close(): Promise<void>;
}

export type DatabasePlace = { readonly url: string } | { readonly folder: string } | { readonly memory: true; readonly template?: Blob };

/** Opens and migrates. Throws a sentence when it cannot be reached or is locked by another process. */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  return 'url' in place ? openPostgres(place.url) : openPglite(place);
}

async function openPostgres(url: string): Promise<Database> {
  const { host, pathname } = new URL(url);
  const description = `PostgreSQL at ${host}${pathname}`;
  let kept: string | null;
  try {
    kept = await migratePostgres(url);
  } catch (error) {
    throw new Error(`${description} (DATABASE_URL) cannot be used: ${(error as Error).message}.`, { cause: error });
  }
  return { description: kept === null ? description : `${description}, ${kept}`, exclusive: false, ...connectPostgres(url) };
}

async function openPglite(place: Exclude<DatabasePlace, { url: string }>): Promise<Database> {
  const folder = 'folder' in place ? place.folder : null;
  if (folder) await mkdir(path.dirname(folder), { recursive: true });
  // PGlite does not lock its folder: two processes on one folder would destroy it.
  const unlock = folder ? await lockFolder(folder) : async () => {};
  try {
    if (folder && !existsSync(folder)) await make(folder);
    const template = 'template' in place ? place.template : undefined;
    const client = await PGlite.create(folder ?? 'memory://', template ? { loadDataDir: template } : {});
    const db = drizzlePglite(client, { schema: tables });
    try {
      await migratePglite(db);
    } catch (error) {
      await client.close();
      throw error;
    }
    const close = async () => {
      await client.close();
      await unlock();
    };
    return { db, description: folder ? `embedded database in ${folder}` : 'embedded database in memory', exclusive: true, listen: async () => {}, close };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Aside, and put in its place when it is whole: half of one, of a start that was killed, PGlite takes for a database that it cannot open. */
async function make(folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const made = await PGlite.create(draft);
  await made.close();
  await rename(draft, folder);
}
