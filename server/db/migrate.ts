/** Brings the schema up to date from `migrations/`; safe for two servers that start at once. */
import { fileURLToPath } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import type { PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type * as tables from './tables.ts';
import { useTimescale } from './timescale.ts';

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that nobody else uses; all servers of this product take the same lock. */
const LOCK = 7_301_948;

export async function migratePglite(db: PgliteDatabase<typeof tables> & { $client: PGlite }): Promise<void> {
  await migrateEmbedded(db, { migrationsFolder });
}

/** On a connection of its own, because the lock belongs to the connection. @returns how TimescaleDB keeps the intervals; null: it is not there */
export async function migratePostgres(url: string): Promise<string | null> {
  const connect = () => postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'load-testing migrations' } });
  // An extension that is not preloaded ends the connection that asks for it.
  const [client, asking] = [connect(), connect()];
  try {
    await client`select pg_advisory_lock(${LOCK})`;
    await migrate(drizzle(client), { migrationsFolder });
    return await useTimescale((statement) => asking.unsafe(statement));
  } finally {
    await Promise.all([client, asking].map((each) => each.end({ timeout: 5 })));
  }
}
