import { expect, test } from 'vitest';
import { DemoClient } from '../helpers/demo-client.ts';
import { until } from '../helpers/until.ts';

const NODE = { id: 'square', type: 'PythonCodeNode', config: { code: "result = {'value': n * n}" } };
const REFERENCE = { detail: expect.stringMatching(/^Internal server error \(reference: [0-9a-f]{12}\)$/) };

async function session(client: DemoClient): Promise<string> {
  return (await client.post('/api/sessions', {})).json.session_id;
}

async function workflow(client: DemoClient, inSession: string, definition: object): Promise<string> {
  const { status, json } = await client.post(`/api/workflows?session_id=${inSession}`, { name: 'w', connections: [], ...definition });
  expect(status).toBe(200);
  return json.workflow_id;
}

const begin = (client: DemoClient, inSession: string, workflowId: string, inputs: object = {}) => client.post(`/api/executions?session_id=${inSession}`, { workflow_id: workflowId, inputs });

const poll = (client: DemoClient, inSession: string, id: string) => client.get(`/api/executions/${id}?session_id=${inSession}`);

async function ended(client: DemoClient, inSession: string, workflowId: string, inputs: object = {}) {
  const { json } = await begin(client, inSession, workflowId, inputs);
  return until('the execution ends', async () => {
    const { json: told } = await poll(client, inSession, json.execution_id);
    return told.status === 'running' ? null : told;
  });
}

