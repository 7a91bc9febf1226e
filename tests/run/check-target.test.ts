/** One request to a target, before there is a run: what came back, or why nothing did. */
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTarget, startDemoTarget } from '../../plugin/demo/target.ts';
import { certificate, openssl } from '../helpers/certificate.ts';
import { listening } from '../helpers/listening.ts';
import { definition, planFor, REFUSAL, type RefusalAnswer } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

let target: DemoTarget;
let server: TestServer;
beforeAll(async () => {
  target = await startDemoTarget({ login: { username: 'ada', password: 'lovelace' } });
  server = await testServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await target.stop();
});
afterEach(() => {
  target.reset();
  expect(server.errors).toEqual([]);
});

type Answer = Partial<RefusalAnswer> & { readonly requestName: string; readonly status: number | null; readonly outcome: string; readonly detail: string; readonly durationMs: number; readonly bodyStart: string };

async function check(plan: object, environment: readonly { readonly name: string; readonly value: string }[] = [], text = definition, viewer?: string): Promise<Answer> {
  const { checkTarget } = await server.query<{ checkTarget: Answer }>(
    `mutation ($workflow: WorkflowInput!, $plan: PlanInput!, $environment: [EnvironmentValueInput!]) { checkTarget(workflow: $workflow, plan: $plan, environment: $environment) { ... on TargetCheck { requestName status outcome detail durationMs bodyStart } ${REFUSAL} } }`,
    { workflow: { definition: text }, plan, environment },
    viewer,
  );
  return checkTarget;
}

const login = { login: { path: '/api/auth/login', usernameVariable: 'KAILASH_USER', passwordVariable: 'KAILASH_PASSWORD', tokenField: 'token' } };
const withLogin = (preset: object) => planFor(target.url, { target: { baseUrl: target.url, auth: login, ...preset } });
const known = [{ name: 'KAILASH_USER', value: 'ada' }, { name: 'KAILASH_PASSWORD', value: 'lovelace' }];
const paths = () => target.truth().requests.map(({ name }) => name);

