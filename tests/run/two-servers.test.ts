/** Two servers on one PostgreSQL: what one of them runs is watched and stopped through the other one, and settled by it when the first dies. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgresJs from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/db/client.ts';
import { type RunEvents, runEvents } from '../../server/run/events.ts';
import { Feeds } from '../../server/run/feed.ts';
import { runMetrics, runState } from '../../server/run/live.ts';
import { runPoints } from '../../server/run/points.ts';
import { askStop } from '../../server/run/ownership/store.ts';
import { cuttable } from '../helpers/cuttable.ts';
import { databases } from '../helpers/databases.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { accepted, definition, planFor, type RunAnswer, settled, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { storedRun } from '../helpers/stored-run.ts';
import { misbehavingLocust, misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { startedOn, victim } from '../helpers/victim.ts';

/** Ten requests a second, each at its time. */
const STEADY = 'begin; t0=$(date +%s%3N); while :; do now=$(( $(date +%s%3N) - t0 )); request $((now * 1000)) 5000 ok; sleep 0.1; done';
const encryptionKey = Buffer.alloc(32, 7);
/** Longer than any test: what happens sooner, it was told. */
const NEVER_MS = 100_000;
const [, postgres] = databases;

let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'two-servers-'));
});
afterEach(async () => {
  await rm(dataFolder, { recursive: true, force: true });
  expect(childProcesses()).toEqual([]);
});

interface Update {
  readonly sequence: number;
  readonly snapshot: boolean;
  readonly metrics: readonly { readonly offsetMs: number; readonly requests: number }[];
}

/** Whoever watches a run through a server; `over` when the server says so. */
function watching(server: TestServer, id: string) {
  const points = new Map<number, number>();
  const states: string[] = [];
  const metrics = (async () => {
    for await (const { runMetrics: update } of server.subscribe<{ runMetrics: Update }>('subscription ($id: ID!) { runMetrics(runId: $id) { sequence snapshot metrics { offsetMs requests } } }', { id }))
      for (const { offsetMs, requests } of update.metrics) points.set(offsetMs, requests);
  })();
  const state = (async () => {
    for await (const { runState: run } of server.subscribe<{ runState: { state: string } }>('subscription ($id: ID!) { runState(runId: $id) { state } }', { id })) states.push(run.state);
  })();
  return { points, states, over: Promise.all([metrics, state]) };
}

const seconds = async (server: TestServer, id: string) => {
  const { loadTestRun } = await server.query<{ loadTestRun: Pick<RunAnswer, 'id'> & { metrics: { offsetMs: number; requests: number }[] } }>('query ($id: ID!) { loadTestRun(id: $id) { metrics { offsetMs requests } } }', { id });
  return loadTestRun.metrics.map(({ offsetMs, requests }): [number, number] => [offsetMs, requests]);
};
const sorted = (points: Map<number, number>) => [...points].sort(([a], [b]) => a - b);