test('a session, a workflow in it, an execution, and polls until it is completed', async () => {
  await using client = await DemoClient.start();
  const made = await client.post('/api/sessions', { user_id: 'me', metadata: { a: 1 } });
  const { session_id: S, created_at } = made.json;
  expect(made.text).toBe(`{"session_id":"${S}","user_id":"me","created_at":"${created_at}","active":true}`);
  expect(created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

  const created = await client.post(`/api/workflows?session_id=${S}`, { name: 'w', nodes: [{ ...NODE, config: { demo: { delayMs: 100 } } }], connections: [] });
  const { workflow_id: W } = created.json;
  expect(created.json).toEqual({ workflow_id: W, name: 'w', session_id: S, created_at: expect.stringMatching(/\+00:00$/) });

  const begun = await begin(client, S, W);
  const { execution_id: E } = begun.json;
  expect(begun.text).toBe(`{"execution_id":"${E}","workflow_id":"${W}","status":"started","created_at":"${begun.json.created_at}","progress":0.0}`);
  const running = await poll(client, S, E);
  expect(running.text).toBe(`{"execution_id":"${E}","status":"running","progress":0.0,"created_at":"${running.json.created_at}","outputs":{},"error":null}`);
  const over = await until('it is completed', async () => {
    const answer = await poll(client, S, E);
    return answer.json.status === 'completed' && answer;
  });
  expect(over.text).toBe(`{"execution_id":"${E}","status":"completed","progress":100.0,"created_at":"${running.json.created_at}","outputs":{"square":{"result":{"ok":true}}},"error":null}`);
});

test('the truth counts each kind of request under a name of its own, and knows when the execution began and ended', async () => {
  await using client = await DemoClient.start();
  const S = await session(client);
  await ended(client, S, await workflow(client, S, { nodes: [NODE] }));
  const { byName, executions } = client.target.truth();
  expect(Object.keys(byName)).toEqual(['POST /api/sessions', 'POST /api/workflows', 'POST /api/executions', 'GET /api/executions/{id}']);
  expect(Object.values(byName).map(({ executed }) => executed)).toEqual([0, 0, 1, 0]);
  expect(executions).toMatchObject([{ workflow: 'w', name: 'POST /api/executions', outcome: 'completed', polls: byName['GET /api/executions/{id}']?.received }]);
});

test('workflows that are registered for all are executed without creating one', async () => {
  const own = JSON.stringify({ nodes: [{ id: 'only', type: 'MergeNode' }], edges: [] });
  await using client = await DemoClient.start({ workflows: { own } });
  const S = await session(client);
  expect(await ended(client, S, 'fast', { square: { n: 7 } })).toMatchObject({ status: 'completed', outputs: { square: { result: { value: 49 } } } });
  expect(await ended(client, S, 'own')).toMatchObject({ status: 'completed', outputs: { only: {} } });
});

test('completed is no success: the last node may have raised', async () => {
  await using client = await DemoClient.start();
  const S = await session(client);
  const raised = { error: expect.stringMatching(/^Code execution failed/), error_type: 'NodeExecutionError', failed: true, _exception: {} };
  expect(await ended(client, S, 'fail')).toMatchObject({ status: 'completed', error: null, outputs: { boom: raised } });
  expect(await ended(client, S, 'fast', { n: 'x' })).toMatchObject({ status: 'completed', error: null, outputs: { square: raised } });
  const broken = await workflow(client, S, { nodes: [NODE], metadata: { demo: { fault: 'node_failed' } } });
  expect(await ended(client, S, broken)).toMatchObject({ status: 'completed', error: null, outputs: { square: { failed: true } } });
});

test('a node that reports failure ends the execution as failed, without outputs', async () => {
  await using client = await DemoClient.start();
  const told = await ended(client, await session(client), 'unreachable');
  expect(told).toMatchObject({ status: 'failed', progress: 0, outputs: {}, error: expect.stringMatching(/^Unified enterprise workflow execution failed: .*Node 'fetch' reported failure/) });
});

test('equal definitions of several sessions are one: each third execution fails', async () => {
  await using client = await DemoClient.start();
  const definition = { nodes: [{ ...NODE, config: { demo: { delayMs: 0, fault: 'status_failed', failEvery: 3 } } }] };
  const statuses = [];
  for (let i = 0; i < 6; i++) {
    const S = await session(client);
    statuses.push((await ended(client, S, await workflow(client, S, definition))).status);
  }
  expect(statuses).toEqual(['completed', 'completed', 'failed', 'completed', 'completed', 'failed']);
});

test.each([
  ['an unknown workflow', '/api/executions?session_id=S', { workflow_id: 'nobody' }],
  ['an unknown session, to create in', '/api/workflows?session_id=nope', { name: 'w', nodes: [NODE] }],
  ['an unknown session, to execute in', '/api/executions?session_id=nope', { workflow_id: 'fast' }],
  ['a node without a type', '/api/workflows?session_id=S', { name: 'w', nodes: [{ id: 'a' }] }],
  ['two nodes with one id', '/api/workflows?session_id=S', { name: 'w', nodes: [NODE, NODE] }],
  ['connections in the words of Studio', '/api/workflows?session_id=S', { name: 'w', nodes: [NODE, { id: 'b', type: 'X' }], connections: [{ source: 'square', target: 'b' }] }],
  ['connections in the words of the SDK', '/api/workflows?session_id=S', { name: 'w', nodes: [NODE, { id: 'b', type: 'X' }], connections: [{ source_node: 'square', target_node: 'b' }] }],
  ['a connection to nowhere', '/api/workflows?session_id=S', { name: 'w', nodes: [NODE], connections: [{ from_node: 'square', to_node: 'b' }] }],
])('%s is an error of the server that tells only a reference', async (_what, path, body) => {
  await using client = await DemoClient.start();
  const answer = await client.post(path.replace('=S', `=${await session(client)}`), body);
  expect([answer.status, answer.json]).toEqual([500, REFERENCE]);
});

test('edges are dropped without a word, and a definition without nodes answers nothing', async () => {
  await using client = await DemoClient.start();
  const S = await session(client);
  expect(await ended(client, S, await workflow(client, S, { nodes: [NODE], edges: [{ source: 'square', target: 'nobody' }] }))).toMatchObject({ status: 'completed' });
  expect(await ended(client, S, await workflow(client, S, {}))).toMatchObject({ status: 'completed', outputs: {} });
});

test('a restart in mid-run: sessions and their workflows are gone, which an open server tells by 500, and a poll by 404; the truth goes on', async () => {
  await using client = await DemoClient.start();
  for (const restart of [async () => client.target.restart(), async () => expect((await client.post('/truth/restart', '')).status).toBe(204)]) {
    const S = await session(client);
    const E = (await begin(client, S, 'fast')).json.execution_id;
    await restart();
    const answers = [await begin(client, S, 'fast'), await client.post(`/api/workflows?session_id=${S}`, { name: 'w', nodes: [NODE] }), await poll(client, S, E), await begin(client, await session(client), 'fast')];
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 404, 200]);
  }
  expect(client.target.truth().received).toBe(14);
});