describe('a target that answers', () => {
  test.each([
    ['studio', { preset: 'studio' }, ['POST /api/workflow/execute']],
    ['a gateway', { preset: 'gateway', workflowName: 'fast' }, ['POST /workflows/fast/execute']],
    ['an asynchronous gateway, of which nothing is polled', { preset: 'gateway', workflowName: 'fast', mode: 'async' }, ['POST /workflows/fast/execute']],
  ])('%s: one execution, after the login', async (_what, preset, executed) => {
    const answer = await check(withLogin(preset), known);
    expect(answer).toMatchObject({ requestName: 'execute', status: 200, outcome: 'ok', detail: '', bodyStart: expect.stringMatching(/^\{"/) });
    expect(answer.durationMs).toBeGreaterThan(0);
    expect(paths().slice(1)).toEqual(executed);
  });

  test('sessions are opened and the workflow created before it is executed', async () => {
    expect(await check(withLogin({ preset: 'sessions' }), known)).toMatchObject({ requestName: 'execute', outcome: 'ok' });
    expect(paths()).toHaveLength(4);
  });

  test('that the workflow fails is told as a run would count it', async () => {
    const failing = JSON.stringify({ ...JSON.parse(definition), metadata: { demo: { fail: { kind: 'workflow' } } } });
    const answer = await check(withLogin({ preset: 'studio' }), known, failing);
    expect(answer.outcome).not.toBe('ok');
    expect(answer.detail).not.toBe('');
  });

  test('a wrong password ends with the login, and neither it nor a token is shown', async () => {
    const wrong = await check(withLogin({ preset: 'studio' }), [{ name: 'KAILASH_USER', value: 'ada' }, { name: 'KAILASH_PASSWORD', value: 'wrong-password' }]);
    expect(wrong).toMatchObject({ requestName: 'login', status: 401, outcome: 'auth' });
    expect(JSON.stringify(wrong)).not.toContain('wrong-password');
    const misread = await check({ ...withLogin({ preset: 'studio' }), target: { preset: 'studio', baseUrl: target.url, auth: { login: { ...login.login, tokenField: 'nothing_there' } } } }, known);
    expect(misread).toMatchObject({ requestName: 'login', status: 200, outcome: 'bad_body', bodyStart: '' });
  });

  test('what it repeats of a secret is not shown', async () => {
    await using echo = await listening(() => ({ headers: { 'content-type': 'application/json' }, body: '{"success":false,"error":"bad token top-secret-token"}' }));
    const answer = await check(planFor(echo.url, { target: { preset: 'studio', baseUrl: echo.url, auth: { bearer: { variable: 'TOKEN' } } } }), [{ name: 'TOKEN', value: 'top-secret-token' }]);
    expect(echo.seen).toMatchObject([{ method: 'POST', headers: { authorization: 'Bearer top-secret-token', 'content-length': String(Buffer.byteLength(definition)) }, body: definition }]);
    expect(answer.bodyStart).toBe('{"success":false,"error":"bad token ***"}');
    expect(answer.detail).not.toContain('top-secret');
  });
});

describe('a target that does not', () => {
  test('is not there', async () => {
    const gone = await startDemoTarget();
    await gone.stop();
    expect(await check(planFor(gone.url))).toMatchObject({ requestName: 'execute', status: null, outcome: 'refused', bodyStart: '' });
  });

  test('says nothing, is waited for as long as the plan says', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address() as { port: number };
    expect(await check(planFor(`http://127.0.0.1:${address.port}`, { requestTimeoutMs: 200 }))).toMatchObject({ status: null, outcome: 'timeout', detail: expect.stringContaining('no complete answer within 200 ms') });
    silent.close();
  });

  test('breaks off in the middle of its answer', async () => {
    const broken = createServer((socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{', () => socket.destroy())));
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const address = broken.address() as { port: number };
    expect(await check(planFor(`http://127.0.0.1:${address.port}`))).toMatchObject({ status: null, outcome: 'reset', bodyStart: '' });
    broken.close();
  });

  test.skipIf(!openssl)('shows a certificate that nobody knows', async () => {
    const { cert, key } = await certificate('127.0.0.1');
    const strange = await startDemoTarget({ tls: { cert, key } });
    expect(await check(planFor(strange.url))).toMatchObject({ status: null, outcome: 'tls', detail: expect.stringContaining('self-signed') });
    expect(strange.truth().requests).toEqual([]);
    await strange.stop();
  });

  test('speaks another language', async () => {
    const other = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address() as { port: number };
    expect(await check(planFor(`http://127.0.0.1:${address.port}`))).toMatchObject({ status: null, outcome: 'other', detail: expect.stringContaining('Parse Error') });
    other.close();
  });
});

describe('nothing is sent', () => {
  afterEach(() => expect(paths()).toEqual([]));

  test('where load may not go', async () => {
    expect(await check(planFor('http://example.com'))).toMatchObject({ code: 'target_not_allowed', problems: [{ path: 'target.baseUrl' }] });
  });

  test('for who may not run', async () => {
    expect(await check(withLogin({ preset: 'studio' }), known, definition, 'guest')).toMatchObject({ code: 'forbidden' });
  });

  test('without the variables that it needs', async () => {
    expect(await check(withLogin({ preset: 'studio' }))).toMatchObject({ code: 'environment_missing', problems: [{ path: 'environment.KAILASH_USER' }, { path: 'environment.KAILASH_PASSWORD' }] });
  });

  test('of a workflow that acts outside, until somebody has agreed to that', async () => {
    const acting = '{"nodes":[{"id":"mail","type":"HTTPRequestNode","parameters":{"url":"https://api.example.com","method":"POST"}}],"edges":[]}';
    expect(await check(withLogin({ preset: 'studio' }), known, acting)).toMatchObject({ code: 'effects_not_acknowledged', effectsHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});
