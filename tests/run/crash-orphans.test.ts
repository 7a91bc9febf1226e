/** What is ended of an orphan: the process that was recorded, if it is the same one still, and whatever has the run's own HOME. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import { type Database, openDatabase } from '../../server/db/client.ts';
import { cloudCost } from '../../server/db/tables.ts';
import { processOf } from '../../server/process/group.ts';
import { insertCosts } from '../../server/run/fleet/store.ts';
import { runEvents } from '../../server/run/events.ts';
import { machine } from '../../server/run/machine.ts';
import { FURTHER_LATER } from '../../server/run/log/keep.ts';
import { appendLog } from '../../server/run/log/store.ts';
import { recoverOrphans } from '../../server/run/recover.ts';
import type { Ending, Run, ShardReport } from '../../server/run/run.ts';
import { embedded } from '../helpers/embedded.ts';
import { emptyScript, OWNER, type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';

let database: Database;
let runsFolder: string;
beforeAll(async () => {
  database = await openDatabase(await embedded());
  runsFolder = await mkdtemp(path.join(tmpdir(), 'orphans-'));
});
afterAll(async () => {
  await database.close();
  await rm(runsFolder, { recursive: true, force: true });
});

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Leads a group of its own, as a tool does. */
async function somebody(env: NodeJS.ProcessEnv = {}): Promise<{ readonly child: ChildProcess; readonly recorded: { group: number; startTicks: number } }> {
  const child = spawn('/bin/sleep', ['300'], { detached: true, stdio: 'ignore', env });
  await once(child, 'spawn');
  started.push(child);
  const { pid: group = 0 } = child;
  return { child, recorded: { group, startTicks: processOf(group)?.startTicks ?? 0 } };
}

/** Recovers an orphan of which this process was recorded. */
async function recovered(recorded: object): Promise<string | undefined> {
  return (await endingOf(recorded))?.cause;
}

/** The same, of which these lines were stored. */
async function endingOf(recorded: object, lines: readonly string[] = []): Promise<Ending | null> {
  const orphan = await storedRun(database);
  await appendLog(database.db, await orphan.run(), OWNER, 0, lines);
  await database.db.execute(sql`update load_test_run set process = ${JSON.stringify({ ...machine, folder: '', isolation: '', ...recorded })}::jsonb where id = ${orphan.id}`);
  return (await settledBy(orphan)).ending;
}

/** What the next server makes of it. */
async function settledBy(orphan: Pick<StoredRun, 'id' | 'run'>): Promise<Run> {
  const errors: unknown[] = [];
  const log = { info() {}, warn() {}, error: (...told: unknown[]) => void errors.push(told) };
  await recoverOrphans({ db: database.db, cipher: openCipher([Buffer.alloc(32, 7)]), owner: `next after ${orphan.id}`, log, events: runEvents(), runsFolder }, 'all', []);
  expect(errors).toEqual([]);
  return orphan.run();
}

const lives = ({ pid = 0 }: ChildProcess): boolean => processOf(pid) !== null;

test('the recorded process is ended', async () => {
  const { child, recorded } = await somebody();
  expect(await recovered(recorded)).toBe('owner_lost');
  expect(lives(child)).toBe(false);
});

test('somebody else who has its pid by now is left alone: on another machine, after another boot, with another start', async () => {
  const { child, recorded } = await somebody();
  for (const other of [{ startTicks: recorded.startTicks - 1 }, { bootId: 'another' }, { host: 'another' }, { startTicks: 0 }]) expect(await recovered({ ...recorded, ...other })).toBe('owner_lost');
  expect(lives(child)).toBe(true);
});

test('whoever has the HOME of another run is left alone', async () => {
  const { child } = await somebody({ HOME: path.join(runsFolder, 'another', 'home') });
  expect(await recovered({ group: 0, startTicks: 0 })).toBe('owner_lost');
  expect(lives(child)).toBe(true);
});

const NOBODY = { group: 0, startTicks: 0 };
const LOST = 'The server that ran it ended before the run did. The numbers up to then are kept.';

test('what its tool printed last, as far as it was stored, is part of the message', async () => {
  const printed = Array.from({ length: 70 }, (_, i) => `line ${i}`);
  expect((await endingOf(NOBODY, [...printed, '']))?.message).toBe(`${LOST} Its tool printed last: line 68 ... line 69`);
  expect((await endingOf(NOBODY))?.message).toBe(LOST);
});

