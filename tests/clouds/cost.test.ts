/** What a run in shards costs: said before, held to a ceiling, and said again when it is over. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PricedOrder } from '../../server/clouds/cloud.ts';
import { processes } from '../../server/clouds/process/index.ts';
import { accepted, definition, planFor, settled, start } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';

const asOf = new Date('2026-11-25T00:00:00.000Z');
/** Processes that have a price: one cent for each shard and second. */
const priced = { ...processes, estimate: (_settings: object, { shards, seconds }: PricedOrder) => ({ amount: 0.01 * shards * seconds, currency: 'USD', basis: 'A cent.', pricesAsOf: asOf }) };
const SHARD = `printf '["begin",1,"locust","2.47.0",%s,{"planHash":"","workflowHash":"","scriptHash":"","plan":{},"host":{"os":"linux","cpus":2}}]\\n["end","planned",1,0,0,0,0]\\n' "$LOAD_TEST_START_AT" >&3`;

let server: TestServer;
beforeAll(async () => {
  const locust = await misbehavingLocustAt(SHARD);
  server = await testServer({
    clouds: [priced],
    cloudSettings: { LOAD_TESTING_PROCESS_LEAD_MS: '2000' },
    toolPaths: { LOCUST_PATH: locust },
    limits: { concurrentRuns: 10, maxCloudCost: (organization) => (organization === 'north' ? 0.5 : null) },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const plan = planFor('http://127.0.0.1:9');
const wanted = (more: object = {}) => ({ framework: 'locust', workflow: { definition }, plan, place: 'process', cloud: { shards: 2 }, ...more });

interface Estimate {
  readonly amount: number;
  readonly currency: string;
  readonly basis: string;
  readonly pricesAsOf: string;
  readonly shards: number;
}

test('it is said before anything is started, by prices with a date', async () => {
  const ask = (place: string, cloud: object | null) => server.query<{ costEstimate: Estimate }>('query ($place: String!, $cloud: CloudInput, $plan: PlanInput!) { costEstimate(place: $place, cloud: $cloud, plan: $plan) { ... on CostEstimate { amount currency basis pricesAsOf shards } ... on Refusal { code message } } }', { place, cloud, plan });
  // 2 s until all are there, 5 s of load.
  expect((await ask('process', { shards: 2 })).costEstimate).toEqual({ amount: 0.14, currency: 'USD', basis: 'A cent.', pricesAsOf: asOf.toISOString(), shards: 2 });
  expect((await ask('process', null)).costEstimate).toMatchObject({ amount: 0.07, shards: 1 });
  expect((await ask('local', null)).costEstimate).toMatchObject({ amount: 0, shards: 1 });
  expect((await ask('process', { shards: 3 })).costEstimate).toMatchObject({ code: 'invalid_input', message: '3 shards are asked for, and the plan has work for 2: each needs a user of its own, and an iteration and a row where the plan counts them.' });
  expect((await ask('process', { shards: 2, region: 'mars' })).costEstimate).toMatchObject({ code: 'invalid_input', message: 'Processes has no region to choose: leave it out.' });
  expect((await ask('moon', null)).costEstimate).toMatchObject({ code: 'invalid_input', message: 'There is no place "moon". Choose one of local, process.' });
});

test('an organization spends no more than its ceiling, runs that go on and all of a group counted', async () => {
  const [first, second] = [await accepted(server, wanted()), await accepted(server, wanted())];
  expect(await start(server, wanted({ repeat: 2 }))).toMatchObject({ code: 'limit_exceeded', message: 'These 2 runs will cost about 0.28 USD; your organization may spend 0.50 USD in 30 days here, and about 0.28 USD is spent. LOAD_TESTING_MAX_CLOUD_COST is the ceiling that whoever runs this server has set.' });
  const third = await accepted(server, wanted());
  expect(await start(server, wanted())).toMatchObject({ code: 'limit_exceeded' });
  // Elsewhere nothing is paid, and another organization has no ceiling.
  expect((await start(server, wanted(), 'bob')).code).toBeUndefined();
  for (const id of [first, second, third]) await settled(server, id);
});

test('what a run cost still counts when it is deleted', async () => {
  const { loadTestRuns } = await server.query<{ loadTestRuns: { edges: { node: { id: string } }[] } }>('{ loadTestRuns(first: 1) { edges { node { id } } } }');
  const id = loadTestRuns.edges[0]?.node.id;
  const spent = async () => Number(/about ([\d.]+) USD is spent/.exec((await start(server, wanted({ repeat: 9 }))).message ?? '')?.[1]);
  const before = await spent();
  expect(before).toBeGreaterThan(0);
  await server.query('mutation ($id: ID!) { deleteRun(runId: $id) { ... on Deleted { id } ... on Refusal { message } } }', { id });
  expect(await spent()).toBe(before);
});

test('a run that is over says what it took, and that is what is counted', async () => {
  const { loadTestRuns } = await server.query<{ loadTestRuns: { edges: { node: { cost: Estimate; place: string } }[] } }>('{ loadTestRuns(first: 10) { edges { node { place cost { amount currency basis pricesAsOf shards } } } } }');
  expect(loadTestRuns.edges.length).toBe(2);
  for (const { node } of loadTestRuns.edges) {
    expect(node).toMatchObject({ place: 'process', cost: { currency: 'USD', basis: 'A cent.', pricesAsOf: asOf.toISOString(), shards: 2 } });
    expect(node.cost.amount).toBeGreaterThan(0.02);
  }
});
