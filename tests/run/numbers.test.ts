/** The numbers by which people call the runs of a load test. */
import { expect, test } from 'vitest';
import type { TestPlan } from '../../server/script/plan.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { accepted, definition, planFor, settled } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

const numbers = async (server: TestServer, loadTestId: string) =>
  (await server.query<{ loadTestRuns: { edges: { node: { number: number | null } }[] } }>('query ($id: ID) { loadTestRuns(loadTestId: $id, first: 20) { edges { node { number } } } }', { id: loadTestId })).loadTestRuns.edges.map(({ node }) => node.number);

test('each run of a test has the next one, also of those that are asked for at once; a deleted one leaves its number unused', async () => {
  await using server = await testServer({ tools: await misbehavingLocust('exit 1') });
  const plan = planFor('http://127.0.0.1:9');
  const save = async (name: string) => (await server.query<{ saveLoadTest: { id: string } }>('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }', { input: { name, framework: 'locust', workflow: { definition }, plan } })).saveLoadTest.id;
  const [nightly, other] = [await save('Nightly'), await save('Other')];
  const together = await Promise.all([accepted(server, { loadTestId: nightly }), accepted(server, { loadTestId: nightly }), accepted(server, { loadTestId: other })]);
  const last = await accepted(server, { loadTestId: nightly, repeat: 2 });
  for (const id of [...together, last]) await settled(server, id);
  expect([(await numbers(server, nightly)).toSorted(), await numbers(server, other)]).toEqual([[1, 2, 3, 4], [1]]);
  const { loadTestRun } = await server.query<{ loadTestRun: { repeat: { runs: { id: string; number: number }[] } } }>('query ($id: ID!) { loadTestRun(id: $id) { repeat { runs { id number } } } }', { id: last });
  expect(loadTestRun.repeat.runs.map(({ number }) => number)).toEqual([3, 4]);
  const second = loadTestRun.repeat.runs[1]?.id ?? '';
  await settled(server, second);
  expect(await server.query('mutation ($id: ID!) { deleteRun(runId: $id) { __typename } }', { id: second })).toEqual({ deleteRun: { __typename: 'Deleted' } });
  await settled(server, await accepted(server, { loadTestId: nightly }));
  expect((await numbers(server, nightly)).toSorted()).toEqual([1, 2, 3, 5]);
  // What was made elsewhere has one, too, and the same results that are brought again have no other.
  const begin = ['begin', 1, 'locust', '2.47.0', 1_772_359_200_000, { planHash: resolvePlan(plan as TestPlan).hash, workflowHash: 'a'.repeat(64), scriptHash: 'b'.repeat(64), plan, host: { os: 'linux', cpus: 2 } }];
  const text = `${[begin, ['req', 0, 'execute', 20_000, 'ok', 200, { exec: true }], ['end', 'planned', 1, 0, 0, 0, 0]].map((line) => JSON.stringify(line)).join('\n')}\n`;
  const bring = () => server.query<{ importResults: object }>('mutation ($input: ImportResultsInput!) { importResults(input: $input) { ... on LoadTestRun { number } ... on Refusal { message } } }', { input: { fileName: 'ci.ndjson', text, loadTestId: nightly } });
  expect([await bring(), await bring()]).toEqual([{ importResults: { number: 6 } }, { importResults: { number: 6 } }]);
  // Without a test there is nothing to count.
  const alone = await accepted(server, { framework: 'locust', workflow: { definition }, plan });
  await settled(server, alone);
  expect(await server.query('query ($id: ID!) { loadTestRun(id: $id) { number } }', { id: alone })).toEqual({ loadTestRun: { number: null } });
});
