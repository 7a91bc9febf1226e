import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgresJs from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endGroup } from '../../server/process/end.ts';
import { groupsWith, isAlive, membersOf } from '../../server/process/group.ts';
import { databases } from '../helpers/databases.ts';
import { embeddedIn } from '../helpers/embedded.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { definition, planFor } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

/** It goes on when its server is gone, as a real tool does until somebody ends it. */
const STUBBORN = `trap '' INT PIPE; begin; (trap '' INT; sleep 300) & i=0; while :; do request $((i * 200000)) 5000 ok 2>/dev/null; i=$((i + 1)); sleep 0.2; done`;

let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'recover-'));
});
afterEach(async () => {
  // What a failed test left behind: it has no parent any more.
  const runs = path.join(dataFolder, 'runs');
  for (const run of existsSync(runs) ? readdirSync(runs) : []) for (const group of groupsOf(path.join(runs, run))) await endGroup(group, 0);
  await rm(dataFolder, { recursive: true, force: true });
  expect(childProcesses()).toEqual([]);
});

interface Killable {
  readonly url: string;
  readonly process: ChildProcess;
  query<T>(query: string, variables: object): Promise<T>;
  /** kill -9: nothing of it has a chance to say or to end anything. */
  kill(): Promise<void>;
}

async function killable(behaviour: string, databaseUrl = '', check?: string): Promise<Killable> {
  const tool = await (await misbehavingLocust(behaviour, check)).find('locust');
  if (!tool.available) throw new Error('no tool');
  if (!databaseUrl) await embeddedIn(path.join(dataFolder, 'database'));
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../helpers/killable.ts'), dataFolder, tool.executable, databaseUrl], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said += chunk; });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await until('the server is there', () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${said}`);
    return /^http:\S+$/m.exec(said)?.[0];
  });
  return {
    url,
    process: child,
    async query<T>(query: string, variables: object) {
      const answer = await fetch(`${url}/plugins/load-testing/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
      return ((await answer.json()) as { data: T }).data;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function started(server: Killable): Promise<string> {
  const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9', { load: { preset: { key: 'constant', users: 2, durationMs: 300_000 } } }) };
  const { startRun } = await server.query<{ startRun: { id: string } }>('mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } } }', { input });
  return startRun.id;
}

interface Told {
  readonly state: string;
  readonly verdict: string | null;
  readonly ending: { readonly cause: string; readonly message: string } | null;
  readonly moves: { readonly to: string }[];
  readonly summary: { readonly requests: number } | null;
  readonly metrics: { readonly offsetMs: number; readonly requests: number }[];
}
const READ = 'query ($id: ID!) { loadTestRun(id: $id) { state verdict ending { cause message } moves { to } summary { requests } metrics { offsetMs requests } } }';
const readFrom = async (server: Pick<TestServer, 'query'>, id: string) => (await server.query<{ loadTestRun: Told }>(READ, { id })).loadTestRun;

/** The private folder of the one run. */
const runFolder = () => path.join(dataFolder, 'runs', readdirSync(path.join(dataFolder, 'runs'))[0] ?? 'none');
const groupsOf = (folder: string) => groupsWith('HOME', path.join(folder, 'home'));

/** Nobody protects a guard from the system's own killers. */
async function killGuard(group: number): Promise<void> {
  const guard = membersOf(group)?.find(({ pid }) => pid !== group && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('guarded.sh'));
  if (!guard) throw new Error('the group has no guard');
  process.kill(guard.pid, 'SIGKILL');
  await until('it is gone', () => !membersOf(group)?.some(({ pid }) => pid === guard.pid));
}

describe('a server that dies while a run is going', () => {
  test('sends no load any more, without any restart: the guard ends the whole group, also what does not listen', { timeout: 60_000 }, async () => {
    const server = await killable(STUBBORN);
    const id = await started(server);
    await until('seconds are stored', async () => (await readFrom(server, id)).metrics.length >= 1);
    const [group = 0] = groupsOf(runFolder());
    expect(membersOf(group)?.length).toBeGreaterThanOrEqual(3);
    await server.kill();
    await until('nobody of the group lives', () => !isAlive(group), 10_000);
  });

  test('is followed by one that ends the tool, and settles the run with what was stored', { timeout: 120_000 }, async () => {
    const server = await killable(STUBBORN);
    const id = await started(server);
    const before = await until('seconds are stored', async () => {
      const run = await readFrom(server, id);
      return run.metrics.length >= 2 && run;
    });
    const folder = runFolder();
    const [group = 0] = groupsOf(folder);
    await killGuard(group);
    await server.kill();
    expect(isAlive(group)).toBe(true);

    await using next = await testServer({ dataFolder, database: { folder: path.join(dataFolder, 'database') }, encryptionKey: Buffer.alloc(32, 7) });
    expect(isAlive(group)).toBe(false);
    const run = await readFrom(next, id);
    expect(run).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'owner_lost', message: expect.stringContaining('numbers up to then are kept') } });
    expect(run.moves.map((move) => move.to)).toEqual(['QUEUED', 'STARTING', 'RUNNING', 'CRASHED']);
    for (const { offsetMs, requests } of before.metrics) expect(run.metrics.find((point) => point.offsetMs === offsetMs)?.requests).toBeGreaterThanOrEqual(requests);
    expect(run.summary?.requests).toBe(run.metrics.reduce((sum, point) => sum + point.requests, 0));
    expect(run.summary?.requests).toBeGreaterThan(0);
    expect(existsSync(folder)).toBe(false);
    expect(next.errors).toEqual([]);
  });

  test('its tool is found when its leader is gone already, and only a child goes on', { timeout: 120_000 }, async () => {
    const server = await killable(`begin; (trap '' INT; sleep 300) & while :; do request 100000 5000 ok; sleep 0.2; done`);
    const id = await started(server);
    await until('seconds are stored', async () => (await readFrom(server, id)).metrics.length >= 1);
    const folder = runFolder();
    const [group = 0] = groupsOf(folder);
    await killGuard(group);
    await server.kill();
    // Without its server the leader breaks at the next line that nobody reads.
    await until('the leader is gone', () => !existsSync(`/proc/${group}`));
    expect(isAlive(group)).toBe(true);
    await using next = await testServer({ dataFolder, database: { folder: path.join(dataFolder, 'database') }, encryptionKey: Buffer.alloc(32, 7) });
    expect(isAlive(group)).toBe(false);
    expect(await readFrom(next, id)).toMatchObject({ state: 'CRASHED', ending: { cause: 'owner_lost' } });
  });

  test('a check of a script, of which there is no run yet, is ended too', { timeout: 120_000 }, async () => {
    const server = await killable('exit 1', '', 'sleep 300');
    const asked = started(server).catch(() => null);
    const group = await until('the check runs', () => existsSync(path.join(dataFolder, 'runs')) && existsSync(runFolder()) && groupsOf(runFolder())[0]);
    await until('it is the one that takes long', () => childProcesses().some((line) => line.includes('sleep 300')));
    const folder = runFolder();
    await server.kill();
    expect(await asked).toBeNull();
    await using next = await testServer({ dataFolder, database: { folder: path.join(dataFolder, 'database') }, encryptionKey: Buffer.alloc(32, 7) });
    expect(isAlive(group)).toBe(false);
    expect(existsSync(folder)).toBe(false);
    expect(next.errors).toEqual([]);
  });

  test('while it lives, a second server on its folder is refused with a sentence', { timeout: 60_000 }, async () => {
    const server = await killable('exit 1');
    await expect(testServer({ dataFolder, database: { folder: path.join(dataFolder, 'database') } })).rejects.toThrow('Another server uses');
    await server.kill();
  });
});

const [, postgres] = databases;
describe.skipIf(!postgres?.available)('on PostgreSQL', () => {
  test('another server settles the run when its lease is over, and not before', { timeout: 120_000 }, async () => {
    if (!postgres) throw new Error('no PostgreSQL');
    await using fresh = await postgres.open();
    const url = 'url' in fresh.place ? fresh.place.url : '';
    const server = await killable(STUBBORN, url);
    const id = await started(server);
    await until('seconds are stored', async () => (await readFrom(server, id)).metrics.length >= 1);
    await using next = await testServer({ dataFolder, database: fresh.place, encryptionKey: Buffer.alloc(32, 7) });
    await server.kill();
    expect((await readFrom(next, id)).state).toBe('RUNNING');
    // The lease is 30 s long; nothing is learned by waiting for it.
    const sql = postgresJs(url, { max: 1 });
    await sql`update load_test_run set lease_until = now() where lease_until > now()`;
    await sql.end();
    const run = await until('the run is settled', async () => {
      const told = await readFrom(next, id);
      return told.state === 'CRASHED' && told;
    });
    expect(run).toMatchObject({ ending: { cause: 'owner_lost' }, verdict: 'NOT_EVALUATED' });
    expect(run.summary?.requests).toBeGreaterThan(0);
    expect(childProcesses()).toEqual([]);
  });
});
