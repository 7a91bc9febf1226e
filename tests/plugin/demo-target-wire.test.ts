import { once } from 'node:events';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { startDemoTarget } from '../../plugin/demo/target.ts';
import { certificate, openssl } from '../helpers/certificate.ts';
import { DemoClient, definition } from '../helpers/demo-client.ts';
import { until } from '../helpers/until.ts';

const STUDIO = '/api/workflow/execute';

/** All that comes over a connection, as text, until the server ends it. */
function rawly(client: DemoClient, requests: number): Promise<string> {
  const socket: Socket = connect(client.target.port, '127.0.0.1');
  socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(requests));
  return text(socket);
}

test('a reset comes after the whole request was read, which is counted', async () => {
  await using client = await DemoClient.start();
  const body = JSON.stringify({ ...definition({ delayMs: 0, fault: 'reset' }), padding: 'x'.repeat(1_000_000) });
  await expect(client.post(STUDIO, body)).rejects.toThrow(/ECONNRESET/);
  expect(client.target.truth()).toMatchObject({ received: 1, cut: 1, executed: 1, bodyBytes: body.length });
});

test('only a reused connection is reset: who repeats the request in silence is counted twice', async () => {
  await using client = await DemoClient.start();
  const body = definition({ delayMs: 0, fault: 'reset_warm' });
  expect((await client.post(STUDIO, body)).status).toBe(200);
  await expect(client.post(STUDIO, body)).rejects.toThrow(/ECONNRESET/);
  expect((await client.post(STUDIO, body)).status).toBe(200);
  expect(client.target.truth()).toMatchObject({ received: 3, cold: 2, answered: 2, cut: 1, executed: 3, connections: { opened: 2 } });
});

test('the truth tells for each name how many requests came on a new connection', async () => {
  await using client = await DemoClient.start();
  await client.get('/health', { connection: 'close' });
  await client.post('/workflows/fast/execute', '{}');
  await client.get('/health');
  const { byName, cold } = client.target.truth();
  expect([cold, byName['GET /health']?.cold, byName['POST /workflows/fast/execute']?.cold]).toEqual([2, 1, 1]);
});

test('a connection is closed after so many answers, and the last one says so', async () => {
  await using client = await DemoClient.start({ closeAfter: { requests: 2 } });
  const answers = (await rawly(client, 2)).split('HTTP/1.1 200').slice(1);
  expect(answers.map((answer) => /^connection: close\r$/im.test(answer))).toEqual([false, true]);
  for (let i = 0; i < 4; i++) await client.get('/health');
  expect(client.target.truth().connections.opened).toBe(3);
});

test('or it is closed without a word', async () => {
  await using client = await DemoClient.start({ closeAfter: { requests: 2, announced: false }, keepAliveMs: 3_600_000 });
  const told = await rawly(client, 2);
  expect(told.split('HTTP/1.1 200')).toHaveLength(3);
  expect(told.toLowerCase()).not.toContain('connection:');
});

test.each([
  [201, { status: 'completed' }],
  [204, undefined],
])('a good answer may have the status %i', async (status, json) => {
  await using client = await DemoClient.start();
  const answer = await client.post(STUDIO, definition({ delayMs: 0, status }));
  expect(answer.status).toBe(status);
  if (json) expect(answer.json).toMatchObject(json);
  else expect([answer.text, answer.headers['content-length'], answer.headers['transfer-encoding']]).toEqual(['', undefined, undefined]);
  // The connection is as good as before.
  await client.get('/health');
  expect(client.target.truth().connections.opened).toBe(1);
});

test('an answer comes in chunks when asked', async () => {
  await using client = await DemoClient.start();
  const { json, headers } = await client.post(STUDIO, definition({ delayMs: 0, chunked: true }));
  expect([headers['transfer-encoding'], headers['content-length']]).toEqual(['chunked', undefined]);
  expect(json.status).toBe('completed');
});