describe.skipIf(!postgres?.available)('two servers on one PostgreSQL', () => {
  const freshUrl = async () => {
    const fresh = await postgres?.open();
    if (!fresh || !('url' in fresh.place)) throw new Error('no PostgreSQL');
    return { url: fresh.place.url, [Symbol.asyncDispose]: () => fresh[Symbol.asyncDispose]() };
  };
  const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9', { load: { preset: { key: 'constant', users: 2, durationMs: 300_000 } } }) };

  test('a run of the first is watched through the second, and stopped through it at once', { timeout: 60_000 }, async () => {
    await using database = await freshUrl();
    const tools = await misbehavingLocust(STEADY);
    const common = { database: { url: database.url }, encryptionKey, stopGraceMs: 300, tools };
    // It looks into the row by itself long after the run has to be over.
    await using first = await testServer({ ...common, renewMs: 20_000 });
    await using second = await testServer(common);
    const id = await accepted(first, input);
    const watched = watching(second, id);
    await until('seconds are seen', () => watched.points.size >= 2);
    expect((await stop(second, id)).code).toBeUndefined();
    expect(await settled(second, id, 8000)).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked', message: 'Stopped by ada.' } });
    await watched.over;
    expect(watched.states.at(-1)).toBe('ABORTED');
    expect(watched.states).toContain('RUNNING');
    expect(sorted(watched.points)).toEqual(await seconds(first, id));
    expect([first.errors, second.errors]).toEqual([[], []]);
  });

  test('when the first dies, the second settles its run, and tells whoever watches', { timeout: 60_000 }, async () => {
    await using database = await freshUrl();
    await using second = await testServer({ database: { url: database.url }, encryptionKey, renewMs: 500 });
    await using first = await victim({ dataFolder, locust: await misbehavingLocustAt(STEADY), databaseUrl: database.url });
    const id = await startedOn(first);
    const watched = watching(second, id);
    await until('seconds are seen', () => watched.points.size >= 2);
    await first.kill();
    // The lease is 30 s long; nothing is learned by waiting for it.
    const sql = postgresJs(database.url, { max: 1 });
    await sql`update load_test_run set lease_until = now() where finished_at is null`;
    await sql.end();
    await watched.over;
    expect(watched.states.at(-1)).toBe('CRASHED');
    expect(await settled(second, id)).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'owner_lost' } });
    expect(sorted(watched.points)).toEqual(await seconds(second, id));
    await until('its load is over', () => childProcesses().length === 0);
  });

  /** The second server, as far as it hears of runs. */
  async function hearing(url: string) {
    const stack = new AsyncDisposableStack();
    const database = await openDatabase({ url });
    stack.defer(() => database.close());
    const events: RunEvents = runEvents();
    await database.listen(events);
    return { db: database.db, events, feeds: new Feeds(events, NEVER_MS), runner: { soFar: () => null }, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  test('what is stored on the first wakes who waits on the second, and a stop that is asked there is heard', async () => {
    await using database = await freshUrl();
    await using first = await hearing(database.url);
    await using second = await hearing(database.url);
    const run = await storedRun(first);
    const ended = new AbortController();
    const [metrics, states] = [runMetrics(second, await run.run(), 0, ended.signal), runState(second, await run.run(), ended.signal)];
    expect((await metrics.next()).value).toMatchObject({ sequence: 0, snapshot: true });
    expect((await states.next()).value).toMatchObject({ state: 'running' });
    const next = metrics.next();
    run.add(500);
    await run.close(1);
    expect((await next).value).toMatchObject({ sequence: 1, metrics: [{ executions: 1 }] });
    const heard: (string | null)[] = [];
    using _ = first.events.onStopAsked((id) => void heard.push(id));
    await askStop(second.db, 'north', run.id, 'bob');
    await until('it is heard', () => heard.includes(run.id));
    const end = states.next();
    await run.settle();
    expect((await end).value).toMatchObject({ state: 'finished' });
    expect((await states.next()).done).toBe(true);
    ended.abort();
    await metrics.return(undefined);
    expect(second.feeds.size).toBe(0);
  });

  test('what was stored while the second could not reach the database is read as soon as it can', { timeout: 60_000 }, async () => {
    await using database = await freshUrl();
    await using way = await cuttable(database.url);
    await using first = await hearing(database.url);
    await using second = await hearing(way.url);
    const run = await storedRun(first);
    const ended = new AbortController();
    const metrics = runMetrics(second, await run.run(), 0, ended.signal);
    await metrics.next();
    const missed: (string | null)[] = [];
    using _ = second.events.onStopAsked((id) => void missed.push(id));
    await way.cut();
    const points = new Map<number, unknown>();
    let next = metrics.next();
    for (let second_ = 0; second_ < 3; second_++) {
      run.add(second_ * 1000 + 500);
      await run.close(second_ + 1);
    }
    await way.mend();
    for (let sequence = 0; sequence < 3; next = metrics.next()) {
      const { value, done } = await next;
      if (done) throw new Error('the subscription is over');
      for (const point of value.metrics) points.set(point.offsetMs, point);
      sequence = value.sequence;
    }
    expect([...points.values()]).toEqual(await runPoints(run.ctx, await run.run(), null, null));
    // Nor can anybody know what stops were asked for in the meantime.
    expect(missed).toContain(null);
    ended.abort();
    await next;
  });
});
