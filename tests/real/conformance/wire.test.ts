/** The same behaviour on the wire: what is sent, over which connection, and what is never done with it. */
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Truth } from '../../../plugin/demo/truth.ts';
import type { ScriptFlow, ScriptInput, ScriptPlan } from '../../../templates/framework.ts';
import { asyncGatewayFlow, bearer, bearerVariable, fewFailures, requestTo, scriptInput } from '../../helpers/bundle.ts';
import { certificate, openssl } from '../../helpers/certificate.ts';
import { counted, definition, eachFramework, executionOutcomes, expectHonest, isNew, iterations, open, planned, type Run, requestOutcomes, startTarget, usual } from '../../helpers/conformance.ts';
import { given } from '../../helpers/generated.ts';
import { bubblewrap, hosts } from '../../helpers/hosts.ts';
import { listening } from '../../helpers/listening.ts';

const lenient: Partial<ScriptPlan> = { objectives: [fewFailures] };
const studio = (url: string, demo: object, plan: Partial<ScriptPlan>, flow: Partial<ScriptFlow> = {}, rest: Partial<ScriptInput> = {}) =>
  scriptInput(url, { ...lenient, ...plan }, flow, { data: { 'data/definition.json': definition(demo) }, ...rest });

/** Set by HTTP itself, each client in its own way. */
const OWN = ['host', 'content-length', 'connection'];
const ownHeaders = ({ requests }: Truth) => requests.map(({ headers }) => Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.includes(name))));

describe.concurrent('requests', () => {
  eachFramework(({ run }) => {
    test('carry the headers of the flow and no others; nothing is rewritten, and no proxy is asked', async () => {
      await using target = await startTarget();
      const headers = [
        { name: 'content-type', value: 'application/json' }, { name: 'accept-encoding', value: 'identity' }, { name: 'user-agent', value: 'load-test/0.1.0' },
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay one
        { name: 'X-Trace', value: '{{ target }} ${x} "\' \\ %s' }, { name: 'x-list', value: 'a, b' }, { name: 'X-Empty', value: '' }, { name: 'accept', value: 'application/json' },
      ];
      const execute = requestTo('/api/workflow/execute?q={{%20target%20}}', [{ file: 'data/definition.json' }], { headers });
      const input = studio(target.url, { delayMs: 5 }, iterations(4, 2), { execute, ...bearer('LT_TOKEN') }, { variables: bearerVariable('LT_TOKEN') });
      const env = { LT_TOKEN: 't', HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9', HTTPS_PROXY: 'no address', ALL_PROXY: 'http://127.0.0.1:9' };
      const result = await run(input, { env });
      const truth = await target.truth();
      expect(requestOutcomes(result), result.stderr).toEqual({ ok: 4 });
      const sent = { ...Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])), authorization: 'Bearer ***' };
      expect(ownHeaders(truth)).toEqual(Array(4).fill(sent));
    });

    test('go to the address that the plan says, to the last character, and what an answer gave is escaped in it', async () => {
      await using server = await listening(() => ({ body: '{"session_id":"a/b c%7E~?&{x}","status":"ok"}' }));
      const printable = String.fromCharCode(...Array.from({ length: 94 }, (_, i) => 33 + i));
      const path = `/a/./b/../${printable.replace(/[?#]/g, '')}?${printable.replace('#', '')}%2f`;
      const { input } = given(definition({}), { target: { preset: 'custom', method: 'GET', baseUrl: `${server.url}/a%7Eb/(c)`, path }, load: { preset: { key: 'smoke' } } });
      const session = requestTo(input.flow.execute.path, [{ text: '{}' }], { name: 'session', success: 'value', takes: { value: 'session', pointer: '/session_id' } });
      const flow: Partial<ScriptFlow> = { setUp: [session], execute: requestTo('/{session}?s={session}', null, { success: 'custom' }) };
      const result = await run(scriptInput(input.flow.baseUrl, { ...iterations(1), ...lenient }, flow));
      expect(requestOutcomes(result), result.stderr).toEqual({ ok: 2 });
      expect(server.seen.map(({ url }) => url)).toEqual([`/a%7Eb/(c)${input.flow.execute.path}`, '/a%7Eb/(c)/a%2Fb%20c%257E~%3F%26%7Bx%7D?s=a%2Fb%20c%257E~%3F%26%7Bx%7D']);
    });

    test('that are redirected are not followed, and the token does not leave the host', async () => {
      await using elsewhere = await startTarget();
      await using target = await startTarget();
      const input = studio(target.url, { fault: 'redirect', status: 302, location: `${elsewhere.url}/api/workflow/execute` }, iterations(3), bearer('LT_TOKEN'), { variables: bearerVariable('LT_TOKEN') });
      const result = await run(input, { env: { LT_TOKEN: 'secret' } });
      expect(requestOutcomes(result), result.stderr).toEqual({ redirected: 3 });
      expectHonest(result, await target.truth());
      expect((await elsewhere.truth()).received).toBe(0);
    });

    test('are never repeated: a target that reads them and resets counts as many as we do, on new connections and on used ones', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { fault: 'reset_warm' }, iterations(20)));
      const truth = await target.truth();
      // Every second one finds a connection that was used before.
      expect(requestOutcomes(result), result.stderr).toEqual({ ok: 10, reset: 10 });
      expect(truth).toMatchObject({ received: 20, cut: 10 });
      expectHonest(result, truth);
    });

    test('that ask for an execution are never repeated either, though a client may take a GET for harmless', async () => {
      await using target = await startTarget({ workflows: { w: definition({ fault: 'reset_warm', at: 'poll', delayMs: 0 }) } });
      const result = await run(scriptInput(target.url, { ...iterations(12, 2), ...lenient, pollIntervalMs: 20, pollDeadlineMs: 2000 }, asyncGatewayFlow('w')));
      const truth = await target.truth();
      expectHonest(result, truth);
      expect(result.requests.filter(({ name }) => name === 'poll')).toHaveLength(truth.byName['GET /workflows/w/status']?.received ?? 0);
      expect(result.end, result.stderr).toEqual(planned(12));
      const { ok = 0, reset = 0 } = executionOutcomes(result);
      expect(ok + reset).toBe(12);
    });

    test('find a target that refuses connections, which is told as such', async () => {
      const result = await run(studio('http://127.0.0.1:1', {}, iterations(3)));
      expect({ outcomes: requestOutcomes(result), end: result.end, code: result.code }, result.stderr).toEqual({ outcomes: { refused: 3 }, end: planned(3), code: 99 });
    });

    test('find a host that has no address, which is told as such', async () => {
      const result = await run(studio('http://no-such-host.invalid', {}, iterations(2)));
      expect({ outcomes: requestOutcomes(result), code: result.code }, result.stderr).toEqual({ outcomes: { dns: 2 }, code: 99 });
    });
  }, usual);
});