test('lines after which more were printed are not the last ones', async () => {
  expect((await endingOf(NOBODY, ['line 0', FURTHER_LATER]))?.message).toBe(LOST);
});

test('an execution that ended after the last gauge had been started, too', async () => {
  const orphan = await storedRun(database);
  orphan.add(300);
  orphan.line({ kind: 'gauge', atMicros: 400_000, users: 2, inFlight: 1, iterationsStarted: 2, dropped: 0, lagMs: null });
  for (const endsMs of [500, 600, 1200]) orphan.add(endsMs);
  await orphan.close(2);
  expect((await settledBy(orphan)).result?.summary).toMatchObject({ executions: 4, iterationsStarted: 4 });
});

test('what had been started by the last gauge and did not end is told as well', async () => {
  const orphan = await storedRun(database);
  orphan.add(300);
  orphan.line({ kind: 'gauge', atMicros: 400_000, users: 2, inFlight: 2, iterationsStarted: 3, dropped: 0, lagMs: null });
  await orphan.close(2);
  expect((await settledBy(orphan)).result?.summary).toMatchObject({ executions: 1, iterationsStarted: 3 });
});

test('an orphan lasted as long as it was measured, however long nobody was there afterwards', async () => {
  const orphan = await storedRun(database);
  orphan.add(2500);
  await orphan.close(3);
  const { finishedAt, startedAt, result } = await settledBy(orphan);
  expect(result?.summary.durationMs).toBe(3000);
  expect(Number(finishedAt) - Number(startedAt)).toBeGreaterThan(60_000);
});

test('an orphan that had waited for its turn never began, and says what to do', async () => {
  const orphan = await storedRun(database);
  await database.db.execute(sql`update load_test_run set state = 'queued', moves = jsonb_build_array(moves -> 0), started_at = null where id = ${orphan.id}`);
  const { state, ending, result } = await settledBy(orphan);
  expect([state, ending?.cause, ending?.message]).toEqual(['crashed', 'owner_lost', 'It never began: its place in the queue was lost when its server ended. Start it again.']);
  expect(result?.verdictReasons[0]).toBe(ending?.message);
});

describe('an orphan in shards', () => {
  const report = { index: 0, state: 'running' as const, requests: 7, lateMs: 0, problem: null };
  const cost = { amount: 4, currency: 'USD', basis: 'two of them', pricesAsOf: '2026-03-01T00:00:00.000Z' };
  const fleet = { region: null, image: null, beginsAt: null, cost, spent: null, isolation: null, cores: null };
  const inShards = async (shards: readonly ShardReport[]) => {
    const orphan = await storedRun(database, testPlan(), emptyScript, { place: 'process', fleet: { ...fleet, shards } });
    await insertCosts(database.db, 'north', [orphan.id], cost.amount);
    return orphan;
  };
  const countedOf = async ({ id }: Pick<StoredRun, 'id'>) => (await database.db.select().from(cloudCost).where(eq(cloudCost.runId, id))).map(({ amount }) => amount);

  test('has none that is running: those that were are stopped and say why, and one that ended is what it was', async () => {
    const ended = { ...report, index: 1, state: 'failed' as const, problem: 'It was ended by SIGKILL.' };
    const coming = { ...report, index: 2, state: 'pending' as const, requests: 0, lateMs: null };
    const orphan = await inShards([report, ended, coming]);
    expect((await settledBy(orphan)).fleet?.shards).toEqual([{ ...report, state: 'stopped', problem: 'The server that followed it ended. Its requests are those that were heard of until then.' }, ended, coming]);
    expect(await countedOf(orphan)).toEqual([4]);
  });

  test('that had waited for its turn has cost nothing', async () => {
    const orphan = await inShards([{ ...report, state: 'pending', requests: 0, lateMs: null }]);
    await database.db.execute(sql`update load_test_run set state = 'queued', moves = jsonb_build_array(moves -> 0), started_at = null where id = ${orphan.id}`);
    expect((await settledBy(orphan)).fleet?.spent).toEqual({ ...cost, amount: 0 });
    expect(await countedOf(orphan)).toEqual([0]);
  });
});