test('another session cannot see an execution, nor run a workflow of its own', async () => {
  await using client = await DemoClient.start();
  const [S, other] = [await session(client), await session(client)];
  const W = await workflow(client, S, { nodes: [NODE] });
  const { execution_id: E } = (await begin(client, S, W)).json;
  for (const [inSession, id] of [[other, E], ['nope', E], [S, 'nope']] as const) {
    const { status, json } = await poll(client, inSession, id);
    expect([status, json]).toEqual([404, { detail: 'Execution not found' }]);
  }
  expect((await begin(client, other, W)).status).toBe(500);
});

test.each<[string, string, string | object, object[]]>([
  ['no body', '/api/sessions', '', [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }]],
  ['a list as the body', '/api/sessions', '[]', [{ type: 'model_attributes_type', loc: ['body'], msg: 'Input should be a valid dictionary or object to extract fields from', input: [] }]],
  ['nodes by id', '/api/workflows?session_id=S', { name: 'w', nodes: {} }, [{ type: 'list_type', loc: ['body', 'nodes'], msg: 'Input should be a valid list', input: {} }]],
  ['a connection that is no object', '/api/workflows?session_id=S', { name: 'w', connections: [3] }, [{ type: 'dict_type', loc: ['body', 'connections', 0], msg: 'Input should be a valid dictionary', input: 3 }]],
  [
    'several mistakes, the query first',
    '/api/workflows',
    { nodes: 3 },
    [
      { type: 'missing', loc: ['query', 'session_id'], msg: 'Field required', input: null },
      { type: 'missing', loc: ['body', 'name'], msg: 'Field required', input: { nodes: 3 } },
      { type: 'list_type', loc: ['body', 'nodes'], msg: 'Input should be a valid list', input: 3 },
    ],
  ],
  ['no workflow', '/api/executions?session_id=S', { inputs: {} }, [{ type: 'missing', loc: ['body', 'workflow_id'], msg: 'Field required', input: { inputs: {} } }]],
  ['inputs that are a list', '/api/executions?session_id=S', { workflow_id: 'fast', inputs: [1] }, [{ type: 'dict_type', loc: ['body', 'inputs'], msg: 'Input should be a valid dictionary', input: [1] }]],
])('refuses %s with 422 and what stood there', async (_what, path, body, detail) => {
  await using client = await DemoClient.start();
  const answer = await client.post(path, body);
  expect([answer.status, answer.json]).toEqual([422, { detail }]);
});

test('refuses a poll without a session, and a behaviour that does not exist', async () => {
  await using client = await DemoClient.start();
  expect((await client.get('/api/executions/x')).json.detail[0].loc).toEqual(['query', 'session_id']);
  const S = await session(client);
  const wrong = await client.post(`/api/workflows?session_id=${S}`, { name: 'w', nodes: [{ ...NODE, config: { demo: { dealyMs: 1 } } }] });
  expect([wrong.status, wrong.json.detail[0].type]).toEqual([422, 'value_error']);
});

test('what is not imitated says so', async () => {
  await using client = await DemoClient.start();
  for (const path of ['/api/sessions', '/api/workflows', '/api/executions']) expect((await client.get(path)).status).toBe(501);
  expect((await client.send('PUT', '/api/sessions', '{}')).status).toBe(405);
});

test('with a login, a session belongs to who logged in, and an unknown one is not found', async () => {
  await using client = await DemoClient.start({ login: { username: 'ann', password: 'pw' } });
  const { json } = await client.post('/api/auth/login', { username: 'ann', password: 'pw' });
  client.headers = { authorization: `Bearer ${json.token}` };
  expect((await client.post('/api/sessions', { user_id: 'somebody' })).json.user_id).toBe('ann');
  for (const answer of [await begin(client, 'nope', 'fast'), await poll(client, 'nope', 'x')]) expect([answer.status, answer.json]).toEqual([404, { detail: 'Session not found' }]);
});
