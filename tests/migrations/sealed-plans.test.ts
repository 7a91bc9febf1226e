import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import { openDatabase } from '../../server/db/client.ts';
import { findRun } from '../../server/run/store.ts';
import { findLoadTest, updateLoadTest } from '../../server/script/store.ts';
import { databases } from '../helpers/databases.ts';
import { earlierDatabase, jsonLiteral } from '../helpers/earlier-database.ts';
import { testPlan } from '../helpers/stored-run.ts';

const cipher = openCipher([Buffer.alloc(32, 7)]);
const plan = testPlan({ inputs: { fixed: '{"password":"it\'s \\\\ \\u0000 12345678901234567890"}' } });
const test_ = randomUUID();
const run = randomUUID();

/** Rows as the version before this migration wrote them. */
const ROWS = `
  insert into load_test (id, organization_id, name, framework, definition, workflow_hash, plan, plan_hash, created_by)
  values ('${test_}', 'north', 'Nightly', 'k6', '${cipher.seal('{"nodes":[]}')}', 'a', ${jsonLiteral(plan)}, 'b', 'ada');
  insert into load_test_run (id, organization_id, framework, place, state, moves, workflow_hash, plan, plan_hash, planned_duration_ms, script, script_hash, warnings, started_by, owner, lease_until)
  values ('${run}', 'north', 'k6', 'local', 'queued', '[]', 'a', ${jsonLiteral(plan)}, 'b', 1000, 'x', 'c', '[]', 'ada', 'me', now());`;

for (const { name, available, open } of databases)
  describe.skipIf(!available)(`plans on ${name}`, () => {
    test('that were stored in clear are read as they were, and are encrypted when the test is saved again', async () => {
      await using fresh = await open();
      const database = await openDatabase(await earlierDatabase(fresh.place, '0002_sealed_plans', ROWS));
      const saved = await findLoadTest(database.db, cipher, 'north', test_);
      expect(saved?.plan).toEqual(plan);
      expect((await findRun(database.db, cipher, 'north', run))?.plan).toEqual(plan);
      const stored = async () => (await database.db.query.loadTest.findFirst({ columns: { plan: true } }))?.plan;
      expect(await stored()).toContain('12345678901234567890');
      if (saved) await updateLoadTest(database.db, cipher, 'north', test_, { ...saved, name: 'Weekly' });
      expect(await stored()).not.toContain('12345678901234567890');
      expect((await findLoadTest(database.db, cipher, 'north', test_))?.plan).toEqual(plan);
      await database.close();
    });
  });
