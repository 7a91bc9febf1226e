/** The same tests on both databases: a fresh one each time, and PostgreSQL only where `DATABASE_URL` says where it is. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Database, type DatabasePlace, openDatabase } from '../../server/db/client.ts';
import { embedded } from './embedded.ts';
import { databaseUrl } from './places.ts';

export interface FreshDatabase extends AsyncDisposable {
  readonly place: DatabasePlace;
}

export const databases: readonly { readonly name: string; readonly available: boolean; open(): Promise<FreshDatabase> }[] = [
  { name: 'embedded PGlite', available: true, open: async () => ({ place: await embedded(), async [Symbol.asyncDispose]() {} }) },
  { name: 'PostgreSQL', available: databaseUrl !== null, open: freshPostgres },
];

/** From the first test of a group to its last. */
export interface OpenedDatabase extends Pick<Database, 'db' | 'exclusive'>, Pick<FreshDatabase, 'place'> {
  readonly name: string;
}

/** These tests on each of them, with one database for all. What a test reads of it, but for its name, is there when tests run. */
export function onEachDatabase(what: string, tests: (database: OpenedDatabase) => void): void {
  for (const { name, available, open } of databases)
    describe.skipIf(!available)(`${what} on ${name}`, () => {
      const resources = new AsyncDisposableStack();
      let fresh: FreshDatabase;
      let database: Database;
      beforeAll(async () => {
        fresh = resources.use(await open());
        database = resources.adopt(await openDatabase(fresh.place), (opened) => opened.close());
      });
      afterAll(() => resources.disposeAsync());
      tests({
        name,
        get db() {
          return database.db;
        },
        get exclusive() {
          return database.exclusive;
        },
        get place() {
          return fresh.place;
        },
      });
    });
}

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