test('a body in chunks is the same body', async () => {
  await using client = await DemoClient.start({ keepBodies: 1 });
  const body = JSON.stringify(definition({ delayMs: 0 }));
  await client.send('POST', STUDIO, body, { 'transfer-encoding': 'chunked' });
  expect(client.target.truth().requests[0]).toMatchObject({ status: 200, body, bodyBytes: body.length });
});

test('an answer is as large as asked, and whole', async () => {
  await using client = await DemoClient.start();
  const { json, text: answer } = await client.post(STUDIO, definition({ delayMs: 0, answerBytes: 5_000_000 }));
  expect(json.outputs.b).toMatchObject({ result: { ok: true }, padding: expect.stringMatching(/^x{5000000}$/) });
  expect(answer.length).toBeGreaterThan(5_000_000);
});

test('a redirect leads where it is asked to, with its own status', async () => {
  await using client = await DemoClient.start();
  const { status, headers } = await client.post(STUDIO, definition({ delayMs: 0, fault: 'redirect', status: 302, location: 'http://127.0.0.1:9/else' }));
  expect([status, headers.location]).toEqual([302, 'http://127.0.0.1:9/else']);
});

test('whole bodies are kept of the last requests that had one', async () => {
  await using client = await DemoClient.start({ keepBodies: 2 });
  for (const n of [1, 2, 3]) {
    await client.post('/workflows/fast/execute', { inputs: { n, text: 'größe 🧪' } });
    await client.get('/health');
  }
  const { requests, bodies } = client.target.truth();
  const kept = requests.flatMap(({ body }) => (body === null ? [] : [JSON.parse(body).inputs]));
  expect(kept).toEqual([2, 3].map((n) => ({ n, text: 'größe 🧪' })));
  expect(Object.values(bodies)).toEqual([1, 1, 1]);
});

test('no body is kept unless it is asked for', async () => {
  await using client = await DemoClient.start();
  await client.post('/workflows/fast/execute', '{}');
  expect(client.target.truth().requests[0]?.body).toBeNull();
});

test.skipIf(!openssl)('a slow handshake is part of the time from the connection on, and of no time that was served (needs openssl)', async () => {
  const { key, cert } = await certificate('127.0.0.1');
  const target = await startDemoTarget({ tls: { key, cert, handshakeDelayMs: 80 } });
  const agent = new TlsAgent({ keepAlive: true, ca: cert });
  try {
    for (let i = 0; i < 2; i++) {
      const req = tlsRequest(`${target.url}/health`, { agent }).end();
      const [res] = await once(req, 'response');
      expect(JSON.parse(await text(res)).status).toBe('healthy');
    }
    const [first, second] = target.truth().requests;
    expect(first?.fromConnectMs).toBeGreaterThan(78);
    expect(first?.fromConnectMs).toBeGreaterThan((first?.servedMs ?? 0) + 78);
    expect([second?.warm, second?.fromConnectMs]).toEqual([true, null]);
    expect(target.truth().connections).toEqual({ opened: 1, open: 1, peak: 1 });
  } finally {
    agent.destroy();
    await target.stop();
  }
});

test.skipIf(!openssl)('a client that leaves during a slow handshake, or does not trust the certificate, has opened no connection; the target stops at once (needs openssl)', async () => {
  const { key, cert } = await certificate('127.0.0.1');
  const target = await startDemoTarget({ tls: { key, cert, handshakeDelayMs: 3_600_000 } });
  const socket = connect(target.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  const waiting = connect(target.port, '127.0.0.1');
  waiting.on('error', () => undefined);
  await once(waiting, 'connect');
  await target.stop();
  await until('the waiting client is told', () => waiting.destroyed || waiting.readableEnded || waiting.readyState !== 'open');

  const strict = await startDemoTarget({ tls: { key, cert, handshakeDelayMs: 1 } });
  const distrustful = tlsConnect({ port: strict.port, host: '127.0.0.1' });
  await expect(once(distrustful, 'secureConnect')).rejects.toThrow(/self-signed/);
  expect(strict.truth().received).toBe(0);
  await strict.stop();
});
