/** What comes over the wire and is not a friendly client: other sites, broken sockets, strange arguments. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createClient } from 'graphql-ws';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { databases } from '../helpers/databases.ts';
import { accepted, definition, planFor } from '../helpers/runs.ts';
import { testServer, type TestServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

const PATH = '/plugins/load-testing/graphql';
let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (headers: Record<string, string>, body = '{"query":"{ viewer { id } }"}') => fetch(`${server.url}${PATH}`, { method: 'POST', headers: { 'x-viewer': 'ada', ...headers }, body });

async function socketTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

const upgrade = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n${more}\r\n`;

describe('another site', () => {
  test('is not answered, by whatever kind of request', async () => {
    expect((await post({ 'content-type': 'application/json', origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ 'content-type': 'application/json', origin: 'null' })).status).toBe(403);
    expect((await post({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post({ 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await fetch(`${server.url}${PATH}?query={viewer{id}}`, { headers: { origin: 'https://evil.example', 'x-viewer': 'ada' } })).status).toBe(403);
  });
  test('cannot open a WebSocket', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}${PATH}`, 'graphql-transport-ws', { origin: 'https://evil.example' });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('403');
  });
  test("the page's own is answered", async () => {
    expect((await post({ 'content-type': 'application/json', origin: server.url })).status).toBe(200);
  });
  test('changes nothing by a GET', async () => {
    const query = encodeURIComponent('mutation { deleteLoadTest(id: "x") { __typename } }');
    const answer = await fetch(`${server.url}${PATH}?query=${query}`, { headers: { 'x-viewer': 'ada' } });
    expect(answer.status).toBe(405);
  });
});

describe('a body', () => {
  test('of unknown length is not read', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const req = httpRequest(`${server.url}${PATH}`, { method: 'POST', headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked', 'x-viewer': 'ada' } }, (res) => resolve(res.statusCode));
      req.on('error', reject);
      req.end('{"query":"{ viewer { id } }"}');
    });
    expect(status).toBe(411);
  });
  test('that says it is too long is not read', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const req = httpRequest(`${server.url}${PATH}`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': String(100 * 1024 * 1024), 'x-viewer': 'ada' } }, (res) => {
        resolve(res.statusCode);
        req.destroy();
      });
      req.on('error', reject);
      req.flushHeaders();
    });
    expect(status).toBe(413);
  });
});

describe('a socket', () => {
  test('that wants to be upgraded elsewhere is not kept', async () => {
    const socket = await socketTo(server.url);
    socket.write(upgrade('/elsewhere'));
    await once(socket.resume(), 'close');
  });
  test('that is refused and breaks at once takes nobody down', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = await socketTo(server.url);
      socket.on('error', () => {});
      socket.write(upgrade(PATH, 'Origin: https://evil.example\r\n'));
      socket.write('x'.repeat(100_000));
      socket.resetAndDestroy();
    }
    expect((await post({ 'content-type': 'application/json' })).status).toBe(200);
  });
  test('whose client is dead does not keep the server from ending', async () => {
    const other = await testServer();
    const socket = await socketTo(other.url);
    socket.write(upgrade(PATH));
    await once(socket, 'data');
    // From here on it reads nothing and answers nothing.
    socket.pause();
    const elsewhere = await socketTo(other.url);
    elsewhere.write(upgrade('/elsewhere'));
    const ended = other[Symbol.asyncDispose]().then(() => true);
    await expect(Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000, false))])).resolves.toBe(true);
    socket.destroy();
    elsewhere.destroy();
  });
});

describe('strange arguments are no bugs', () => {
  const code = async (operation: string, variables: object = {}) => {
    const { errors } = await server.raw(operation, variables);
    return errors?.[0]?.extensions?.code ?? errors?.[0]?.message ?? null;
  };
  test('cursors that are none of ours', async () => {
    const cursors = ['x', '', Buffer.from('1 x').toString('base64url'), Buffer.from('-99999999999999 00000000-0000-4000-8000-000000000000').toString('base64url'), Buffer.from('1 \0').toString('base64url'), Buffer.from('NaN 00000000-0000-4000-8000-000000000000').toString('base64url')];
    for (const after of cursors.filter((cursor) => cursor !== ''))
      for (const list of ['loadTestRuns', 'loadTests']) expect(await code(`query ($after: String) { ${list}(after: $after) { edges { cursor } } }`, { after }), `${list} ${after}`).toBe('invalid_input');
  });
  test('numbers of pages', async () => {
    for (const first of [0, 1, 100, 2_147_483_647]) expect(await code('query ($first: Int) { loadTestRuns(first: $first) { edges { cursor } } }', { first }), String(first)).toBeNull();
    expect(await code('query { loadTestRuns(first: -1) { edges { cursor } } }')).not.toBe('internal_error');
  });
  test('text that no database keeps', async () => {
    for (const text of ['\0', 'a\ud800']) {
      expect(await code('query ($w: ID) { loadTestRuns(workflowId: $w) { edges { cursor } } }', { w: text }), JSON.stringify(text)).toBeNull();
      expect(await code('query ($f: String) { loadTestRuns(framework: $f) { edges { cursor } } }', { f: text }), JSON.stringify(text)).toBeNull();
      expect(await code('query ($w: ID) { loadTests(workflowId: $w) { edges { cursor } } }', { w: text }), JSON.stringify(text)).toBeNull();
      expect(await code('query ($id: ID!) { loadTestRun(id: $id) { id } node(id: $id) { id } workflow(id: $id) { id } }', { id: text }), JSON.stringify(text)).not.toBe('internal_error');
    }
  });
  test('node ids of nothing', async () => {
    for (const id of ['', 'x', Buffer.from('Nobody:1').toString('base64'), Buffer.from('LoadTestRun:1').toString('base64'), Buffer.from('LoadTestRun:\0').toString('base64')]) expect(await code('query ($id: ID!) { node(id: $id) { id } }', { id }), id).not.toBe('internal_error');
  });
  test('and the log has nothing to tell of them', () => expect(server.errors).toEqual([]));
});

describe('over the WebSocket', () => {
  const client = (token = 'ada') => createClient({ url: `${server.url.replace('http', 'ws')}${PATH}`, webSocketImpl: WebSocket, connectionParams: { token }, retryAttempts: 0, lazy: false, onNonLazyError() {} });
  const first = async (c: ReturnType<typeof client>, query: string, variables: Record<string, unknown> = {}) => {
    for await (const answer of c.iterate({ query, variables })) return answer;
    return null;
  };
  test('queries are answered as over HTTP', async () => {
    const c = client();
    expect(await first(c, '{ viewer { id } }')).toEqual({ data: { viewer: { id: 'ada' } } });
    await c.dispose();
  });
  test('a mistake in one operation leaves the others on the same socket alone', async () => {
    const c = client();
    let closed = 0;
    c.on('closed', () => {
      closed += 1;
    });
    const mistake = (query: string) => first(c, query).then(() => 'none', (errors: { message: string }[]) => errors.map((error) => error.message).join());
    expect(await mistake('{ nonsense }')).toContain('nonsense');
    expect(await mistake('{ viewer {')).toContain('Syntax Error');
    expect(await mistake('query A { viewer { id } } query B { viewer { id } }')).toContain('operation');
    const nested = Array.from({ length: 5 }).reduce((inner) => `loadTest { runs { edges { node { ${String(inner)} } } } }`, 'id');
    const deep = await first(c, `{ loadTestRuns { edges { node { ${String(nested)} } } } }`);
    expect(JSON.stringify(deep)).toContain('depth');
    expect(await first(c, '{ viewer { id } }')).toEqual({ data: { viewer: { id: 'ada' } } });
    expect(closed).toBe(0);
    await c.dispose();
  });
  test('whoever is nobody is not let in', async () => {
    const c = createClient({ url: `${server.url.replace('http', 'ws')}${PATH}`, webSocketImpl: WebSocket, connectionParams: { token: 'nobody' }, retryAttempts: 0 });
    await expect(first(c, '{ viewer { id } }')).rejects.toMatchObject({ code: 4403 });
    await c.dispose();
  });
});

describe('who may not look', () => {
  test('sees who they are, and nothing else', async () => {
    const as = (operation: string, variables: object = {}) => server.raw(operation, variables, 'stranger');
    expect(await as('{ viewer { id permissions } }')).toEqual({ data: { viewer: { id: 'stranger', permissions: [] } } });
    for (const operation of ['{ loadTestRuns { edges { cursor } } }', '{ loadTests { edges { cursor } } }', '{ workflows { edges { cursor } } }', '{ workflow(id: "x") { id } }', '{ node(id: "TG9hZFRlc3Q6MQ==") { id } }', '{ frameworks { key } }']) {
      const { errors } = await as(operation);
      expect(errors?.[0], operation).toMatchObject({ message: 'You may not look at load tests here.', extensions: { code: 'forbidden' } });
    }
  });
  test('cannot subscribe', async () => {
    const watch = async () => {
      for await (const _ of server.subscribe('subscription { runState(runId: "x") { state } }', {}, 'stranger')) throw new Error('told something');
    };
    await expect(watch()).rejects.toThrow('forbidden');
  });
});

const [, onPostgres] = databases;
describe.skipIf(!onPostgres?.available)('a database that fails under a subscription (PostgreSQL)', () => {
  test('ends it with a masked error and a line in the log; the socket and the others on it live', async () => {
    if (!onPostgres) throw new Error('no PostgreSQL');
    await using fresh = await onPostgres.open();
    if (!('url' in fresh.place)) throw new Error('no PostgreSQL');
    await using other = await testServer({ database: fresh.place, stopGraceMs: 300, tools: await misbehavingLocust('begin; while :; do request 100000 5000 ok; sleep 0.2; done') });
    const runId = await accepted(other, { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') });
    const admin = postgres(fresh.place.url, { max: 1 });
    const client = createClient({ url: `${other.url.replace('http', 'ws')}${PATH}`, webSocketImpl: WebSocket, connectionParams: { token: 'ada' }, retryAttempts: 0, lazy: false, onNonLazyError() {} });
    let closed = 0;
    client.on('closed', () => {
      closed += 1;
    });
    let error: unknown = null;
    try {
      for await (const { data } of client.iterate({ query: 'subscription ($runId: ID!) { runMetrics(runId: $runId) { sequence } }', variables: { runId } })) if (data) await admin`alter table if exists load_test_run rename to away`;
    } catch (caught) {
      error = caught;
    }
    expect(error).toEqual([{ message: 'Something went wrong here. The server log says more.', extensions: { code: 'internal_error' } }]);
    expect(JSON.stringify(error)).not.toContain('load_test_run');
    expect(other.errors.some(({ message }) => message === 'a resolver failed')).toBe(true);
    await admin`alter table away rename to load_test_run`;
    for await (const { data } of client.iterate({ query: '{ viewer { id } }' })) expect(data).toEqual({ viewer: { id: 'ada' } });
    expect(closed).toBe(0);
    await client.dispose();
    await admin.end();
  });
});
