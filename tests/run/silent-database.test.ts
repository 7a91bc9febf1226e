/** A PostgreSQL whose connections are silent of a sudden, as after a failover. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { isAway } from '../../server/db/away.ts';
import { openDatabase } from '../../server/db/client.ts';
import { connectPostgres } from '../../server/db/postgres.ts';
import { appendLog } from '../../server/run/log/store.ts';
import { saveBatch } from '../../server/run/row/store.ts';
import { surely } from '../../server/run/row/surely.ts';
import { databases } from '../helpers/databases.ts';
import { freezable } from '../helpers/frozen.ts';
import { OWNER, STARTED_AT, storedRun } from '../helpers/stored-run.ts';
import { until } from '../helpers/until.ts';

const [, postgres] = databases;

describe.skipIf(!postgres?.available)('a database', () => {
  test('whose connections are silent is reached by others: what waits is told that it was away, a write is tried again, and what other servers tell is heard again', async () => {
    await using fresh = await postgres!.open();
    const direct = await openDatabase(fresh.place);
    await using way = await freezable('url' in fresh.place ? fresh.place.url : '');
    const heard: string[] = [];
    let missed = 0;
    const database = connectPostgres(way.url, 300);
    await database.listen({ changed: (id) => void heard.push(id), stopAsked() {}, missed() { missed += 1; } });
    const ask = () => database.db.execute(sql`select pg_sleep(0.05)`);
    const inTransaction = () => database.db.transaction((tx) => tx.execute(sql`select pg_sleep(0.05)`));
    await Promise.all(Array.from({ length: 6 }, ask));
    const missedBefore = missed;
    // Those of the pool, and the one that listens.
    expect(way.freeze()).toBeGreaterThanOrEqual(7);

    const troubles: unknown[] = [];
    const writes = await Promise.all(Array.from({ length: 6 }, (_, i) => surely(() => (i % 2 === 0 ? ask() : inTransaction()).then(() => 'stored'), { lost: AbortSignal.timeout(8000), onTrouble: (error) => void troubles.push(error) })));
    expect(writes).toEqual(Array.from({ length: 6 }, () => 'stored'));
    expect(troubles.length).toBeGreaterThanOrEqual(6);
    expect(troubles.every(isAway)).toBe(true);

    await until('it listens again', () => missed > missedBefore + 1);
    await direct.db.execute(sql`select pg_notify('load_test_run_changed', 'run-1')`);
    await until('what is told is heard', () => heard.includes('run-1'));
    await database.close();
    await direct.close();
  });

  test('that ends a connection in the midst of a write is written to once more, and the process lives on', async () => {
    await using fresh = await postgres!.open();
    const [database, other] = [await openDatabase(fresh.place), await openDatabase(fresh.place)];
    const run = await storedRun(database);
    const now = await run.run();
    const { db } = other;
    // What is stored waits for this row, and is ended while it waits.
    const held = Promise.withResolvers<void>();
    const holding = Promise.withResolvers<void>();
    const holder = db.transaction(async (tx) => {
      await tx.execute(sql`select 1 from load_test_run for update`);
      holding.resolve();
      await held.promise;
    });
    await holding.promise;
    const options = { lost: AbortSignal.timeout(20_000), onTrouble() {} };
    const saving = surely(() => saveBatch(database.db, now, OWNER, STARTED_AT, { sequence: 1, rows: [] }), options);
    const ended = await until('it waits, and is ended', async () => ((await db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)) as unknown as unknown[]).length);
    expect(ended).toBe(1);
    held.resolve();
    await holder;
    await saving;
    await surely(() => appendLog(database.db, now, OWNER, 0, ['a line']), options);
    expect(await run.run()).toMatchObject({ sequence: 1 });
    await database.close();
    await other.close();
  });

  test('that answers, or refuses, keeps its connections', async () => {
    await using fresh = await postgres!.open();
    const direct = await openDatabase(fresh.place);
    const database = connectPostgres('url' in fresh.place ? fresh.place.url : '', 100);
    const pid = async () => ((await database.db.execute(sql`select pg_backend_pid() as pid`)) as unknown as { pid: number }[])[0]?.pid;
    const pids = new Set<number | undefined>();
    const start = performance.now();
    await until('it was asked a few times', async () => {
      pids.add(await pid());
      return performance.now() - start > 1000;
    });
    expect(pids.size).toBeLessThanOrEqual(2);
    await database.close();
    await direct.close();
  });
});
