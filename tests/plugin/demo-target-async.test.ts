import { expect, test } from 'vitest';
import { type Truth, type TruthExecution, truthExecutionPercentile } from '../../plugin/demo/truth.ts';
import { DemoClient } from '../helpers/demo-client.ts';
import { until } from '../helpers/until.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function accept(client: DemoClient, workflow: string, inputs: object = {}): Promise<string> {
  const { status, json } = await client.post(`/workflows/${workflow}/execute`, { inputs, mode: 'async' }, { 'X-Durable': 'false' });
  expect([status, json.status]).toEqual([200, 'pending']);
  return json.execution_id;
}

const poll = (client: DemoClient, workflow: string, id: string) => client.get(`/workflows/${workflow}/status/${id}`);

/** The answer that tells the end. */
function ended(client: DemoClient, workflow: string, id: string) {
  return until(`${workflow} ends`, async () => {
    const { json } = await poll(client, workflow, id);
    return json.status === 'running' ? null : json;
  });
}

test('an execution is accepted, runs, and ends with the body of a synchronous one', async () => {
  await using client = await DemoClient.start();
  const accepted = await client.post('/workflows/slow/execute', { inputs: {}, mode: 'async' });
  const { execution_id: id } = accepted.json;
  expect(id).toMatch(UUID);
  expect(accepted.text).toBe(`{"execution_id":"${id}","status":"pending","message":"Execution started. Check status at /status/${id}"}`);
  expect((await poll(client, 'slow', id)).text).toBe('{"status":"running","workflow_id":"slow","version":"1.0.0"}');
  expect(await ended(client, 'slow', id)).toEqual({
    status: 'completed',
    workflow_id: 'slow',
    version: '1.0.0',
    result: { outputs: { wait: { result: { slept: 0.2 } } }, execution_time: expect.any(Number), workflow_id: 'slow', version: '1.0.0' },
  });
  expect((await poll(client, 'slow', id)).json.status).toBe('completed');
});

test('it takes the inputs that it was asked with', async () => {
  await using client = await DemoClient.start();
  const ids = [await accept(client, 'fast', { n: 5 }), await accept(client, 'fast', { square: { n: 6 } })];
  const values = await Promise.all(ids.map(async (id) => (await ended(client, 'fast', id)).result.outputs.square.result.value));
  expect(values).toEqual([25, 36]);
});