describe.skipIf(!bubblewrap).concurrent('a link-local or metadata address gets no connection (needs bubblewrap)', () => {
  const DETAIL = 'the address is a link-local or metadata address, and load is never sent there';
  const details = ({ requests }: Run) => [...new Set(requests.map(({ extra }) => extra.detail))];

  // A connection to 0.0.0.0 comes to whatever listens here: the one refused address at which a target can be seen to get none.
  eachFramework(({ run }) => {
    test('when the name of the target leads to one', async () => {
      await using target = await startTarget();
      await using names = await hosts({ 'target.test': '0.0.0.0' });
      const result = await run(studio(`https://target.test:${new URL(target.url).port}`, {}, iterations(3)), { prefix: names.prefix });
      expect({ outcomes: requestOutcomes(result), details: details(result), code: result.code }, result.stderr).toEqual({ outcomes: { other: 3 }, details: [DETAIL], code: 99 });
      expect((await target.truth()).connections.opened).toBe(0);
    });

    test('when it is the target', async () => {
      await using target = await startTarget();
      const { port } = new URL(target.url);
      const result = await run(studio(target.url, {}, iterations(3)), { env: { LOAD_TEST_TARGET: `http://0.0.0.0:${port}` } });
      expect({ outcomes: requestOutcomes(result), details: details(result), code: result.code }, result.stderr).toEqual({ outcomes: { other: 3 }, details: [DETAIL], code: 99 });
      expect((await target.truth()).connections.opened).toBe(0);
    });
  }, usual);
});

