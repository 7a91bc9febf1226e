/** The same tests on both databases: a fresh one each time, and PostgreSQL only where `DATABASE_URL` says where it is. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import type { DatabasePlace } from '../../server/db/client.ts';
import { embedded } from './embedded.ts';
import { databaseUrl } from './places.ts';

export interface FreshDatabase extends AsyncDisposable {
  readonly place: DatabasePlace;
}

export const databases: readonly { readonly name: string; readonly available: boolean; open(): Promise<FreshDatabase> }[] = [
  { name: 'embedded PGlite', available: true, open: async () => ({ place: await embedded(), async [Symbol.asyncDispose]() {} }) },
  { name: 'PostgreSQL', available: databaseUrl !== null, open: freshPostgres },
];

async function freshPostgres(): Promise<FreshDatabase> {
  if (!databaseUrl) throw new Error('DATABASE_URL is not set');
  const name = `load_testing_${randomBytes(6).toString('hex')}`;
  const admin = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return {
    place: { url: url.href },
    async [Symbol.asyncDispose]() {
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
