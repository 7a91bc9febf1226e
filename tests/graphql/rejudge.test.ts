import { afterAll, beforeAll, expect, test } from 'vitest';
import { accepted, definition, REFUSAL, settled } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 100 };
const REJUDGE = `query ($runId: ID!, $objectives: [ObjectiveInput!]!, $warmUpMs: Int) { rejudge(runId: $runId, objectives: $objectives, warmUpMs: $warmUpMs) {
  ... on Judgement { verdict verdictReasons exact objectives { metric statistic comparison value maxChangeRatio requestName during measured verdict margin samples needed slower allowed reasonCode reason } } ${REFUSAL} } }`;

let server: TestServer;
let runId: string;
beforeAll(async () => {
  server = await testServer({ tools: await misbehavingLocust('begin; for s in 1 2 3 4 5 6 7; do request "$s"100000 5000 ok; request "$s"200000 150000 ok; done; printf \'["end","planned",14,0,0,0,0]\\n\' >&3; exit 0') });
  runId = await accepted(server, {
    framework: 'locust', workflow: { definition },
    plan: { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9' }, load: { preset: { key: 'constant', users: 1, durationMs: 8000 } }, warmUpMs: 0, objectives: [{ ...p95, strict: true }, { metric: 'latency', statistic: 'p50', maxChangeRatio: 0.5 }] },
  });
  await settled(server, runId);
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = async (variables: object, viewer?: string) => (await server.query<{ rejudge: Record<string, unknown> }>(REJUDGE, { runId, objectives: [], ...variables }, viewer)).rejudge;

test('a run has its own verdict by its own objectives, with its margins, and another by others', async () => {
  const { loadTestRun } = await server.query<{ loadTestRun: object }>(`query ($id: ID!) { loadTestRun(id: $id) { verdict verdictReasons objectives { metric statistic comparison value maxChangeRatio requestName during measured verdict margin samples needed slower allowed reasonCode reason } } }`, { id: runId });
  const own = await ask({ objectives: [{ ...p95, strict: true }, { metric: 'latency', statistic: 'p50', maxChangeRatio: 0.5 }] });
  expect(own).toEqual({ ...loadTestRun, exact: true });
  expect(own).toMatchObject({ verdict: 'FAILED', objectives: [{ verdict: 'FAILED', margin: 'clear', slower: 7, samples: 14 }, { verdict: 'NOT_EVALUATED', value: null, maxChangeRatio: 0.5, margin: null, reasonCode: 'no_baseline' }, { metric: 'error_ratio', verdict: 'PASSED', margin: 'narrow' }] });
  expect(await ask({ objectives: [{ ...p95, statistic: 'max', value: 200 }] })).toMatchObject({ verdict: 'PASSED', exact: false, objectives: [{ measured: 150, slower: 0, margin: null }, {}] });
});

test('refusals are typed, and a run of another organization is not there', async () => {
  expect(await ask({ objectives: [{ metric: 'latency', comparison: '<', value: 1 }] })).toMatchObject({ code: 'invalid_plan', problems: [{ path: 'objectives[0].statistic' }] });
  expect(await ask({}, 'bob')).toMatchObject({ code: 'not_found' });
  expect(await ask({ runId: 'nothing' })).toMatchObject({ code: 'not_found' });
  expect(await ask({}, 'guest')).toMatchObject({ exact: true });
});
