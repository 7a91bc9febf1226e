/** Every flow, with every framework: each request that the target received is one line of its name, and every execution comes to what it came to. */
import { describe, expect, test } from 'vitest';
import type { Truth } from '../../../plugin/demo/truth.ts';
import type { ScriptFlow, ScriptInput, ScriptPlan } from '../../../templates/framework.ts';
import { bearer, bearerVariable, fewFailures, gatewayFlow, loginFlow, loginVariables, requestTo, scriptInput, sessionsFlow } from '../../helpers/bundle.ts';
import {
  closed, counted, definition, eachFramework, executionOutcomes, expectHonest, iterations, planned, requestNames, requestOutcomes, type Run, startTarget,
} from '../../helpers/conformance.ts';
import { until } from '../../helpers/until.ts';

/** Names of a flow's requests, and what the target calls them. */
const NAMES = {
  studio: { execute: 'POST /api/workflow/execute' },
  gateway: { execute: 'POST /workflows/fast/execute', poll: 'GET /workflows/fast/status' },
  sessions: { session: 'POST /api/sessions', workflow: 'POST /api/workflows', execute: 'POST /api/executions', poll: 'GET /api/executions/{id}' },
  login: { login: 'POST /api/auth/login' },
};

/** The counts of every name are the target's own. */
function expectNames(run: Run, truth: Truth, names: Readonly<Record<string, string>>): void {
  const received = Object.entries(names).map(([name, at]) => [name, truth.byName[at]?.received]);
  expect(requestNames(run)).toEqual(Object.fromEntries(received));
  expect(Object.keys(truth.byName).sort()).toEqual(Object.values(names).sort());
  expectHonest(run, truth);
}

const lenient: Partial<ScriptPlan> = { objectives: [fewFailures] };

/** One iteration for each row, in their order, by one user. */
function rowsInput(url: string, rows: readonly object[], flow: Partial<ScriptFlow>, plan: Partial<ScriptPlan> = {}): ScriptInput {
  const inputs: Partial<ScriptFlow> = { inputs: { kind: 'rows', file: 'data/rows.jsonl', order: 'sequential', count: rows.length } };
  const data = { 'data/rows.jsonl': `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`, 'data/definition.json': definition({}) };
  return scriptInput(url, { ...iterations(rows.length), ...lenient, ...plan }, { ...inputs, ...flow }, { data });
}

/** What an execution on the demo target is told to be, and what every framework must make of it. */
interface Case {
  readonly demo: object;
  readonly outcome: string;
  readonly status: number;
}
const CASES: readonly Case[] = [
  { demo: { delayMs: 5 }, outcome: 'ok', status: 200 },
  { demo: { chunked: true }, outcome: 'ok', status: 200 },
  { demo: { answerBytes: 3_000_000 }, outcome: 'ok', status: 200 },
  { demo: { status: 201 }, outcome: 'ok', status: 201 },
  { demo: { fault: 'node_failed' }, outcome: 'workflow_failed', status: 200 },
  { demo: { fault: 'success_false' }, outcome: 'workflow_failed', status: 200 },
  { demo: { fault: 'status_failed' }, outcome: 'workflow_failed', status: 200 },
  { demo: { fault: 'cached' }, outcome: 'cached_answer', status: 200 },
  { demo: { fault: 'not_json' }, outcome: 'bad_body', status: 200 },
  { demo: { fault: 'empty' }, outcome: 'bad_body', status: 200 },
  { demo: { status: 204 }, outcome: 'bad_body', status: 204 },
  { demo: { fault: 'redirect' }, outcome: 'redirected', status: 307 },
  { demo: { status: 400 }, outcome: 'http_4xx', status: 400 },
  { demo: { status: 401 }, outcome: 'auth', status: 401 },
  { demo: { status: 403 }, outcome: 'auth', status: 403 },
  { demo: { status: 404 }, outcome: 'not_found', status: 404 },
  { demo: { status: 422 }, outcome: 'invalid_request', status: 422 },
  { demo: { status: 429 }, outcome: 'limited', status: 429 },
  { demo: { status: 503 }, outcome: 'http_5xx', status: 503 },
  { demo: { fault: 'reset' }, outcome: 'reset', status: 0 },
  { demo: { fault: 'half' }, outcome: 'reset', status: 0 },
  { demo: { fault: 'never' }, outcome: 'timeout', status: 0 },
  { demo: { fault: 'trickle' }, outcome: 'timeout', status: 0 },
  { demo: { delayMs: 8000 }, outcome: 'timeout', status: 0 },
  { demo: { delayMs: 6 }, outcome: 'ok', status: 200 },
];

