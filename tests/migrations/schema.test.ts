import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/db/client.ts';
import { dumpSchema } from '../../server/db/dump-schema.ts';
import { databases } from '../helpers/databases.ts';

const committed = () => readFile(new URL('../../migrations/schema.sql', import.meta.url), 'utf8');

for (const { name, available, open } of databases)
  describe.skipIf(!available)(`migrations on ${name}`, () => {
    test('give the schema that is committed', async () => {
      await using fresh = await open();
      const database = await openDatabase(fresh.place);
      // Constraints that PostgreSQL 18 lists for "not null" are not in older ones; the dump leaves them out.
      expect(await dumpSchema(database)).toBe(await committed());
      await database.close();
    });

    // A second server on an embedded database is refused; here it is about two on one PostgreSQL.
    if (name === 'PostgreSQL')
      test('two servers that start at once both find it complete', async () => {
        await using fresh = await open();
        const both = await Promise.all([openDatabase(fresh.place), openDatabase(fresh.place)]);
        for (const database of both) expect(await dumpSchema(database)).toBe(await committed());
        await Promise.all(both.map((database) => database.close()));
      });
  });
