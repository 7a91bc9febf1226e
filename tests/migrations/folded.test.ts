import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import { openDatabase } from '../../server/db/client.ts';
import { dumpSchema } from '../../server/db/dump-schema.ts';
import { findRun } from '../../server/run/store.ts';
import { databases } from '../helpers/databases.ts';
import { earlierDatabase, jsonLiteral } from '../helpers/earlier-database.ts';
import { storedRows } from '../helpers/stored-rows.ts';
import { testPlan } from '../helpers/stored-run.ts';

const cipher = openCipher([Buffer.alloc(32, 7)]);
const RUN = randomUUID();

/** As the version before this migration wrote them. */
const ROWS = `
  insert into load_test_run (id, organization_id, framework, place, state, moves, workflow_hash, plan, plan_hash, planned_duration_ms, script_hash, warnings, started_by, owner, lease_until, finished_at)
  values ('${RUN}', 'north', 'k6', 'local', 'finished', '[]', 'a', ${jsonLiteral(testPlan())}, 'b', 1000, 'c', '[]', 'ada', 'me', now(), now());
  insert into performance_metric (organization_id, run_id, at, second, phase, kind, name, shard, sequence, counts, latency_count, slower, new_connections, examples, users, whole_run)
  select 'north', '${RUN}', timestamptz '2026-01-01' + second * interval '1 second', second, 'steady', 'execution', '', 0, second + 1, '{"timeout":1}', 0, '[]', 0, '{}', 7, true from generate_series(0, 29) as second;`;

for (const { name, available, open } of databases)
  describe.skipIf(!available)(`intervals on ${name}`, () => {
    test('of a version that folded none are read as they were, also when two servers upgrade their database at once', async () => {
      await using fresh = await open();
      const place = await earlierDatabase(fresh.place, '0007_folded', ROWS);
      // A second server on an embedded database is refused.
      const opened = await Promise.all(name === 'PostgreSQL' ? [openDatabase(place), openDatabase(place)] : [openDatabase(place)]);
      for (const { db } of opened) {
        expect(await dumpSchema({ db })).toBe(await readFile(new URL('../../migrations/schema.sql', import.meta.url), 'utf8'));
        expect(await findRun(db, cipher, 'north', RUN)).toMatchObject({ state: 'finished', foldedAt: null });
        const rows = await storedRows(db, 'north', RUN);
        expect(rows).toHaveLength(30);
        expect(rows[29]).toMatchObject({ second: 29, counts: { timeout: 1 }, gauges: { users: 7 } });
        expect(rows.some((row) => 'folded' in row)).toBe(false);
      }
      await Promise.all(opened.map((database) => database.close()));
    });
  });
