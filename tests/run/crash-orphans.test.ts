/** What is ended of an orphan: the process that was recorded, if it is the same one still, and whatever has the run's own HOME. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import { type Database, openDatabase } from '../../server/db/client.ts';
import { processOf } from '../../server/process/group.ts';
import { runEvents } from '../../server/run/events.ts';
import { machine } from '../../server/run/machine.ts';
import { recoverOrphans } from '../../server/run/recover.ts';
import { embedded } from '../helpers/embedded.ts';
import { storedRun } from '../helpers/stored-run.ts';

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
  const orphan = await storedRun(database);
  await database.db.execute(sql`update load_test_run set process = ${JSON.stringify({ ...machine, folder: '', isolation: '', ...recorded })}::jsonb where id = ${orphan.id}`);
  const errors: unknown[] = [];
  const log = { info() {}, warn() {}, error: (...told: unknown[]) => void errors.push(told) };
  await recoverOrphans({ db: database.db, cipher: openCipher([Buffer.alloc(32, 7)]), owner: `next after ${orphan.id}`, log, events: runEvents(), runsFolder }, 'all', []);
  expect(errors).toEqual([]);
  return (await orphan.run()).ending?.cause;
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
