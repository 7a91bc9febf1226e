/** A PostgreSQL whose connections are silent of a sudden, as after a failover. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { isAway } from '../../server/db/away.ts';
import { openDatabase } from '../../server/db/client.ts';
import { connectPostgres } from '../../server/db/postgres.ts';
import { surely } from '../../server/run/surely.ts';
import { databases } from '../helpers/databases.ts';
import { freezable } from '../helpers/frozen.ts';
import { until } from '../helpers/until.ts';

const [, postgres] = databases;

describe.skipIf(!postgres?.available)('a database whose connections are silent', () => {
  test('is reached by others: what waits is told that it was away, a write is tried again, and what other servers tell is heard again', async () => {
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

  test('is asked at its time, and one that answers or refuses is not replaced', async () => {
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
