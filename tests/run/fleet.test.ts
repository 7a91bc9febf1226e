/** The load of a run in shards, from its order to its verdict, on places whose shards say what a test says. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudProblem, type Fleets } from '../../server/clouds/cloud.ts';
import { begun, ended, lineOf, said, scripted } from '../clouds/scripted.ts';
import { accepted, definition, planFor, settled, start, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

const TOKEN = 'a-secret-of-this-run-4711';
const free = scripted('free');
const priced = scripted('priced', { estimate: (_settings: object, { seconds }) => ({ amount: seconds, currency: 'USD', basis: 'A dollar a second.', pricesAsOf: new Date(0) }) });

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ clouds: [free.cloud, priced.cloud], secrets: { TOKEN }, limits: { maxCloudCost: () => 8 } });
});
afterAll(() => server[Symbol.asyncDispose]());

const wanted = (more: object = {}) => {
  const target = { preset: 'studio', baseUrl: 'http://127.0.0.1:9', auth: { bearer: { variable: 'TOKEN' } } };
  return { framework: 'locust', workflow: { definition }, plan: planFor(target.baseUrl, { target, load: { closed: { stages: [{ durationMs: 5000, users: 3 }] } } }), place: 'free', cloud: { shards: 2 }, ...more };
};
/** All begin, and nothing more is heard of them. */
const beginning: Fleets['follow'] = async ({ shards }, tell) => {
  for (let shard = 0; shard < shards; shard++) tell(said(begun(shard)));
};

test('what a shard says of its end is told without the values of variables', async () => {
  free.plays({
    follow: async (fleet, tell, signal) => {
      await beginning(fleet, tell, signal);
      for (const shard of [0, 1]) tell(said(ended(shard, { cause: 'tool_broke', message: `Locust ended with exit code 1: Bearer ${TOKEN} is refused.`, exitCode: 1 })));
    },
  });
  const { ending } = await settled(server, await accepted(server, wanted()));
  expect(ending).toMatchObject({ cause: 'tool_broke', message: 'Shard 0 of 2: Locust ended with exit code 1: Bearer *** is refused.' });
});

test('what is stored of its shards is read of all of them at once, and only of those of which something is missing', async () => {
  const read: number[] = [];
  free.plays({
    follow: async (fleet, tell, signal) => {
      await beginning(fleet, tell, signal);
      tell(said(ended(2)));
    },
    async *stored(_fleet, shard) {
      read.push(shard);
      await until('the other one is read, too', () => read.length === 2);
      yield lineOf(ended(shard));
    },
  });
  expect(await settled(server, await accepted(server, wanted({ cloud: { shards: 3 } })))).toMatchObject({ ending: { cause: 'planned_end' } });
  expect(read.toSorted()).toEqual([0, 1]);
  expect(server.errors).toEqual([]);
});

test('a stop that comes when the load is over, while the rest is read, changes nothing of how it ended', async () => {
  let reading = false;
  const { promise: readOn, resolve } = Promise.withResolvers<void>();
  free.plays({
    follow: beginning,
    async *stored(_fleet, shard) {
      reading = true;
      await readOn;
      yield lineOf(ended(shard));
    },
  });
  const id = await accepted(server, wanted());
  await until('what is stored is read', () => reading);
  await stop(server, id);
  resolve();
  expect(await settled(server, id)).toMatchObject({ state: 'FINISHED', ending: { cause: 'planned_end' } });
});

test('a run of which no shard could be had has cost nothing, and nothing of it counts', async () => {
  priced.plays({
    launch: async () => {
      throw new CloudProblem('There is no room.');
    },
  });
  const id = await accepted(server, wanted({ place: 'priced' }));
  expect(await settled(server, id)).toMatchObject({ state: 'CRASHED', ending: { cause: 'launch_failed', message: 'There is no room.' } });
  const { loadTestRun } = await server.query<{ loadTestRun: { cost: { amount: number } } }>('query ($id: ID!) { loadTestRun(id: $id) { cost { amount } } }', { id });
  expect(loadTestRun.cost.amount).toBe(0);
  expect(await start(server, wanted({ place: 'priced', repeat: 2 }))).toMatchObject({ code: 'limit_exceeded', message: expect.stringContaining('about 0.00 USD is spent') });
});

test('a server that must go does not wait for what a place may still tell', async () => {
  const last = scripted('free');
  let [following, stopped] = [false, false];
  const read: number[] = [];
  last.plays({
    follow: async (fleet, tell, signal) => {
      await beginning(fleet, tell, signal);
      following = true;
      await until('it is stopped', () => stopped);
    },
    stop: async () => {
      stopped = true;
    },
    async *stored(_fleet, shard) {
      read.push(shard);
      yield lineOf(ended(shard));
    },
  });
  const leaving = await testServer({ clouds: [last.cloud], secrets: { TOKEN } });
  await accepted(leaving, wanted());
  await until('it is followed', () => following);
  await leaving[Symbol.asyncDispose]();
  expect([stopped, read]).toEqual([true, []]);
});
