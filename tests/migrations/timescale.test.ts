import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTimescale } from '../../server/db/timescale.ts';
import { runPoints } from '../../server/run/points.ts';
import { rejudge } from '../../server/run/rejudge.ts';
import { removeRun } from '../../server/run/remove.ts';
import { folded, over } from '../helpers/old-run.ts';
import { type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';
import { storedRows } from '../helpers/stored-rows.ts';
import { type Timescale, timescale } from '../helpers/timescale.ts';

const plan = testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: 100_000 } }, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 30, strict: true }] });

async function settled(database: Timescale): Promise<StoredRun> {
  const run = await storedRun(database, plan);
  for (let second = 0; second < 100; second++) {
    for (let i = 0; i < 10; i++) run.add(second * 1000 + 500 + i, { durationMs: second % 17 === 0 && i < 2 ? 40 : 10 });
    await run.close(second + 1);
  }
  await run.settle();
  return run;
}

describe('where TimescaleDB is', () => {
  let database: Timescale;
  let earlier: StoredRun;
  const judged = async (stored: StoredRun) => {
    const run = await stored.run();
    return { verdict: await rejudge(stored.ctx, { runId: run.id, objectives: plan.objectives ?? [], warmUpMs: null }), points: await runPoints(stored.ctx, run, null, 5) };
  };

  beforeAll(async () => {
    database = await timescale();
    earlier = await settled(database);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  test('intervals that were there before go into a hypertable, which compresses what is some days old; a second start changes nothing', async () => {
    const before = await judged(earlier);
    expect(await useTimescale(database.ask)).toBe('with TimescaleDB');
    expect(await useTimescale(database.ask)).toBe('with TimescaleDB');
    expect(await database.ask("select compression_enabled from timescaledb_information.hypertables where hypertable_name = 'performance_metric'")).toEqual([{ compression_enabled: true }]);
    expect(await database.ask("select proc_name from timescaledb_information.jobs where hypertable_name = 'performance_metric'")).toEqual([{ proc_name: 'policy_compression' }]);
    expect(await judged(earlier)).toEqual(before);
    await database.compress();
    expect(await judged(earlier)).toEqual(before);
  });

  test('runs are stored beside compressed ones, folded among them, and deleted with all they had', async () => {
    await useTimescale(database.ask);
    await database.compress();
    const later = await settled(database);
    const { verdict } = await judged(earlier);
    expect((await judged(later)).verdict).toEqual(verdict);
    await over(database.db, earlier.id, 91);
    expect(await folded(earlier)).toEqual([]);
    const rows = await storedRows(database.db, 'north', earlier.id);
    expect([rows.length < 30, rows.every((row) => row.folded !== undefined)]).toEqual([true, true]);
    expect((await judged(earlier)).verdict).toEqual(verdict);
    expect((await judged(later)).verdict).toEqual(verdict);
    await database.compress();
    await removeRun(earlier.ctx, earlier.id);
    expect(await storedRows(database.db, 'north', earlier.id)).toEqual([]);
    expect((await judged(later)).verdict).toEqual(verdict);
  });
});

describe('where TimescaleDB may not be used', () => {
  test('it is told why, and the tables are plain', async () => {
    const asked: string[] = [];
    const told = await useTimescale(async (statement) => {
      asked.push(statement);
      if (statement.startsWith('create extension')) throw new Error('permission denied to create extension "timescaledb"');
      return [{}];
    });
    expect(told).toBe('with TimescaleDB, which could not be used in full: permission denied to create extension "timescaledb"');
    expect(asked).toHaveLength(2);
  });

  test('a server without it is asked nothing else', async () => {
    const asked: string[] = [];
    const ask = async (statement: string) => {
      asked.push(statement);
      return [];
    };
    expect(await useTimescale(ask)).toBeNull();
    expect(asked).toHaveLength(1);
  });
});
