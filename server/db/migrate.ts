/** Brings the schema up to date from `migrations/`; safe for two servers that start at once. */
import { fileURLToPath } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import type { PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type * as tables from './tables.ts';

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that nobody else uses; all servers of this product take the same lock. */
const LOCK = 7_301_948;

export async function migratePglite(db: PgliteDatabase<typeof tables> & { $client: PGlite }): Promise<void> {
  await migrateEmbedded(db, { migrationsFolder });
}

/** On a connection of its own, because the lock belongs to the connection. */
export async function migratePostgres(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'load-testing migrations' } });
  try {
    await client`select pg_advisory_lock(${LOCK})`;
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end({ timeout: 5 });
  }
}