test('a node that raises ends it as failed, a node that only reports failure does not', async () => {
  await using client = await DemoClient.start();
  const failed = { status: 'failed', workflow_id: 'fail', version: '1.0.0', error: 'Execution failed' };
  expect(await ended(client, 'fail', await accept(client, 'fail'))).toEqual(failed);
  const wrong = await accept(client, 'fast', { n: 'x' });
  expect(await ended(client, 'fast', wrong)).toEqual({ ...failed, workflow_id: 'fast' });
  const reported = await ended(client, 'unreachable', await accept(client, 'unreachable'));
  expect([reported.status, reported.result.outputs.fetch.success]).toEqual(['completed', false]);
  expect(client.target.truth().executions.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
});

test('an id that is unknown, or that belongs to another workflow, is an endpoint that does not exist', async () => {
  await using client = await DemoClient.start();
  const id = await accept(client, 'slow');
  for (const [workflow, asked] of [['slow', 'nobody'], ['fast', id]] as const) {
    const { status, json } = await poll(client, workflow, asked);
    expect([status, json.error, json.path]).toEqual([404, 'Endpoint not found', `/workflows/${workflow}/status/${asked}`]);
  }
  expect((await client.post(`/workflows/slow/status/${id}`, '{}')).status).toBe(405);
  expect((await poll(client, 'nobody', id)).json).toEqual({ detail: 'Not Found' });
});

test('four run at once, the others wait although they are told to be running; the truth has the times of each', async () => {
  await using client = await DemoClient.start();
  const ids = await Promise.all(Array.from({ length: 6 }, () => accept(client, 'slow')));
  expect(await Promise.all(ids.map(async (id) => (await poll(client, 'slow', id)).json.status))).toEqual(ids.map(() => 'running'));
  await Promise.all(ids.map((id) => ended(client, 'slow', id)));

  const { executions, byName } = client.target.truth();
  const firstEnd = Math.min(...executions.map(({ endedAt }) => endedAt ?? Number.NaN));
  expect(executions.filter(({ startedAt }) => (startedAt ?? 0) >= firstEnd)).toHaveLength(2);
  for (const { id, name, workflow, arrivedAt, startedAt, endedAt, toldAt, outcome } of executions) {
    expect({ known: ids.includes(id), name, workflow, outcome }).toEqual({ known: true, name: 'POST /workflows/slow/execute', workflow: 'slow', outcome: 'completed' });
    const times = [arrivedAt, startedAt, endedAt, toldAt];
    expect(times).toEqual([...times].sort((a, b) => Number(a) - Number(b)));
    expect(Number(endedAt) - Number(startedAt)).toBeGreaterThan(195);
  }
  expect(byName['POST /workflows/slow/execute']).toMatchObject({ received: 6, executed: 6, answered: 6 });
  const polls = executions.reduce((sum, execution) => sum + execution.polls, 0);
  expect(byName['GET /workflows/slow/status']).toMatchObject({ received: polls, executed: 0 });
});

test('other requests are answered while it runs, and a poll that comes before the end does not tell it', async () => {
  await using client = await DemoClient.start();
  const id = await accept(client, 'slow');
  await poll(client, 'slow', id);
  expect((await client.post('/workflows/fast/execute', '{}')).status).toBe(200);
  expect(client.target.truth().executions[0]).toMatchObject({ polls: 1, endedAt: null, toldAt: null, outcome: null });
});

test('an accepted answer comes from the cache like any other, hidden in its content', async () => {
  await using client = await DemoClient.start();
  const body = { inputs: {}, mode: 'async' };
  const first = await client.post('/workflows/slow/execute', body);
  const second = await client.post('/workflows/slow/execute', body);
  expect(second.json).toMatchObject({ cached: true, data: { content: first.text } });
  expect(client.target.truth()).toMatchObject({ received: 2, executed: 1 });
});

test('a lost execution is unknown to every poll, and runs to its end all the same', async () => {
  await using client = await DemoClient.start();
  const id = await accept(client, 'fast', { demo: { lose: true } });
  expect((await poll(client, 'fast', id)).status).toBe(404);
  await until('it ended', () => client.target.truth().executions[0]?.endedAt);
  expect(client.target.truth().executions[0]).toMatchObject({ id, lost: true, outcome: 'completed', polls: 0, toldAt: null });
  expect(client.target.truth().byName['GET /workflows/fast/status']).toMatchObject({ received: 1, statuses: { 404: 1 } });
});

test('an endless execution keeps running and takes no thread from the others', async () => {
  await using client = await DemoClient.start();
  const endless = await Promise.all(Array.from({ length: 5 }, () => accept(client, 'fast', { demo: { fault: 'endless' } })));
  expect((await ended(client, 'fast', await accept(client, 'fast'))).status).toBe('completed');
  for (const id of endless) expect((await poll(client, 'fast', id)).json.status).toBe('running');
  expect(client.target.truth().executions.map(({ startedAt }) => startedAt === null)).toEqual([true, true, true, true, true, false]);
});

test('what cannot happen to a synchronous execution is refused', async () => {
  await using client = await DemoClient.start();
  for (const demo of [{ lose: true }, { fault: 'endless' }]) {
    const { status, json } = await client.post('/workflows/fast/execute', { inputs: { demo } });
    expect([status, json.detail[0].type]).toEqual([422, 'value_error']);
  }
  expect(client.target.truth().executed).toBe(0);
});

test('a fault hits the request that asks for the execution, or its polls', async () => {
  await using client = await DemoClient.start();
  const refused = await client.post('/workflows/fast/execute', { mode: 'async', inputs: { demo: { status: 503 } } });
  expect(refused.status).toBe(503);
  const hit = await accept(client, 'fast', { demo: { status: 503, at: 'poll' } });
  expect((await poll(client, 'fast', hit)).status).toBe(503);
  const cut = await accept(client, 'fast', { demo: { fault: 'reset', at: 'poll' } });
  await expect(poll(client, 'fast', cut)).rejects.toThrow(/ECONNRESET/);
  expect(client.target.truth().byName['GET /workflows/fast/status']).toMatchObject({ received: 2, cut: 1, statuses: { 503: 1 } });
});

test('a node that failed is told inside of a completed execution, a failed status by the status; each second time when asked', async () => {
  const settings = { nodes: { only: { node_id: 'only', node_type: 'MergeNode', config: {} } }, connections: [] };
  const workflow = (demo: object) => JSON.stringify({ ...settings, metadata: { demo: { delayMs: 0, ...demo } } });
  await using client = await DemoClient.start({ workflows: { node: workflow({ fault: 'node_failed' }), status: workflow({ fault: 'status_failed', failEvery: 2 }) } });
  expect(await ended(client, 'node', await accept(client, 'node'))).toMatchObject({ status: 'completed', result: { outputs: { only: { failed: true } } } });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await ended(client, 'status', await accept(client, 'status'))).status);
  expect(statuses).toEqual(['completed', 'failed', 'completed', 'failed']);
});

test('after a reset the old ids are unknown and old executions are in no truth', async () => {
  await using client = await DemoClient.start();
  const id = await accept(client, 'slow');
  client.target.reset();
  expect((await poll(client, 'slow', id)).status).toBe(404);
  expect(client.target.truth()).toMatchObject({ executed: 0, executions: [] });
});

test('the target stops while executions run and wait', async () => {
  const client = await DemoClient.start();
  for (let i = 0; i < 6; i++) await accept(client, 'slow');
  await client[Symbol.asyncDispose]();
  expect(client.target.truth().executions.filter(({ outcome }) => outcome === null)).toHaveLength(6);
});

test('percentiles of executions are those of the times that a client can measure', () => {
  const execution = (arrivedAt: number, toldAt: number | null) => ({ arrivedAt, toldAt, workflow: String(toldAt) }) as TruthExecution;
  const truth = { executions: [execution(5, 45), execution(0, 10), execution(7, null), execution(10, 30)] } as unknown as Truth;
  expect([0, 50, 100].map((p) => truthExecutionPercentile(truth, p))).toEqual([10, 20, 40]);
  expect(truthExecutionPercentile(truth, 100, ({ workflow }) => workflow === '10')).toBe(10);
});
