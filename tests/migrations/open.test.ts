import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { isAway } from '../../server/db/away.ts';
import { type Db, openDatabase } from '../../server/db/client.ts';
import { databases } from '../helpers/databases.ts';
import { strictPooler } from '../helpers/strict-pooler.ts';
import { until } from '../helpers/until.ts';

test('a PostgreSQL that is not there is told with its place, without a password, and with the name of the setting', async () => {
  await expect(openDatabase({ url: 'postgres://lt:sesame@127.0.0.1:1/tests' })).rejects.toThrow(/^PostgreSQL at 127\.0\.0\.1:1\/tests \(DATABASE_URL\) cannot be used: .*ECONNREFUSED.*\.$/);
});

const [, postgres] = databases;

async function timeout(db: Pick<Db, 'execute'>): Promise<unknown> {
  const [told] = (await db.execute(sql`show idle_in_transaction_session_timeout`)) as unknown as Record<string, unknown>[];
  return told?.['idle_in_transaction_session_timeout'];
}

describe.skipIf(!postgres?.available)('a PostgreSQL behind a pooler that takes no settings from its connections', () => {
  test('is used as any other, a transaction that stands still has its end there too, and the pooler keeps nothing of it', async () => {
    await using fresh = await postgres!.open();
    await using pooler = await strictPooler('url' in fresh.place ? fresh.place.url : '');
    const database = await openDatabase({ url: pooler.url });
    try {
      const before = await timeout(database.db);
      expect(await database.db.transaction(timeout)).toBe('30s');
      expect(await timeout(database.db)).toBe(before);
      await database.listen({ changed() {}, stopAsked() {}, missed() {} });
      expect(pooler.refused).toEqual([]);
    } finally {
      await database.close();
    }
  });
});

describe.skipIf(!postgres?.available)('a transaction of a server that stands still', () => {
  test('is ended by a PostgreSQL when a lease would be over, and what it held is free; to whom it belonged it is a database that was away', async () => {
    await using fresh = await postgres!.open();
    const database = await openDatabase(fresh.place);
    try {
      const frozen = database.db.transaction(async (tx) => {
        expect(await timeout(tx)).toBe('30s');
        await tx.execute(sql`set local idle_in_transaction_session_timeout = 100`);
        await tx.execute(sql`lock table load_test_run`);
        await until('nobody holds it any more', async () => {
          await database.db.execute(sql`select 1 from load_test_run`);
          return true;
        });
        await new Promise<never>(() => {});
      });
      const error = await frozen.then(() => null, (e: unknown) => e);
      expect(isAway(error), String(error)).toBe(true);
    } finally {
      await database.close();
    }
  });
});

test('a transaction that was ended for being idle was no fault of its statements', () => {
  expect(isAway(new Error('query failed', { cause: Object.assign(new Error('terminating connection'), { code: '25P03' }) }))).toBe(true);
  expect(isAway(Object.assign(new Error('syntax error'), { code: '42601' }))).toBe(false);
});