describe.concurrent('synchronous executions', () => {
  eachFramework(({ run }) => {
    test('Studio: whatever the answer is, its request is also the execution, with the class that it has in every framework', async () => {
      await using target = await startTarget();
      const body = [{ text: '{"workflow_definition":' }, { file: 'data/definition.json' }, { text: ',"inputs":' }, { inputs: true as const }, { text: '}' }];
      const input = rowsInput(target.url, CASES.map(({ demo }) => ({ demo })), { execute: requestTo('/api/workflow/execute', body) }, { requestTimeoutMs: 1500 });
      const result = await run(input);
      expect(result.requests.map(({ outcome, status }) => `${outcome} ${status}`), result.stderr).toEqual(CASES.map(({ outcome, status }) => `${outcome} ${status}`));
      expect(result.requests.every(({ name, extra }) => name === 'execute' && extra.exec === true)).toBe(true);
      expect({ executions: result.executions, end: result.end, code: result.code }).toEqual({ executions: [], end: planned(CASES.length), code: 99 });
      expect(result.stdout.split('\n')).toContain('failed executions: 3 bad_body, 3 timeout, 3 workflow_failed, 2 auth, 2 reset, 1 cached_answer, 1 http_4xx, 1 http_5xx, 1 invalid_request, 1 limited, 1 not_found, 1 redirected');
      // At its timeout, and not when the target is done: no answer, late headers, a body that trickles.
      for (const { outcome, durationMicros } of result.requests)
        if (outcome === 'timeout') expect(durationMicros).toSatisfy((micros: number) => micros >= 1_499_000 && micros < 6_000_000);
      expectNames(result, await target.truth(), NAMES.studio);
    });

    test('a gateway: a failure inside 200, an answer without outputs, checks of the answer, and `success: false` where it is no failure', async () => {
      await using target = await startTarget();
      const rows = [{ n: 3 }, { n: 2 }, { demo: { fault: 'node_failed' } }, { demo: { fault: 'success_false' } }, { demo: { fault: 'cached' } }, { demo: { status: 201 } }, { n: 3 }];
      const result = await run(rowsInput(target.url, rows, {
        ...gatewayFlow('fast', [{ text: '{"inputs":' }, { inputs: true }, { text: '}' }]),
        failOnSuccessFalse: false,
        checks: [{ name: 'nine: {{ x }} "é"', pointer: '/outputs/square/result/value', equals: '9.0' }],
      }));
      const not = [0, ['nine: {{ x }} "é"']];
      expect(result.requests.map(({ outcome }) => outcome), result.stderr).toEqual(['ok', 'check_failed', 'workflow_failed', 'check_failed', 'cached_answer', 'bad_body', 'ok']);
      expect(result.requests.map(({ extra }) => extra.checks ?? null)).toEqual([[1, []], not, null, not, null, null, [1, []]]);
      expectNames(result, await target.truth(), { execute: NAMES.gateway.execute });
    });

    test('a custom target: its method, its path, its content type and its body', async () => {
      await using target = await startTarget({ keepBodies: 10 });
      const headers = [{ name: 'Content-Type', value: 'text/plain; charset=utf-8' }, { name: 'user-agent', value: 'load-test/0.1.0' }, { name: 'accept-encoding', value: 'identity' }];
      const execute = requestTo('/api/workflow/execute?a=b%20c&d={{e}}', [{ text: 'é {{ x }} \r\n' }], { method: 'PATCH', headers, success: 'custom' });
      const result = await run(scriptInput(target.url, { ...iterations(3), ...lenient }, { execute }));
      const truth = await target.truth();
      expect(requestOutcomes(result), result.stderr).toEqual({ http_4xx: 3 });
      expectNames(result, truth, { execute: 'PATCH /api/workflow/execute' });
      expect(truth.requests.map(({ body, headers }) => [body, headers['content-type']])).toEqual(Array(3).fill(['é {{ x }} \r\n', 'text/plain; charset=utf-8']));
    });

    test('a custom target that is asked without a body', async () => {
      await using target = await startTarget();
      const result = await run(scriptInput(target.url, { ...iterations(3), ...lenient }, { execute: requestTo('/health', null, { success: 'custom' }) }));
      const truth = await target.truth();
      expect(executionOutcomes(result), result.stderr).toEqual({ ok: 3 });
      expectNames(result, truth, { execute: 'GET /health' });
      for (const { headers } of truth.requests) expect(Object.keys(headers)).not.toContain('content-type');
    });
  });
});

