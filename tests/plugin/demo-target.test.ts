import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startDemoTargetApart } from '../../plugin/demo/apart.ts';
import { type DemoTarget, type DemoTargetOptions, startDemoTarget } from '../../plugin/demo/target.ts';
import { type Truth, truthPercentile } from '../../plugin/demo/truth.ts';
import { DemoClient, definition } from '../helpers/demo-client.ts';

const STUDIO = '/api/workflow/execute';

let target: DemoTarget;
let client: DemoClient;
const started: DemoClient[] = [];

async function start(options: DemoTargetOptions = {}): Promise<DemoTarget> {
  client = await DemoClient.start(options);
  started.push(client);
  target = client.target;
  return target;
}

afterEach(() => Promise.all(started.splice(0).map((one) => one[Symbol.asyncDispose]())));

const send = (...args: Parameters<DemoClient['send']>) => client.send(...args);
const post = (...args: Parameters<DemoClient['post']>) => client.post(...args);

/** Asks again until it holds; the test's own time limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a Studio', () => {
  beforeEach(() => start());

  test('runs the definition in the body and answers an output for each node', async () => {
    const { status, json } = await post(STUDIO, definition({ delayMs: 0 }));
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: 'completed', outputs: { a: {}, b: {} }, results: { a: {}, b: {} }, run_id: expect.stringMatching(/^run_/) });
  });

  test('takes a wrapped definition, with inputs that may change the behaviour of one execution', async () => {
    const body = { workflow_definition: definition({ delayMs: 0 }), inputs: { demo: { fault: 'status', status: 503 } } };
    expect((await post(STUDIO, body)).status).toBe(503);
    expect((await post(STUDIO, { ...body, inputs: {} })).status).toBe(200);
  });

  test.each([
    ['broken JSON', '{"nodes":', 'json_invalid'],
    ['no body', '', 'missing'],
    ['no nodes', '{"edges":[]}', 'missing'],
    ['an unknown behaviour', JSON.stringify(definition({ dealyMs: 3 })), 'value_error'],
  ])('refuses %s with 422', async (_what, body, type) => {
    const { status, json } = await post(STUDIO, body);
    expect([status, json.detail[0].type]).toEqual([422, type]);
  });

  test('refuses another content type with 422, another method with 405, another path with 404', async () => {
    expect((await post(STUDIO, '{}', { 'content-type': 'text/plain' })).status).toBe(422);
    expect((await send('GET', STUDIO)).status).toBe(405);
    expect((await post('/api/workflows/execute', '{}')).json).toEqual({ detail: 'Not Found' });
  });

  test('fails every third execution when asked', async () => {
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await post(STUDIO, definition({ delayMs: 0, fault: 'status', failEvery: 3 }))).status);
    expect(statuses).toEqual([200, 200, 500, 200, 200, 500]);
  });

  test('becomes slow in mid-run, from an execution of a definition on', async () => {
    const times: number[] = [];
    for (let i = 0; i < 4; i++) times.push((await post(STUDIO, definition({ delayMs: 0, slow: { from: 3, delayMs: 120 } }))).json.execution_time);
    expect(times.map((seconds) => seconds >= 0.1)).toEqual([false, false, true, true]);
  });

  test.each([
    ['node_failed', { outputs: { b: { failed: true } } }],
    ['success_false', { outputs: { b: { success: false } } }],
    ['status_failed', { status: 'failed' }],
    ['cached', { cached: true, data: { content: expect.any(String) } }],
  ])('answers 200 although it failed: %s', async (fault, expected) => {
    const { status, json } = await post(STUDIO, definition({ delayMs: 0, fault }));
    expect(status).toBe(200);
    expect(json).toMatchObject(expected);
  });

  test('answers something that is not JSON, nothing, or a redirect when asked', async () => {
    expect((await post(STUDIO, definition({ delayMs: 0, fault: 'not_json' }))).headers['content-type']).toBe('text/html');
    expect((await post(STUDIO, definition({ delayMs: 0, fault: 'empty' }))).text).toBe('');
    const redirected = await post(STUDIO, definition({ delayMs: 0, fault: 'redirect' }));
    expect([redirected.status, redirected.headers.location]).toEqual([307, '/moved']);
    expect(target.truth().byName['other']).toBeUndefined();
  });

  test('resets the connection, or ends it in the middle of an answer, and counts that as cut', async () => {
    await expect(post(STUDIO, definition({ delayMs: 0, fault: 'reset' }))).rejects.toThrow(/ECONNRESET/);
    await expect(post(STUDIO, definition({ delayMs: 0, fault: 'half' }))).rejects.toThrow(/aborted/);
    expect(target.truth()).toMatchObject({ received: 2, cut: 2, answered: 0, aborted: 0, inFlight: 0 });
  });

  test('trickles an answer that is JSON in the end', async () => {
    const { json, text } = await post(STUDIO, { ...definition({ delayMs: 0, fault: 'trickle', trickleMs: 100 }) });
    expect(text.startsWith('  {')).toBe(true);
    expect(JSON.parse(text).status).toBe('completed');
    expect(json).toBeUndefined();
    expect(target.truth().requests[0]?.servedMs).toBeGreaterThan(90);
  });

  test('never answers when asked; the request is in flight until the client leaves', async () => {
    const req = request({ port: target.port, host: '127.0.0.1', method: 'POST', path: STUDIO, headers: { 'content-type': 'application/json' } });
    req.on('error', () => undefined);
    req.end(JSON.stringify(definition({ delayMs: 0, fault: 'never' })));
    await until(() => target.truth().bodyBytes > 0);
    expect(target.truth()).toMatchObject({ received: 1, inFlight: 1 });
    req.destroy();
    await until(() => target.truth().inFlight === 0);
    expect(target.truth()).toMatchObject({ received: 1, aborted: 1, answered: 0 });
  });
});

describe('a gateway', () => {
  beforeEach(() => start());

  test.each([
    ['inputs for all nodes', { inputs: { n: 7 } }, 49],
    ['inputs for one node', { inputs: { square: { n: 7 } } }, 49],
    ['legacy parameters', { parameters: { n: 7 } }, 49],
    ['nothing in the place of inputs', { inputs: null, parameters: null, config: null }, 9],
    ['a definition, which it ignores', { workflow_definition: { nodes: [] } }, 9],
    ['a value in the place of a node, which it ignores', { inputs: { square: 7 } }, 9],
  ])('runs %s', async (_what, body, value) => {
    const { status, json } = await post('/workflows/fast/execute', body);
    expect(status).toBe(200);
    expect(json).toMatchObject({ outputs: { square: { result: { value } } }, workflow_id: 'fast', version: '1.0.0' });
  });

  test('answers an equal POST from its cache, whatever the headers, unless X-Durable is false', async () => {
    const first = await post('/workflows/fast/execute', '{"inputs":{"n":2}}');
    const second = await post('/workflows/fast/execute', '{ "inputs": {"n": 2} }', { 'x-user': 'someone else' });
    expect(second.json).toMatchObject({ cached: true, status_code: 200, data: { content: first.text } });
    const third = await post('/workflows/fast/execute', '{"inputs":{"n":2}}', { 'X-Durable': 'false' });
    expect(third.json).toMatchObject({ outputs: { square: { result: { value: 4 } } } });
    expect(third.json.cached).toBeUndefined();
  });

  test('keeps no failed answer in its cache', async () => {
    await post('/workflows/fail/execute', '{}');
    expect((await post('/workflows/fail/execute', '{}')).json).toEqual({ detail: 'Internal server error' });
  });

  test('answers 500 when a node raises, 200 when a node only reports failure', async () => {
    expect((await post('/workflows/fast/execute', { inputs: { n: 'x' } })).status).toBe(500);
    const reported = await post('/workflows/unreachable/execute', '{}');
    expect([reported.status, reported.json.outputs.fetch.success]).toEqual([200, false]);
  });

  test.each([
    ['inputs that are a list', '{"inputs":[1]}', 422],
    ['an unknown mode', '{"mode":"batch"}', 422],
    ['broken JSON', '{', 422],
    ['a mode that is not imitated', '{"mode":"stream"}', 501],
  ])('refuses %s', async (_what, body, status) => {
    expect((await post('/workflows/fast/execute', body)).status).toBe(status);
  });

  test('answers 404, 405 and 307 like the real one', async () => {
    expect((await post('/workflows/nobody/execute', '{}')).json).toEqual({ detail: 'Not Found' });
    expect((await send('GET', '/workflows/fast/execute')).status).toBe(405);
    expect((await post('/workflows/fast/other', '{}')).json).toMatchObject({ error: 'Endpoint not found' });
    expect((await post('/workflows/fast', '{}')).headers.location).toBe('/workflows/fast/');
  });

  test('lists its workflows and its health', async () => {
    expect(Object.keys((await send('GET', '/workflows')).json)).toEqual(['fast', 'slow', 'fail', 'unreachable']);
    expect((await send('GET', '/health')).json).toMatchObject({ status: 'healthy' });
  });

  test('runs four executions of a workflow at once, the others wait; other workflows do not', async () => {
    const headers = { 'X-Durable': 'false' };
    const six = Array.from({ length: 6 }, () => post('/workflows/slow/execute', '{}', headers));
    await until(() => target.truth().inFlight === 6);
    await post('/workflows/fast/execute', '{}', headers);
    expect(target.truth().byName['POST /workflows/slow/execute']).toMatchObject({ answered: 0, inFlight: 6 });
    await Promise.all(six);
    const runs = target.truth().requests.filter((r) => r.name.includes('slow'));
    const starts = runs.map((r) => r.arrivedAt + r.queuedMs).sort((x, y) => x - y);
    const firstEnd = Math.min(...runs.map((r) => r.arrivedAt + (r.servedMs ?? Number.NaN)));
    expect(starts.filter((at) => at > firstEnd)).toHaveLength(2);
    expect(target.truth().peakInFlight).toBe(7);
    expect((await six[5])?.json.execution_time * 1000).toBeGreaterThan(Math.max(...runs.map((r) => r.queuedMs)));
  });

  test('serves definitions that were given to it by name', async () => {
    const wf = JSON.stringify({ nodes: { only: { node_id: 'only', node_type: 'MergeNode', config: {} } }, connections: [] });
    await start({ workflows: { 'my flow': wf } });
    expect((await post('/workflows/my%20flow/execute', '{}')).json).toMatchObject({ outputs: { only: {} }, workflow_id: 'my flow' });
    expect(Object.keys(target.truth().byName)).toEqual(['POST /workflows/my flow/execute']);
  });
});

test('with a token, every request but health needs it, and the truth does not show it', async () => {
  await start({ token: 's3cret-token' });
  expect((await post('/workflows/nobody/execute', '{}')).json).toEqual({ detail: 'Not authenticated', error: 'missing_token' });
  expect((await post(STUDIO, '{}', { authorization: 'Bearer other' })).json).toMatchObject({ error: 'invalid_token' });
  expect((await send('GET', '/health')).status).toBe(200);
  expect((await post('/workflows/fast/execute', '{}', { authorization: 'Bearer s3cret-token' })).status).toBe(200);
  expect(JSON.stringify(target.truth())).not.toContain('s3cret-token');
  expect(target.truth().statuses).toEqual({ 200: 2, 401: 2 });
});

describe('the truth', () => {
  test('has the exact bytes of each body', async () => {
    await start();
    const text = '{"nodes":[{"id":"größe 🧪","type":"X","parameters":{"n":12345678901234567890,"t":"{{ a }} $\u007bb} \u2028"}}]}';
    await post(STUDIO, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(target.truth().requests[0]).toMatchObject({ bodyBytes: Buffer.byteLength(text), bodySha256: sha256 });
    expect(target.truth().bodies).toEqual({ [sha256]: 1 });
  });

  test('knows new connections from warm ones, and what was really served', async () => {
    await start();
    for (let i = 0; i < 3; i++) await post(STUDIO, definition({ delayMs: 20 }));
    const { requests, connections } = target.truth();
    expect(connections).toEqual({ opened: 1, open: 1, peak: 1 });
    expect(requests.map((r) => r.warm)).toEqual([false, true, true]);
    expect(requests.map((r) => r.fromConnectMs !== null)).toEqual([true, false, false]);
    expect(requests[0]?.fromConnectMs).toBeGreaterThanOrEqual(requests[0]?.servedMs ?? 0);
    for (const r of requests) expect(r.servedMs).toBeGreaterThan(19);
  });

  test('keeps exact counts when it no longer keeps the details', async () => {
    await start({ keep: 3 });
    for (let i = 0; i < 5; i++) await post('/workflows/fast/execute', { inputs: { n: i } });
    const truth = target.truth();
    expect(truth).toMatchObject({ received: 5, answered: 5, forgotten: 2 });
    expect(truth.byName['POST /workflows/fast/execute']?.answered).toBe(5);
    const arrived = truth.requests.map((r) => r.arrivedAt);
    expect(arrived).toHaveLength(3);
    expect(arrived).toEqual([...arrived].sort((a, b) => a - b));
  });

  test('can be asked for and reset by another process, which is no part of it', async () => {
    await start();
    await post('/workflows/fast/execute', { inputs: { n: 1 } });
    const told: Truth = (await send('GET', '/truth')).json;
    expect(told).toMatchObject({ received: 1, answered: 1, connections: { opened: 1 } });
    expect((await send('POST', '/truth/reset')).status).toBe(204);
    expect((await send('GET', '/truth?last=all')).json).toMatchObject({ received: 0, requests: [], byName: {} });
  });

  test('starts a new sequence at a reset; what was in flight belongs to no truth', async () => {
    await start();
    const slow = post('/workflows/slow/execute', '{}');
    await until(() => target.truth().inFlight === 1);
    target.reset();
    await slow;
    expect(target.truth()).toMatchObject({ received: 0, answered: 0, inFlight: 0 });
  });

  test('draws the same delays again with the same seed, others with another one', async () => {
    const llm = { nodes: [{ id: 'a', type: 'PythonCodeNode' }, { id: 'b', type: 'CSVReaderNode' }], edges: [{ source: 'a', target: 'b' }, { source: 'b', target: 'a' }] };
    const delays = async (seed: number) => {
      await start({ seed });
      for (let i = 0; i < 3; i++) await post(STUDIO, llm);
      return target.truth().requests.map((r) => r.intendedDelayMs);
    };
    const first = await delays(1);
    expect(new Set(first).size).toBe(3);
    expect(await delays(1)).toEqual(first);
    expect(await delays(2)).not.toEqual(first);
  });

  test('tells percentiles by nearest rank, of warm connections only when asked', () => {
    const request = (servedMs: number, warm: boolean) => ({ ending: 'answered', servedMs, warm });
    const truth = { requests: [request(40, true), request(10, true), request(99, false), request(30, true), request(20, true)] } as unknown as Truth;
    expect([0, 50, 95, 100].map((p) => truthPercentile(truth, p, { warmOnly: true }))).toEqual([10, 20, 40, 40]);
    expect(truthPercentile(truth, 100)).toBe(99);
    expect(truthPercentile(truth, 50, { where: () => false })).toBeNaN();
  });
});

test('closes an idle connection after its keep-alive time, without having announced it', async () => {
  await start({ keepAliveMs: 30 });
  const socket = connect(target.port, '127.0.0.1');
  const closed = once(socket, 'end');
  socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString().toLowerCase()).not.toContain('keep-alive');
  expect(head.toString().toLowerCase()).not.toContain('connection:');
  await closed;
  socket.destroy();
});

test('gives each session a cookie of its own, once', async () => {
  await start();
  const first = await post(STUDIO, definition({ delayMs: 0, cookie: true }));
  const [cookie = ''] = first.headers['set-cookie']?.[0]?.split(';') ?? [];
  expect(cookie).toMatch(/^demo_session=/);
  const second = await post(STUDIO, definition({ delayMs: 0, cookie: true }), { cookie });
  expect(second.headers['set-cookie']).toBeUndefined();
  expect(target.truth().requests[1]?.headers['cookie']).toBe(cookie);
});

test('stops with a request in flight, and frees its port', async () => {
  await start();
  const slow = expect(post('/workflows/slow/execute', '{}')).rejects.toThrow();
  await until(() => target.truth().inFlight === 1);
  await target.stop();
  await slow;
  const again = await startDemoTarget({ port: target.port });
  await again.stop();
});

test('runs apart, in a thread of its own, and says why when it cannot start', async () => {
  const apart = await startDemoTargetApart({ seed: 3 });
  const answer = await fetch(`${apart.url}/workflows/fast/execute`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  expect(answer.status).toBe(200);
  await answer.text();
  expect(await apart.truth()).toMatchObject({ received: 1, answered: 1 });
  await expect(startDemoTargetApart({ port: apart.port })).rejects.toThrow(/EADDRINUSE/);
  await apart.reset();
  expect((await apart.truth()).received).toBe(0);
  await apart.stop();
});

test('apart, it has logins, sessions, executions and kept bodies like here, and its tokens can be revoked', async () => {
  const apart = await startDemoTargetApart({ login: { username: 'ann', password: 'pw' }, keepBodies: 1, closeAfter: { requests: 1 } });
  const ask = (path: string, body: object, headers: Record<string, string> = {}) => fetch(`${apart.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  const { token } = (await (await ask('/api/auth/login', { username: 'ann', password: 'pw' })).json()) as { token: string };
  const bearer = { authorization: `Bearer ${token}` };
  expect(await (await ask('/api/sessions', {}, bearer)).json()).toMatchObject({ user_id: 'ann' });
  expect(await (await ask('/workflows/slow/execute', { mode: 'async' }, bearer)).json()).toMatchObject({ status: 'pending' });
  await apart.restart();
  expect((await ask('/api/auth/login', { username: 'ann', password: 'pw' })).status).toBe(200);
  await apart.revoke();
  expect((await ask('/workflows/slow/execute', {}, bearer)).status).toBe(401);
  const truth = await apart.truth();
  expect(truth).toMatchObject({ received: 5, cold: 5, executed: 1, executions: [{ workflow: 'slow' }], connections: { opened: 5 } });
  expect(truth.requests.map(({ body }) => body)).toEqual([null, null, null, null, '{}']);
  await apart.stop();
});
