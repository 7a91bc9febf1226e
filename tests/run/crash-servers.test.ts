/** Several servers and one orphan: one that only stood still, one of another machine, two that find it at once. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgresJs from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import { openDatabase } from '../../server/db/client.ts';
import { runEvents } from '../../server/run/events.ts';
import { recoverOrphans } from '../../server/run/recover.ts';
import { databases } from '../helpers/databases.ts';
import { embeddedIn } from '../helpers/embedded.ts';
import { long } from '../helpers/long.ts';
import { storedRun } from '../helpers/stored-run.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { livingOf, runFolders, startedOn, toldBy, uuidOf, type Victim, victim } from '../helpers/victim.ts';

/** It hears nothing, and goes on without its server. */
const DEAF = `trap '' INT PIPE; begin; t0=$(date +%s%3N); while :; do request $(( ($(date +%s%3N) - t0) * 1000 )) 5000 ok 2>/dev/null; sleep 0.1; done`;
const [, postgres] = databases;

describe.skipIf(!postgres?.available)('on one PostgreSQL', () => {
  let stack: AsyncDisposableStack;
  let url: string;
  let sql: postgresJs.Sql;
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    const fresh = stack.use(await openFresh());
    url = fresh.url;
    sql = postgresJs(url, { max: 1 });
    stack.defer(() => sql.end());
  });
  afterEach(() => stack.disposeAsync());

  async function openFresh() {
    const fresh = await postgres?.open();
    if (!fresh || !('url' in fresh.place)) throw new Error('no PostgreSQL');
    return { url: fresh.place.url, [Symbol.asyncDispose]: () => fresh[Symbol.asyncDispose]() };
  }

  async function folder(): Promise<string> {
    const made = await mkdtemp(path.join(tmpdir(), 'servers-'));
    stack.defer(() => rm(made, { recursive: true, force: true }));
    return made;
  }

  async function server(dataFolder: string): Promise<Victim> {
    return stack.use(await victim({ dataFolder, locust: await misbehavingLocustAt(DEAF), databaseUrl: url, more: { renewMs: 500 } }));
  }

  /** Nothing is learned by waiting for a lease of 30 s. `elsewhere`: as if the run's server were on another machine, whose processes nobody else can end. */
  async function leaseIsOver(id: string, elsewhere = false): Promise<void> {
    if (elsewhere) await sql`update load_test_run set process = jsonb_set(process, '{host}', '"elsewhere"') where id = ${uuidOf(id)}`;
    await sql`update load_test_run set lease_until = now() - interval '1 second' where id = ${uuidOf(id)}`;
  }

  const isCrashed = (by: Victim, id: string) => until('it is settled', async () => (await toldBy(by, id)).state === 'CRASHED');
  const all = async (id: string) => [await sql`select state, moves, sequence, ending, result, owner from load_test_run where id = ${uuidOf(id)}`, await sql`select count(*)::int as rows from performance_metric where run_id = ${uuidOf(id)}`];

  test('a server that stood still while another one took its run ends the load when it goes on, and writes nothing', { timeout: 60_000 }, async () => {
    const dataFolder = await folder();
    const first = await server(dataFolder);
    const id = await startedOn(first);
    await until('a second is stored', async () => (await toldBy(first, id)).metrics.length > 0);
    first.freeze();
    await leaseIsOver(id, true);
    const second = await server(await folder());
    await isCrashed(second, id);
    expect(livingOf(dataFolder)).not.toEqual([]);
    const settled = await all(id);
    first.thaw();
    await until('its load is over', () => livingOf(dataFolder).length === 0, 10_000);
    await until('its folder is gone', () => runFolders(dataFolder).length === 0);
    // It is free for the next run, so it has let this one go.
    const next = await startedOn(first);
    await until('the next one runs', async () => (await toldBy(first, next)).state === 'RUNNING');
    expect(await all(id)).toEqual(settled);
  });

  test('a server whose run was settled by another one while it was dead clears up what is left in its folder', { timeout: 60_000 }, async () => {
    const dataFolder = await folder();
    const first = await server(dataFolder);
    const id = await startedOn(first);
    await until('it runs', async () => (await toldBy(first, id)).state === 'RUNNING');
    await first.kill();
    await until('its load is over', () => livingOf(dataFolder).length === 0, 10_000);
    await leaseIsOver(id);
    const second = await server(await folder());
    await isCrashed(second, id);
    expect(runFolders(dataFolder)).toEqual([uuidOf(id)]);
    // Of a run that nobody knows: it may be another server's, whose database this is not.
    const unknown = randomUUID();
    await mkdir(path.join(dataFolder, 'runs', unknown));
    await server(dataFolder);
    expect(runFolders(dataFolder)).toEqual([unknown]);
  });

  test('of two that find an orphan at once, one settles it', async () => {
    await using one = await openDatabase({ url }).then(withDispose);
    await using two = await openDatabase({ url }).then(withDispose);
    const orphans = await Promise.all(Array.from({ length: 5 }, () => storedRun(one)));
    for (const orphan of orphans) {
      orphan.add(500);
      await orphan.close(1);
      await leaseIsOver(orphan.id);
    }
    const runsFolder = await folder();
    const told: string[] = [];
    const log = { info() {}, warn: (fields: object) => void told.push((fields as { runId: string }).runId), error: (_: object, message: string) => void told.push(message) };
    const recovering = [one, two].map(({ db }) => recoverOrphans({ db, cipher: openCipher([Buffer.alloc(32, 7)]), owner: randomUUID(), log, events: runEvents(), runsFolder }, 'expired', []));
    await Promise.all(recovering);
    expect(told.sort()).toEqual(orphans.map(({ id }) => id).sort());
    for (const orphan of orphans) {
      const { moves, ending, result } = await orphan.run();
      expect(moves.map(({ to }) => to)).toEqual(['queued', 'starting', 'running', 'crashed']);
      expect([ending?.cause, result?.summary.executions]).toEqual(['owner_lost', 1]);
    }
  });
});

test.skipIf(!long)('a server with a database of its own that stood still for 35 s goes on with its run (in the long run only)', { timeout: 120_000 }, async () => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'servers-'));
  await embeddedIn(path.join(dataFolder, 'database'));
  // Few lines, for these shell lines wait when nobody reads them and some hundred have not been read.
  await using server = await victim({ dataFolder, locust: await misbehavingLocustAt(DEAF.replace('sleep 0.1', 'sleep 0.4')) });
  const id = await startedOn(server);
  await until('a second is stored', async () => (await toldBy(server, id)).metrics.length > 0);
  server.freeze();
  await delay(35_000); // longer than a tool may be silent, and than a lease lasts
  server.thaw();
  const { state, metrics } = await until('what came in the meantime is stored', async () => {
    const run = await toldBy(server, id);
    return (run.state !== 'RUNNING' || run.metrics.length > 37) && run;
  });
  expect(state).toBe('RUNNING');
  for (const { offsetMs, requests } of metrics.slice(1, -2)) expect(requests, `at ${offsetMs} ms`).toBeGreaterThan(0);
  expect(server.errors()).toBe('');
  await server.kill();
  await until('nothing of the run lives', () => livingOf(dataFolder).length === 0, 10_000);
  await rm(dataFolder, { recursive: true });
});

const withDispose = <T extends { close(): Promise<void> }>(opened: T) => Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() });