const POLLING: Partial<ScriptPlan> = { pollIntervalMs: 100, pollDeadlineMs: 2000, requestTimeoutMs: 1500 };

/** Asynchronous executions: what they are told to be, and what becomes of them. */
const ASYNC: readonly { readonly demo: object; readonly outcome: string }[] = [
  { demo: { delayMs: 0 }, outcome: 'ok' },
  { demo: { delayMs: 250 }, outcome: 'ok' },
  { demo: { fault: 'node_failed' }, outcome: 'workflow_failed' },
  { demo: { fault: 'success_false' }, outcome: 'workflow_failed' },
  { demo: { fault: 'lost' }, outcome: 'execution_lost' },
  { demo: { fault: 'endless' }, outcome: 'poll_deadline' },
  { demo: { fault: 'status', at: 'poll' }, outcome: 'http_5xx' },
  { demo: { fault: 'not_json', at: 'poll' }, outcome: 'bad_body' },
  { demo: { fault: 'reset', at: 'poll' }, outcome: 'reset' },
  { demo: { fault: 'never', at: 'poll' }, outcome: 'timeout' },
  { demo: { fault: 'status', at: 'execute' }, outcome: 'http_5xx' },
  { demo: { fault: 'never', at: 'execute' }, outcome: 'timeout' },
  { demo: { delayMs: 120 }, outcome: 'ok' },
];

