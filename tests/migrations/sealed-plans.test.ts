import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { describe, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import { type DatabasePlace, openDatabase } from '../../server/db/client.ts';
import { findRun } from '../../server/run/store.ts';
import { findLoadTest, updateLoadTest } from '../../server/script/store.ts';
import { databases } from '../helpers/databases.ts';
import { testPlan } from '../helpers/stored-run.ts';

const cipher = openCipher([Buffer.alloc(32, 7)]);
const plan = testPlan({ inputs: { fixed: '{"password":"it\'s \\\\ \\u0000 12345678901234567890"}' } });
const test_ = randomUUID();
const run = randomUUID();

/** Rows as the version before this migration wrote them. */
const ROWS = `
  insert into load_test (id, organization_id, name, framework, definition, workflow_hash, plan, plan_hash, created_by)
  values ('${test_}', 'north', 'Nightly', 'k6', '${cipher.seal('{"nodes":[]}')}', 'a', ${literal(plan)}, 'b', 'ada');
  insert into load_test_run (id, organization_id, framework, place, state, moves, workflow_hash, plan, plan_hash, planned_duration_ms, script, script_hash, warnings, started_by, owner, lease_until)
  values ('${run}', 'north', 'k6', 'local', 'queued', '[]', 'a', ${literal(plan)}, 'b', 1000, 'x', 'c', '[]', 'ada', 'me', now());`;

function literal(value: unknown): string {
  return `'${JSON.stringify(value).replaceAll("'", "''")}'::jsonb`;
}

/** The migrations up to the one before. */
async function migrationsBefore(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  await cp(new URL('../../migrations', import.meta.url), folder, { recursive: true });
  const file = path.join(folder, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] };
  await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, journal.entries.findIndex(({ tag }) => tag === '0002_sealed_plans')) }));
  return folder;
}

async function withRows(place: DatabasePlace, migrationsFolder: string): Promise<DatabasePlace> {
  if ('url' in place) {
    const client = postgres(place.url, { max: 1, onnotice: () => {} });
    await migratePostgres(drizzlePostgres(client), { migrationsFolder });
    await client.unsafe(ROWS);
    await client.end();
    return place;
  }
  const client = await PGlite.create('memory://');
  await migratePglite(drizzlePglite(client), { migrationsFolder });
  await client.exec(ROWS);
  const template = await client.dumpDataDir('none');
  await client.close();
  return { memory: true, template };
}

for (const { name, available, open } of databases)
  describe.skipIf(!available)(`plans on ${name}`, () => {
    test('that were stored in clear are read as they were, and are encrypted when the test is saved again', async () => {
      await using fresh = await open();
      const folder = await migrationsBefore();
      const database = await openDatabase(await withRows(fresh.place, folder));
      const saved = await findLoadTest(database.db, cipher, 'north', test_);
      expect(saved?.plan).toEqual(plan);
      expect((await findRun(database.db, cipher, 'north', run))?.plan).toEqual(plan);
      const stored = async () => (await database.db.query.loadTest.findFirst({ columns: { plan: true } }))?.plan;
      expect(await stored()).toContain('12345678901234567890');
      if (saved) await updateLoadTest(database.db, cipher, 'north', test_, { ...saved, name: 'Weekly' });
      expect(await stored()).not.toContain('12345678901234567890');
      expect((await findLoadTest(database.db, cipher, 'north', test_))?.plan).toEqual(plan);
      await database.close();
      await rm(folder, { recursive: true });
    });
  });