describe.concurrent('connections', () => {
  eachFramework(({ run }) => {
    test('are kept by their user, and its cookies too', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { cookie: true, delayMs: 10 }, iterations(20, 2)));
      const truth = await target.truth();
      expect({ opened: truth.connections.opened, new: result.requests.filter(isNew).length, end: result.end }, result.stderr).toEqual({ opened: 2, new: 2, end: planned(20) });
      const cookies = counted(truth.requests.map(({ headers }) => headers['cookie'] ?? 'none'));
      expect(cookies['none']).toBe(2);
      expect(Object.keys(cookies)).toHaveLength(3);
    });

    test('bring back the cookies of the target, and none that another domain would be told', async () => {
      await using server = await listening((count) => ({ headers: { 'set-cookie': count === 1 ? 'session=s1; Path=/' : 'other=o1; Domain=example.com' }, body: '{"outputs":{}}' }));
      const result = await run(studio(server.url, {}, iterations(4)));
      expect(requestOutcomes(result), result.stderr).toEqual({ ok: 4 });
      expect(server.seen.map(({ headers }) => headers.cookie)).toEqual([undefined, 'session=s1', 'session=s1', 'session=s1']);
    });

    test('are new ones for each iteration where the plan says so, with the cookies of its user', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { cookie: true, delayMs: 10 }, iterations(12, 2, { connections: 'perIteration' })));
      const truth = await target.truth();
      expect({ opened: truth.connections.opened, all: result.requests.every(isNew), end: result.end }, result.stderr).toEqual({ opened: 12, all: true, end: planned(12) });
      for (const { durationMicros, extra } of result.requests) expect(extra.connectMicros).toBeLessThanOrEqual(durationMicros);
      const cookies = counted(truth.requests.map(({ headers }) => headers['cookie'] ?? 'none'));
      expect(cookies['none']).toBe(2);
      expect(Object.keys(cookies)).toHaveLength(3);
    });

    test('are shared by the iterations of an open plan: not one for each', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { delayMs: 20 }, open(20, 3000)));
      const truth = await target.truth();
      expect(result.end, result.stderr).toEqual(planned(60));
      // One or two are in flight at once; 80 users may be, so that each start could have one of its own.
      expect(truth.connections.opened).toBeLessThan(30);
      expectHonest(result, truth);
    });

    test('that the target closes after some answers are opened again', async () => {
      await using target = await startTarget({ closeAfter: { requests: 3 } });
      const result = await run(studio(target.url, { delayMs: 5 }, iterations(12)));
      const truth = await target.truth();
      expect({ outcomes: requestOutcomes(result), opened: truth.connections.opened }, result.stderr).toEqual({ outcomes: { ok: 12 }, opened: 4 });
      expectHonest(result, truth);
    });
  }, usual);
});

describe.skipIf(!openssl).concurrent('TLS (needs openssl)', async () => {
  const own = openssl ? await certificate('127.0.0.1') : { key: '', cert: '', file: '' };
  const other = openssl ? await certificate('127.0.0.9') : own;

  eachFramework(({ run }) => {
    test('a certificate that nobody knows is refused, and so is one for another host; there is no way around it', async () => {
      await using target = await startTarget({ tls: own });
      const unknown = await run(studio(target.url, {}, iterations(2)), { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
      expect({ outcomes: requestOutcomes(unknown), code: unknown.code, received: (await target.truth()).received }, unknown.stderr).toEqual({ outcomes: { tls: 2 }, code: 99, received: 0 });
      await using impostor = await startTarget({ tls: other });
      const misnamed = await run(studio(impostor.url, {}, iterations(2)), { env: { LOAD_TEST_CA: other.file } });
      expect({ outcomes: requestOutcomes(misnamed), received: (await impostor.truth()).received }, misnamed.stderr).toEqual({ outcomes: { tls: 2 }, received: 0 });
    });

    // So slow that what a busy machine adds is no second handshake.
    test('a slow handshake is part of the first duration, once, the same in all frameworks', async () => {
      await using target = await startTarget({ tls: { ...own, handshakeDelayMs: 1000 } });
      const result = await run(studio(target.url, { delayMs: 40 }, iterations(8, 2)), { env: { LOAD_TEST_CA: own.file } });
      const truth = await target.truth();
      expect({ outcomes: requestOutcomes(result), code: result.code }, result.stderr).toEqual({ outcomes: { ok: 8 }, code: 0 });
      expectHonest(result, truth);
      const [fresh, warm] = [result.requests.filter(isNew), result.requests.filter((request) => !isNew(request))];
      expect(fresh).toHaveLength(2);
      const longest = Math.max(...truth.requests.map(({ fromConnectMs }) => fromConnectMs ?? 0));
      for (const { durationMicros, extra } of fresh) {
        expect(extra.connectMicros).toBeGreaterThanOrEqual(999_000);
        expect(durationMicros).toBeGreaterThanOrEqual((extra.connectMicros ?? 0) + 39_000);
        expect(durationMicros / 1000).toBeLessThan(longest + 999);
      }
      for (const { durationMicros } of warm) expect(durationMicros).toBeLessThan(999_000);
    });

    test('a handshake that is later than the timeout is one', async () => {
      await using target = await startTarget({ tls: { ...own, handshakeDelayMs: 5000 } });
      const result = await run(studio(target.url, {}, iterations(2, 2, { requestTimeoutMs: 500 })), { env: { LOAD_TEST_CA: own.file } });
      expect({ outcomes: requestOutcomes(result), received: (await target.truth()).received }, result.stderr).toEqual({ outcomes: { timeout: 2 }, received: 0 });
    });

    test('HTTP/1.1 is spoken, also with a target that offers HTTP/2', async () => {
      const versions: string[] = [];
      const server = createSecureServer({ ...own, allowHTTP1: true }, (req, res) => {
        versions.push(req.httpVersion);
        res.end('{"outputs":{}}');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const result = await run(studio(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, {}, iterations(3)), { env: { LOAD_TEST_CA: own.file } });
      await new Promise((resolve) => server.close(resolve));
      expect({ versions, code: result.code }, result.stderr).toEqual({ versions: ['1.1', '1.1', '1.1'], code: 0 });
    });
  }, usual);
});