describe.concurrent('asynchronous executions', () => {
  eachFramework(({ run }) => {
    test('a gateway: from the request that asks for it to the poll that tells its end, one execution, whatever happens on the way', async () => {
      await using target = await startTarget();
      const headers = [{ name: 'content-type', value: 'application/json' }, { name: 'X-Durable', value: 'false' }];
      const flow: Partial<ScriptFlow> = {
        execute: requestTo('/workflows/fast/execute', [{ text: '{"inputs":' }, { inputs: true }, { text: ',"mode":"async"}' }], { headers, success: 'accepted', takes: { value: 'execution', pointer: '/execution_id' } }),
        poll: requestTo('/workflows/fast/status/{execution}', null, { name: 'poll', success: 'polledGateway' }),
      };
      const result = await run(rowsInput(target.url, ASYNC.map(({ demo }) => ({ demo })), flow, POLLING));
      const truth = await target.truth();
      // Those that were not accepted are one request and no more.
      const refused = result.requests.filter(({ extra }) => extra.exec);
      const executions = [...result.executions, ...refused].sort((a, b) => a.startMicros - b.startMicros);
      expect(executions.map(({ outcome }) => outcome), result.stderr).toEqual(ASYNC.map(({ outcome }) => outcome));
      expect(refused).toHaveLength(2);
      expect(result.end).toEqual(planned(ASYNC.length));
      expectNames(result, truth, NAMES.gateway);
      // A poll that tells of a failure is itself no failure.
      expect(requestOutcomes(result, 'poll')).toMatchObject({ not_found: 1, http_5xx: 1, bad_body: 1, reset: 1, timeout: 1 });
      // Its own clock says the same as the target's: never less, and more only by what a busy machine adds to the way there and back.
      const off = executions.flatMap(({ outcome, durationMicros }, i) => {
        const { arrivedAt, toldAt } = truth.executions[i] ?? {};
        return outcome === 'ok' ? [durationMicros / 1000 - ((toldAt ?? Number.NaN) - (arrivedAt ?? Number.NaN))] : [];
      });
      expect(Math.min(...off)).toSatisfy((ms: number) => ms > -2 && ms < 100);
      expect(Math.max(...off)).toBeLessThan(1000);
      const endless = result.executions.find(({ outcome }) => outcome === 'poll_deadline');
      expect(endless?.durationMicros).toBeGreaterThan(1_500_000);
    });

    test('sessions: a session and a workflow once for each user, then executions', async () => {
      await using target = await startTarget();
      const workflow = '{"name":"w {{ x }}","nodes":[{"id":"a","type":"PythonCodeNode","config":{"demo":{"delayMs":30}}}],"connections":[]}';
      const result = await run(scriptInput(target.url, { ...iterations(8, 2), ...POLLING, ...lenient }, sessionsFlow(null), { data: { 'data/workflow.json': workflow } }));
      const truth = await target.truth();
      expect({ executions: executionOutcomes(result), requests: requestOutcomes(result), end: result.end }, result.stderr).toEqual({ executions: { ok: 8 }, requests: { ok: truth.received }, end: planned(8) });
      expect({ ...requestNames(result), poll: null }).toEqual({ session: 2, workflow: 2, execute: 8, poll: null });
      expectNames(result, truth, NAMES.sessions);
      expect(result.code).toBe(0);
    });

    test('sessions of an open server that is started anew in mid-run: two failures for each user, then another session, and it goes on', async () => {
      await using target = await startTarget();
      const workflow = '{"name":"w","nodes":[{"id":"a","type":"PythonCodeNode","config":{"demo":{"delayMs":30}}}],"connections":[]}';
      const input = scriptInput(target.url, { ...closed(3, 4000), ...POLLING, thinkTimeMs: [50, 50], ...lenient }, sessionsFlow(null), { data: { 'data/workflow.json': workflow } });
      // Once each user has its session and its workflow: who is still setting up fails otherwise.
      const setUp = () => until('each user executes', async () => ((await target.truth()).byName[NAMES.sessions.execute]?.answered ?? 0) >= 3 && (await target.truth()).byName[NAMES.sessions.workflow]?.answered === 3);
      const result = await run(input, { during: () => setUp().then(() => target.restart()) });
      // Whoever was polling sees first that its execution is lost.
      const { ok = 0, http_5xx = 0, execution_lost = 0, ...others } = executionOutcomes(result);
      expect({ others, failed: http_5xx + execution_lost }, result.stderr).toEqual({ others: {}, failed: 6 });
      expect(http_5xx).toBeGreaterThanOrEqual(3);
      expect(requestNames(result)).toMatchObject({ session: 6, workflow: 6, execute: ok + 6 });
      expect(ok).toBeGreaterThan(20);
      expectNames(result, await target.truth(), NAMES.sessions);
    });

    test('sessions with a workflow that is registered there: nothing is created but a session for each user', async () => {
      await using target = await startTarget();
      const result = await run(scriptInput(target.url, { ...iterations(6, 3), ...POLLING, ...lenient }, sessionsFlow('fast')));
      const { workflow: _, ...names } = NAMES.sessions;
      expect(executionOutcomes(result), result.stderr).toEqual({ ok: 6 });
      expect(requestNames(result)['session']).toBe(3);
      expectNames(result, await target.truth(), names);
    });
  });
});

const LOGIN = { username: 'ada {{ x }} "é"', password: `p'"\\$ü&{{ y }}` };
const env = { LT_USER: LOGIN.username, LT_PASSWORD: LOGIN.password };

