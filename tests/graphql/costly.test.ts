/** What reads all rows of a run is not asked for many times at once; what a page asks for is answered. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, testServer } from '../helpers/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const times = (count: number, field: string) => `{ ${Array.from({ length: count }, (_, i) => `f${i}: ${field}`).join(' ')} }`;
const refusal = async (query: string): Promise<string | null> => (await server.raw(query)).errors?.[0]?.message ?? null;

const comparison = 'comparison(baselineRunIds: ["x"], runIds: ["y"]) { ... on Comparison { metrics { metric statistic requestName primary baseline current changeRatio low high limit confidence outcome method reason repeats } } ... on Refusal { code } }';
const trend = 'trend(loadTestId: "x", metric: "throughput", last: 10000) { ... on Trend { points { runId at value verdict framework frameworkVersion workflowHash planHash baseline } changePoints { runId } } ... on Refusal { code } }';
const capacity = (id: string) => `loadTestRun(id: "${id}") { capacity { users ratePerSecond limitedBy reason } }`;
const listed = (first: number) => `{ loadTestRuns(first: ${first}) { edges { node { capacity { users } } } } }`;

test.each([
  ['one comparison', times(1, comparison)],
  ['three comparisons', times(3, comparison)],
  ['some trends', times(8, trend)],
  ['the capacity of one run', times(1, capacity('x'))],
])('%s is answered', async (_what, query) => expect(await refusal(query)).toBeNull());

test.each([
  ['four comparisons', times(4, comparison)],
  ['ten trends', times(10, trend)],
  ['the capacity of five runs', times(5, capacity('x'))],
  ['the capacity of each of a hundred runs', listed(100)],
  ['the capacity of each run of a list, however short', listed(1)],
])('%s is refused', async (_what, query) => expect(await refusal(query)).toContain('complexity'));