describe.concurrent('who asks', () => {
  eachFramework(({ run }) => {
    test('each user logs in itself, and again before its token is over', async () => {
      await using target = await startTarget({ login: { ...LOGIN, lifeMs: 1000, kind: 'opaque', tokenField: 'data/token' } });
      const login = loginFlow.login && { ...loginFlow.login, takes: { value: 'token' as const, pointer: '/data/token' } };
      const data = { 'data/definition.json': definition({ delayMs: 20 }) };
      const result = await run(scriptInput(target.url, { ...closed(2, 3200), ...lenient }, { ...loginFlow, ...(login && { login }) }, { variables: loginVariables, data }), { env });
      const truth = await target.truth();
      expect(truth.statuses, result.stderr).toEqual({ 200: truth.received });
      // Good for 1 s and renewed after 0.8 s: four times in 3.2 s, and each user by itself.
      expect(requestNames(result)['login']).toBeGreaterThanOrEqual(6);
      expect(requestNames(result)['login']).toBeLessThanOrEqual(10);
      expect(executionOutcomes(result)).toEqual({ ok: requestNames(result)['execute'] });
      expectNames(result, truth, { ...NAMES.studio, ...NAMES.login });
      expect(result.code).toBe(0);
    });

    test('a token that is revoked in mid-run: one 401, one login, and the same request again', async () => {
      await using target = await startTarget({ login: LOGIN });
      const data = { 'data/definition.json': definition({ delayMs: 30 }) };
      const result = await run(scriptInput(target.url, { ...closed(2, 2500), ...lenient }, loginFlow, { variables: loginVariables, data }), { env, during: () => target.revoke() });
      const truth = await target.truth();
      expect({ statuses: truth.statuses['401'], requests: requestOutcomes(result, 'execute')['auth'], login: requestOutcomes(result, 'login') }, result.stderr).toEqual({ statuses: 2, requests: 2, login: { ok: 4 } });
      const executed = (requestNames(result)['execute'] ?? 0) - 2;
      expect({ outcomes: executionOutcomes(result), started: result.end?.iterationsStarted, code: result.code }).toEqual({ outcomes: { ok: executed }, started: executed, code: 0 });
      expectNames(result, truth, { ...NAMES.studio, ...NAMES.login });
    });

    test('a 401 that stays: one login more in each iteration, and then it is a failure', async () => {
      await using target = await startTarget({ login: LOGIN });
      const data = { 'data/definition.json': definition({ status: 401 }) };
      const result = await run(scriptInput(target.url, { ...iterations(3), ...lenient }, loginFlow, { variables: loginVariables, data }), { env });
      expect({ names: requestNames(result), outcomes: requestOutcomes(result, 'execute'), executions: executionOutcomes(result), code: result.code }, result.stderr).toEqual({
        names: { login: 4, execute: 6 }, outcomes: { auth: 6 }, executions: { auth: 3 }, code: 99,
      });
      expectNames(result, await target.truth(), { ...NAMES.studio, ...NAMES.login });
    });

    test('a wrong password: every iteration fails with its login, and nothing else is sent', async () => {
      await using target = await startTarget({ login: LOGIN });
      const result = await run(scriptInput(target.url, { ...iterations(4), ...lenient }, loginFlow, { variables: loginVariables }), { env: { ...env, LT_PASSWORD: 'wrong' } });
      expect({ requests: requestOutcomes(result, 'login'), executions: counted(result.executions.map(({ outcome }) => outcome)), end: result.end, code: result.code }, result.stderr).toEqual({
        requests: { auth: 4 }, executions: { auth: 4 }, end: planned(4), code: 99,
      });
      expectNames(result, await target.truth(), NAMES.login);
    });

    test('an API key in a header of its own, as it stands in the environment', async () => {
      const value = `k {{ target }} "'\\$& \${x} %s`;
      await using target = await startTarget({ apiKey: { header: 'X-API-Key', value } });
      const flow: Partial<ScriptFlow> = { ...gatewayFlow('unreachable'), credential: { header: 'X-API-Key', prefix: '', variable: 'LT_KEY' }, failOnSuccessFalse: false };
      const result = await run(scriptInput(target.url, { ...iterations(3), ...lenient }, flow, { variables: [{ name: 'LT_KEY', holds: 'the API key', kind: 'header' }] }), { env: { LT_KEY: value } });
      expect({ outcomes: executionOutcomes(result), code: result.code }, result.stderr).toEqual({ outcomes: { ok: 3 }, code: 0 });
      expectNames(result, await target.truth(), { execute: 'POST /workflows/unreachable/execute' });
    });

    test('a bearer token that is not the right one, which nothing tells', async () => {
      await using target = await startTarget({ token: 'the right one' });
      const result = await run(scriptInput(target.url, { ...iterations(3), ...lenient }, bearer('LT_TOKEN'), { variables: bearerVariable('LT_TOKEN') }), { env: { LT_TOKEN: 'another-secret-one' } });
      expect({ outcomes: executionOutcomes(result), code: result.code }, result.stderr).toEqual({ outcomes: { auth: 3 }, code: 99 });
      expect(JSON.stringify(result)).not.toContain('another-secret-one');
      expectNames(result, await target.truth(), NAMES.studio);
    });
  });
});
