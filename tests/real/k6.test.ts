/** Bundles for k6, run by the real k6 against the demo target, which knows what it received. Skipped where no k6 is found (K6_PATH, PATH). */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DemoTargetApart, startDemoTargetApart } from '../../plugin/demo/apart.ts';
import type { DemoTargetOptions } from '../../plugin/demo/target.ts';
import { type Truth, truthPercentile } from '../../plugin/demo/truth.ts';
import { openFifo } from '../../server/process/fifo.ts';
import { parseLine } from '../../server/samples/parse.ts';
import type { SampleLine } from '../../server/samples/sample.ts';
import type { RunRequest, ScriptInput, ScriptObjective, ScriptPlan, ScriptRequest } from '../../templates/framework.ts';
import { k6 } from '../../templates/k6/index.ts';
import { fewFailures, generateInto, type HandRun, p95Below, runByHand, scriptInput, writeBundle } from '../helpers/bundle.ts';
import { toolPath } from '../helpers/places.ts';
import { until } from '../helpers/until.ts';

const executable = await toolPath('k6');
const openssl = spawnSync('openssl', ['version']).status === 0;

/** A folder in which the program is called `k6`, for the command that a user types. */
let bin: string;
beforeAll(async () => {
  bin = await mkdtemp(path.join(tmpdir(), 'k6-'));
  if (executable) await symlink(executable, path.join(bin, 'k6'));
});
const clean = () => ({ PATH: [bin, '/usr/bin', '/bin'].join(path.delimiter), K6_NO_USAGE_REPORT: 'true' });

type Line<K extends SampleLine['kind']> = Extract<SampleLine, { kind: K }>;

interface Run extends HandRun, Lines {
  readonly truth: Truth;
}

interface Lines {
  readonly begin: Line<'begin'> | undefined;
  readonly requests: readonly Line<'request'>[];
  readonly gauges: readonly Line<'gauge'>[];
  readonly end: Omit<Line<'end'>, 'kind'> | undefined;
  readonly outcomes: Readonly<Record<string, number>>;
}

async function startTarget(options: DemoTargetOptions = {}): Promise<DemoTargetApart & AsyncDisposable> {
  const target = await startDemoTargetApart(options);
  return { ...target, [Symbol.asyncDispose]: () => target.stop() };
}

const constant = (level: number, durationMs: number) => [{ durationMs: 0, target: level }, { durationMs, target: level }];
const closed = (users: number, durationMs: number): Partial<ScriptPlan> => ({ stages: constant(users, durationMs), maxUsers: users, durationMs, steady: [[durationMs / 5, durationMs]] });
const open = (rate: number, durationMs: number, maxUsers = Math.ceil(4 * rate)): Partial<ScriptPlan> =>
  ({ ...closed(rate, durationMs), model: 'open', maxUsers, plannedIterations: Math.floor((rate * durationMs) / 1000 + 1e-9) });
const definition = (demo: object) => JSON.stringify({ nodes: [{ id: 'a', type: 'PythonCodeNode', parameters: {} }], edges: [], metadata: { demo } });

interface Options {
  readonly plan?: Partial<ScriptPlan>;
  readonly request?: Partial<ScriptRequest>;
  readonly data?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Called once with the process, when its sample file holds a request. */
  readonly during?: (pid: number) => void;
}

async function bundle(target: { readonly url: string }, demo: object, { plan = {}, request = {}, data }: Options = {}) {
  const input: ScriptInput = { ...scriptInput(target.url, plan, request), data: data ?? { 'data/definition.json': definition(demo) } };
  return generateInto(k6, input);
}

async function run(target: DemoTargetApart, demo: object, options: Options = {}): Promise<Run> {
  const { folder, bundle: made } = await bundle(target, demo, options);
  const samples = path.join(folder, 'samples.ndjson');
  const command = made.command.replace('--quiet', `--quiet --log-format raw --console-output ${samples}`);
  const { during } = options;
  const underWay = during && ((pid: number) => void until('a request is reported', async () => existsSync(samples) && (await readFile(samples, 'utf8')).includes('\n["req"')).then(() => during(pid)));
  const hand = await runByHand(folder, command, { ...clean(), LOAD_TEST_SAMPLES: 'console', ...options.env }, underWay);
  return { ...hand, ...linesOf(existsSync(samples) ? await readFile(samples, 'utf8') : ''), truth: await target.truth() };
}

function linesOf(samples: string): Lines {
  const lines = samples.split('\n').filter(Boolean).map((line) => {
    const read = parseLine(line);
    if (!read) throw new Error(`not a line of the protocol: ${line}`);
    return read;
  });
  const of = <K extends SampleLine['kind']>(kind: K) => lines.filter((line): line is Line<K> => line.kind === kind);
  const outcomes: Record<string, number> = {};
  for (const { outcome } of of('request')) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const [first, last] = [lines[0], lines.at(-1)];
  if (first && first.kind !== 'begin') throw new Error('the first line is not begin');
  const { kind, ...end } = last?.kind === 'end' ? last : { kind: null };
  return { begin: of('begin')[0], requests: of('request'), gauges: of('gauge'), outcomes, end: kind ? (end as Run['end']) : undefined };
}

const planned = (iterationsStarted: number, dropped = 0) => ({ cause: 'planned', iterationsStarted, dropped, interrupted: 0, inFlight: 0, linesLost: 0 });
const isNew = ({ extra }: Line<'request'>) => extra.connectMicros !== undefined;

/** Nearest rank over successful requests on connections that were open already, in ms. */
function percentile(requests: Run['requests'], p: number): number {
  const ms = requests.filter((r) => r.outcome === 'ok' && !isNew(r)).map((r) => r.durationMicros / 1000).sort((a, b) => a - b);
  return ms[Math.max(1, Math.ceil((p / 100) * ms.length)) - 1] ?? Number.NaN;
}

async function certificate(address: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'certificate-'));
  const [key, file] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=demo'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', file, '-addext', `subjectAltName=IP:${address}`], { stdio: 'ignore' });
  return { key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8'), file };
}

describe.skipIf(!executable)('k6 (needs an installed k6)', () => {
  test('a closed run reports what the target received, and how long it took', async () => {
    await using target = await startTarget();
    const demo = { delayMs: 80, jitter: 0.2 };
    const { code, stdout, lastLine, begin, requests, gauges, end, truth, outcomes } = await run(target, demo, { plan: closed(5, 8000), env: { LOAD_TEST_TOOL_VERSION: '2.2.0' } });

    expect({ code, lastLine }).toEqual({ code: 0, lastLine: 'LOADTEST_VERDICT passed' });
    expect(stdout).toMatch(/^passed {8}p95 < 500 ms of executions, steady {2}0 of \d+, \d+ allowed$/m);
    expect(outcomes).toEqual({ ok: truth.received });
    expect(end).toEqual(planned(truth.received));
    expect(begin).toMatchObject({ version: 1, framework: 'k6', toolVersion: '2.2.0', info: { planHash: 'b'.repeat(64), workflowHash: 'a'.repeat(64), plan: { load: {} } } });

    expect(truth.received).toBeGreaterThan(300);
    expect(truth.peakInFlight).toBe(5);
    expect(truth.connections.opened).toBe(5);
    expect(requests.filter(isNew)).toHaveLength(5);
    expect(requests.every((r) => r.extra.exec === true && r.status === 200 && r.name === 'execute')).toBe(true);
    expect(requests.map((r) => r.extra.iteration).sort((a, b) => Number(a) - Number(b))).toEqual(Array.from(requests.keys()));
    for (const p of [50, 95]) {
      const real = truthPercentile(truth, p, { warmOnly: true });
      expect(Math.abs(percentile(requests, p) - real)).toBeLessThan(Math.max(6, real * 0.03));
    }
    // Connection set-up is part of a duration.
    for (const r of requests.filter(isNew)) expect(r.extra.connectMicros).toBeLessThan(r.durationMicros);

    expect(truth.bodies).toEqual({ [createHash('sha256').update(definition(demo)).digest('hex')]: truth.received });
    const headers = truth.requests[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'accept-encoding': 'identity', 'user-agent': 'load-test/0.1.0' });
    expect(Object.keys(headers).sort()).toEqual(['accept-encoding', 'content-length', 'content-type', 'host', 'user-agent']);

    expect(gauges.map(({ atMicros, users }) => [Math.floor(atMicros / 1e6), users])).toEqual(Array.from({ length: 8 }, (_, i) => [i, 5]));
    expect(Math.max(...requests.map((r) => r.startMicros))).toBeLessThan(8_000_000);
    // Plan second 0 is when the first requests came.
    expect(Math.abs((truth.requests[0]?.arrivedAt ?? 0) - (begin?.startedAt ?? 0) - Math.min(...requests.map((r) => r.startMicros)) / 1000)).toBeLessThan(100);
  });

  describe.concurrent('load', () => {
    test('10 iterations a second for 6 s are 60, ten in each second, on few connections', async () => {
      await using target = await startTarget();
      const { code, end, truth, requests, outcomes } = await run(target, { delayMs: 30 }, { plan: { ...open(10, 6000), objectives: [fewFailures] } });
      expect({ code, end, outcomes }).toEqual({ code: 0, end: planned(60), outcomes: { ok: 60 } });
      expect(truth.received).toBe(60);
      const due = requests.map((r) => r.startMicros - (r.extra.startLagMicros ?? Number.NaN)).sort((a, b) => a - b);
      for (const [i, micros] of due.entries()) expect(Math.abs(micros - i * 100_000)).toBeLessThan(2000);
      expect(requests.map((r) => r.extra.iteration).sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 60 }, (_, i) => i));
      // 40 users may be busy at once; 1 or 2 are.
      expect(truth.connections.opened).toBeLessThan(20);
    });

    test.each([
      ['0.5 a second', open(0.5, 6000), 3],
      ['3.3 a second', open(3.3, 4000), 13],
      ['a ramp whose area is 10.5', { ...open(7, 3000), stages: [{ durationMs: 3000, target: 7 }], plannedIterations: 10 }, 10],
      ['up, a pause, a jump, down to nothing', { ...open(20, 4000), stages: [{ durationMs: 1000, target: 20 }, { durationMs: 0, target: 0 }, { durationMs: 1000, target: 0 }, { durationMs: 0, target: 20 }, { durationMs: 1000, target: 20 }, { durationMs: 1000, target: 0 }], plannedIterations: 40 }, 40],
      ['200 a second', open(200, 3000), 600],
    ])('%s: exactly as many as planned', async (_what, plan, count) => {
      await using target = await startTarget();
      const { end, truth, outcomes } = await run(target, { delayMs: 30 }, { plan });
      expect({ end, outcomes, received: truth.received }).toEqual({ end: planned(count), outcomes: { ok: count }, received: count });
    });

    test('starts above maxUsers are dropped and counted, never delayed', async () => {
      await using target = await startTarget();
      const stages = [{ durationMs: 0, target: 0.5 }, { durationMs: 2000, target: 0.5 }, { durationMs: 0, target: 20 }, { durationMs: 1000, target: 20 }, { durationMs: 1000, target: 0 }];
      const plan: Partial<ScriptPlan> = { model: 'open', stages, maxUsers: 4, durationMs: 4000, plannedIterations: 31, steady: [] };
      const { code, end, truth, lastLine } = await run(target, { delayMs: 1000 }, { plan });
      expect(end?.iterationsStarted).toBe(truth.received);
      expect((end?.iterationsStarted ?? 0) + (end?.dropped ?? 0)).toBe(31);
      expect(end?.dropped).toBeGreaterThan(10);
      expect(truth.peakInFlight).toBe(4);
      expect({ code, lastLine }).toEqual({ code: 99, lastLine: 'LOADTEST_VERDICT not_evaluated reason=no_steady_part have=0 against=0 allowed=0' });
    });

    test('closed users come and go within one of the line, and none starts anything after the end', async () => {
      await using target = await startTarget();
      const stages = [{ durationMs: 2500, target: 10 }, { durationMs: 0, target: 4 }, { durationMs: 1500, target: 4 }, { durationMs: 1000, target: 0 }];
      const { end, truth, requests, gauges } = await run(target, { delayMs: 20 }, { plan: { ...closed(10, 5000), stages, steady: [[2500, 4000]] } });
      expect(end).toEqual(planned(truth.received));
      expect(truth.peakInFlight).toBe(10);
      // Level at 0.95, 1.95 ... seconds, rounded up; a user that leaves finishes its request.
      const line = [4, 8, 4, 4, 1];
      for (const [i, { users }] of gauges.entries()) expect(Math.abs((users ?? Number.NaN) - (line[i] ?? Number.NaN))).toBeLessThanOrEqual(1);
      expect(gauges).toHaveLength(5);
      expect(Math.max(...requests.map((r) => r.startMicros))).toBeLessThan(5_000_000);
    });

    test('a closed plan without users at its end was run to its end', async () => {
      await using target = await startTarget();
      const stages = [...constant(2, 1000), { durationMs: 0, target: 0 }, { durationMs: 3000, target: 0 }];
      const { code, end, truth, gauges } = await run(target, { delayMs: 20 }, { plan: { ...closed(2, 4000), stages, steady: [[0, 1000]], objectives: [fewFailures] } });
      expect({ code, end }).toEqual({ code: 0, end: planned(truth.received) });
      expect(gauges).toHaveLength(4);
    });

    test('a smoke test ends after its iterations, and few samples are no verdict', async () => {
      await using target = await startTarget();
      const plan: Partial<ScriptPlan> = { ...closed(1, 60_000), maxIterations: 5, plannedIterations: 5, steady: [[0, 60_000]] };
      const { code, lastLine, truth, end } = await run(target, { delayMs: 20 }, { plan });
      expect({ code, received: truth.received, end }).toEqual({ code: 99, received: 5, end: planned(5) });
      expect(lastLine).toBe('LOADTEST_VERDICT not_evaluated reason=too_few_samples have=5 need=59');
    });

    test('think time lies between requests; a connection per iteration is a new one each time, with the cookies of its user', async () => {
      await using target = await startTarget();
      const plan: Partial<ScriptPlan> = { ...closed(2, 1500), connections: 'perIteration', thinkTimeMs: [100, 150] };
      const { truth, requests } = await run(target, { delayMs: 20, cookie: true }, { plan });
      expect(truth.received).toBeGreaterThanOrEqual(12);
      expect(truth.received).toBeLessThanOrEqual(28);
      expect(truth.connections.opened).toBe(truth.received);
      expect(requests.every(isNew)).toBe(true);
      const cookies = truth.requests.map(({ headers }) => headers['cookie']);
      expect(cookies.filter((cookie) => cookie === undefined)).toHaveLength(2);
      expect(new Set(cookies.filter(Boolean)).size).toBe(2);
    });
  });

  describe.concurrent('outcomes', () => {
    const short = closed(2, 1500);
    const cases: readonly [what: string, demo: object, outcome: string, status: number, plan?: Partial<ScriptPlan>][] = [
      ['a failed node inside 200', { fault: 'node_failed', delayMs: 20 }, 'workflow_failed', 200],
      ['status 500', { fault: 'status', status: 500, delayMs: 20 }, 'http_5xx', 500],
      ['a page instead of JSON', { fault: 'not_json', delayMs: 20 }, 'bad_body', 200],
      ['an empty answer', { fault: 'empty', delayMs: 20 }, 'bad_body', 200],
      ['an answer from a cache', { fault: 'cached', delayMs: 20 }, 'cached_answer', 200],
      ['a redirect, which is not followed', { fault: 'redirect', delayMs: 20 }, 'redirected', 307],
      ['a reset connection', { fault: 'reset', delayMs: 20 }, 'reset', 0],
      ['a connection closed in mid-answer', { fault: 'half', delayMs: 20 }, 'reset', 0],
      ['no answer', { fault: 'never' }, 'timeout', 0, { requestTimeoutMs: 400 }],
      ['an answer that trickles on and on', { fault: 'trickle' }, 'timeout', 0, { requestTimeoutMs: 400 }],
    ];
    test.each(cases)('%s', async (_what, demo, outcome, status, plan = {}) => {
      await using target = await startTarget();
      const { code, truth, requests, outcomes, end, lastLine } = await run(target, demo, { plan: { ...short, ...plan, objectives: [fewFailures] } });
      expect(outcomes).toEqual({ [outcome]: truth.received });
      expect(new Set(requests.map((r) => r.status))).toEqual(new Set([status]));
      expect(end).toEqual(planned(truth.received));
      expect(truth.byName).toHaveProperty(['POST /api/workflow/execute', 'received'], truth.received);
      expect(code).toBe(99);
      expect(lastLine).toMatch(/^LOADTEST_VERDICT failed reason=more_failures_than_allowed have=\d+ against=\d+ allowed=\d+$/);
      if (outcome === 'timeout') for (const r of requests) expect(r.durationMicros).toBeGreaterThanOrEqual(399_000);
    });

    test('every tenth fails: the failures are counted one by one', async () => {
      await using target = await startTarget();
      const { truth, outcomes } = await run(target, { fault: 'node_failed', failEvery: 10, delayMs: 10 }, { plan: short });
      const failed = Math.floor(truth.received / 10);
      expect(outcomes).toEqual({ ok: truth.received - failed, workflow_failed: failed });
    });

    test('a target that refuses every connection', async () => {
      await using target = await startTarget();
      const { code, outcomes, truth, end } = await run(target, {}, { plan: { ...short, thinkTimeMs: [50, 50] }, env: { LOAD_TEST_TARGET: 'http://127.0.0.1:1' } });
      expect(Object.keys(outcomes)).toEqual(['refused']);
      expect({ code, received: truth.received, end }).toEqual({ code: 99, received: 0, end: planned(outcomes['refused'] ?? 0) });
    });

    test('a wrong token is told as such; the right one is sent, and stands in no line', async () => {
      await using target = await startTarget({ token: 'sésame' });
      const options = { plan: { ...short, objectives: [fewFailures] }, request: { bearerVariable: 'DEMO_TOKEN' } };
      const wrong = await run(target, { delayMs: 20 }, { ...options, env: { DEMO_TOKEN: 'nope' } });
      expect({ code: wrong.code, outcomes: Object.keys(wrong.outcomes) }).toEqual({ code: 99, outcomes: ['auth'] });
      const missing = await run(target, { delayMs: 20 }, options);
      expect(missing.code).toBe(107);
      expect(missing.stderr.trim()).toBe('load test: the environment variable DEMO_TOKEN is not set: it holds the bearer token.');
      expect(k6.problemFrom(missing.stderr, missing.stdout)).toBe('the environment variable DEMO_TOKEN is not set: it holds the bearer token.');
      expect(missing.truth.received).toBe(wrong.truth.received);
    });

    test('a gateway, with headers of its own', async () => {
      await using target = await startTarget();
      const request: Partial<ScriptRequest> = {
        path: '/workflows/fast/execute', headers: [{ name: 'X-Durable', value: 'false' }, { name: 'X-Naif', value: 'naïf' }, { name: 'x-tags', value: 'a' }, { name: 'X-Tags', value: 'b' }],
        body: [{ text: '{"inputs":{"demo":{"delayMs":20}}}' }], success: { rule: 'gateway', failOnSuccessFalse: true },
      };
      const { code, truth, outcomes } = await run(target, {}, { plan: { ...short, objectives: [fewFailures] }, request });
      expect({ code, outcomes }).toEqual({ code: 0, outcomes: { ok: truth.received } });
      const headers = truth.requests[0]?.headers ?? {};
      expect({ durable: headers['x-durable'], tags: headers['x-tags'] }).toEqual({ durable: 'false', tags: 'a, b' });
      // Node reads header bytes as Latin-1.
      expect(Buffer.from(headers['x-naif'] ?? '', 'latin1').toString('utf8')).toBe('naïf');
    });

    test('a gateway answer without outputs is no success there', async () => {
      await using target = await startTarget();
      const request: Partial<ScriptRequest> = { path: '/workflows/fast/execute', headers: [{ name: 'X-Durable', value: 'false' }], body: [{ text: '{"inputs":{"demo":{"fault":"status_failed","delayMs":20}}}' }], success: { rule: 'gateway', failOnSuccessFalse: true } };
      const { outcomes, truth } = await run(target, {}, { plan: short, request });
      expect(outcomes).toEqual({ bad_body: truth.received });
    });

    test.each([
      ['one file', [{ file: 'data/definition.json' }]],
      ['text around two files', [{ text: '{"workflow_definition":' }, { file: 'data/definition.json' }, { text: ',"inputs":' }, { file: 'data/inputs.json' }, { text: '}' }]],
    ] as const)('the body is byte for byte what it was given as: %s', async (_what, body) => {
      await using target = await startTarget();
      const nasty = `\ufeff{"a":"{{ x }} \${y} {% z %} ' \\" \\\\ \\u2028 \u2028\u2029 \\ud800 \u{1f600}\u0085","n":12345678901234567890,"big":1e400,"__proto__":{},"":0,"a":1, "b" : [ ] }\r\n\t `;
      const data = { 'data/definition.json': nasty, 'data/inputs.json': '{"é":-0.0}\n' };
      const sent = body.map((part) => ('file' in part ? data[part.file] : part.text)).join('');
      const { truth } = await run(target, {}, { plan: short, request: { body }, data });
      expect(truth.bodies).toEqual({ [createHash('sha256').update(sent).digest('hex')]: truth.received });
      expect(truth.received).toBeGreaterThan(0);
    });

    test.skipIf(!openssl)('a certificate is verified, its name too; LOAD_TEST_CA adds one, given to k6 as SSL_CERT_FILE (needs openssl)', async () => {
      const plan = { ...short, objectives: [fewFailures], thinkTimeMs: [20, 20] as const };
      const own = await certificate('127.0.0.1');
      await using target = await startTarget({ tls: own });
      const unknown = await run(target, { delayMs: 10 }, { plan });
      expect({ code: unknown.code, outcomes: Object.keys(unknown.outcomes), received: unknown.truth.received }).toEqual({ code: 99, outcomes: ['tls'], received: 0 });
      const trusted = await run(target, { delayMs: 10 }, { plan, env: { LOAD_TEST_CA: own.file, SSL_CERT_FILE: own.file } });
      expect({ code: trusted.code, outcomes: trusted.outcomes }).toEqual({ code: 0, outcomes: { ok: trusted.truth.received } });
      expect(trusted.requests.filter(isNew)).toHaveLength(2);

      const other = await certificate('127.0.0.9');
      await using impostor = await startTarget({ tls: other });
      const misnamed = await run(impostor, { delayMs: 10 }, { plan, env: { LOAD_TEST_CA: other.file, SSL_CERT_FILE: other.file } });
      expect({ outcomes: Object.keys(misnamed.outcomes), received: misnamed.truth.received }).toEqual({ outcomes: ['tls'], received: 0 });
    });

    test.skipIf(!openssl)('HTTP/1.1 also to a target that offers HTTP/2 (needs openssl)', async () => {
      const own = await certificate('127.0.0.1');
      const versions = new Set<string>();
      const server: Http2SecureServer = createSecureServer({ ...own, allowHTTP1: true }, (req, res) => {
        versions.add(req.httpVersion);
        res.end('{"outputs":{}}');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { folder, bundle: made } = await bundle({ url }, {}, { plan: { ...closed(1, 1000), objectives: [fewFailures], steady: [[0, 1000]], thinkTimeMs: [100, 100] } });
      const { code } = await runByHand(folder, made.command, { ...clean(), LOAD_TEST_CA: own.file, SSL_CERT_FILE: own.file });
      await new Promise((resolve) => server.close(resolve));
      expect({ code, versions: [...versions] }).toEqual({ code: 0, versions: ['1.1'] });
    });
  });

  describe.concurrent('verdict and exit code', () => {
    const latency = (statistic: string, perMille: number | null, limitMs: number): ScriptObjective => ({ ...p95Below(limitMs), statistic, perMille });
    const errors = (value: number): ScriptObjective => ({ ...fewFailures, value, limitPpm: value * 1e6, added: false });
    const throughput = (value: number): ScriptObjective => ({ ...fewFailures, metric: 'throughput', comparison: '>=', value, limitPpm: null, added: false });
    const whole = (objective: ScriptObjective): ScriptObjective => ({ ...objective, during: 'whole' });
    const cases: readonly [what: string, expected: string, plan: Partial<ScriptPlan>, demo: object][] = [
      ['all objectives hold', 'passed', { ...open(30, 3000), objectives: [p95Below(500), latency('max', 1000, 2000), throughput(5), errors(0.2)] }, { delayMs: 20 }],
      ['one is broken', 'failed reason=slower_than_allowed', { ...open(30, 3000), objectives: [errors(0.2), p95Below(10)] }, { delayMs: 20 }],
      ['too few for a percentile', 'not_evaluated reason=too_few_samples', { ...open(10, 3000), objectives: [p95Below(500)] }, { delayMs: 20 }],
      ['the added error objective, few and none failed', 'passed', { ...open(10, 1000), objectives: [fewFailures] }, { delayMs: 20 }],
      ['the added error objective, 1 of 150 failed', 'not_evaluated reason=too_few_samples', { ...open(75, 2000), objectives: [whole(fewFailures)] }, { delayMs: 10, fault: 'node_failed', failEvery: 150 }],
      ['the added error objective, 2 of 300 failed', 'passed', { ...open(150, 2000), objectives: [whole(fewFailures)] }, { delayMs: 10, fault: 'node_failed', failEvery: 150 }],
      ['the added error objective, 3 of 300 failed', 'failed reason=more_failures_than_allowed', { ...open(150, 2000), objectives: [whole(fewFailures)] }, { delayMs: 10, fault: 'node_failed', failEvery: 100 }],
      ['nothing to judge latency on', 'not_evaluated reason=no_samples', { ...open(10, 1000), objectives: [p95Below(500)] }, { delayMs: 10, fault: 'node_failed' }],
      ['no sample of that name', 'not_evaluated reason=no_samples', { ...open(10, 1000), objectives: [{ ...errors(0.5), requestName: 'nobody' }] }, { delayMs: 10 }],
      ['no steady part', 'not_evaluated reason=no_steady_part', { ...open(10, 1000), steady: [], objectives: [errors(0.5)] }, { delayMs: 10 }],
      ['a mean', 'not_evaluated reason=needs_the_server', { ...open(10, 1000), objectives: [latency('mean', null, 500)] }, { delayMs: 10 }],
      ['a throughput that is not reached', 'failed reason=below_limit', { ...open(10, 1000), objectives: [throughput(11)] }, { delayMs: 10 }],
      ['the load was missed', 'not_evaluated reason=load_missed', { ...open(20, 2000, 2), objectives: [latency('p50', 500, 5000)] }, { delayMs: 400 }],
      ['timeouts are slower than any limit', 'failed reason=slower_than_allowed', { ...open(10, 1000), objectives: [p95Below(5000)], requestTimeoutMs: 300 }, { fault: 'never' }],
    ];
    test.each(cases)('%s: %s', async (_what, expected, plan, demo) => {
      await using target = await startTarget();
      const { code, lastLine, stderr } = await run(target, demo, { plan });
      expect(lastLine.startsWith(`LOADTEST_VERDICT ${expected}`), `${lastLine}\n${stderr}`).toBe(true);
      expect(code).toBe(expected === 'passed' ? 0 : 99);
    });

    test('the shared rules come to the same results within k6', async () => {
      const folder = await writeBundle(k6.generate(scriptInput('http://127.0.0.1:1')));
      const shared = new URL('../../templates/shared/vectors/', import.meta.url);
      for (const name of ['judge.json', 'outcome.json']) await writeFile(path.join(folder, name), await readFile(new URL(name, shared)));
      await writeFile(path.join(folder, 'vectors.js'), VECTORS);
      const { code, stdout, stderr } = await runByHand(folder, 'k6 run --quiet vectors.js', clean());
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { judged, read } = JSON.parse(stdout) as { judged: object[]; read: object[] };
      const vectors = async (name: string) => JSON.parse(await readFile(new URL(name, shared), 'utf8')) as { expected: object }[];
      expect(judged).toEqual((await vectors('judge.json')).map(({ expected }) => expected));
      expect(read).toEqual((await vectors('outcome.json')).map(({ expected }) => expected));
      expect(judged.length).toBeGreaterThan(20);
    });
  });

  describe.concurrent('endings', () => {
    test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the starts, cuts and counts what is in flight, and judges nothing as passed', async (signal) => {
      await using target = await startTarget();
      const { code, lastLine, truth, end, requests } = await run(target, { delayMs: 300 }, { plan: closed(5, 60_000), during: (pid) => process.kill(pid, signal) });
      expect(code).toBe(105);
      expect(k6.ending({ code, signal: null })).toBe('interrupted');
      expect(end).toMatchObject({ cause: 'interrupted', dropped: 0, iterationsStarted: requests.length + (end?.inFlight ?? Number.NaN) });
      expect(end?.inFlight).toBeGreaterThan(0);
      // What was begun in that very moment may not have reached it.
      expect(truth.received).toBeLessThanOrEqual(end?.iterationsStarted ?? 0);
      expect(truth.received).toBeGreaterThanOrEqual(requests.length);
      expect(lastLine).toMatch(/^LOADTEST_VERDICT not_evaluated reason=(cut_short|no_samples) /);
    });

    test('an open plan that is stopped, too', async () => {
      await using target = await startTarget();
      const { code, end, requests } = await run(target, { delayMs: 30 }, { plan: open(20, 60_000), during: (pid) => process.kill(pid, 'SIGINT') });
      expect(code).toBe(105);
      expect(end).toMatchObject({ cause: 'interrupted', dropped: 0, iterationsStarted: requests.length + (end?.inFlight ?? Number.NaN) });
    });

    test('a second signal ends it at once', async () => {
      await using target = await startTarget();
      const twice = (pid: number) => {
        process.kill(pid, 'SIGINT');
        process.kill(pid, 'SIGINT');
      };
      const { code, signal } = await run(target, { delayMs: 300 }, { plan: closed(2, 60_000), during: twice });
      expect(k6.ending({ code, signal })).toBe('interrupted');
    });

    test('requests that hang at the end of the plan are waited for, and seen as timeouts', async () => {
      await using target = await startTarget();
      const { code, end, outcomes, gauges } = await run(target, { fault: 'never' }, { plan: { ...closed(2, 1000), requestTimeoutMs: 2500 } });
      expect({ code, end, outcomes }).toEqual({ code: 99, end: planned(2), outcomes: { timeout: 2 } });
      // While they hang the reporter is not silent.
      expect(gauges.length).toBeGreaterThanOrEqual(2);
    });

    test.each([
      ['a target that is no address', { LOAD_TEST_TARGET: 'localhost:8000' }, 'the target (LOAD_TEST_TARGET) is not an http or https address'],
      ['a path for the samples', { LOAD_TEST_SAMPLES: 'samples.txt' }, 'run it with --log-format raw --console-output FILE'],
      ['an https target without the setting that HTTP/1.1 needs', { LOAD_TEST_TARGET: 'https://127.0.0.1:1' }, 'set GODEBUG=http2client=0'],
    ])('%s stops it with one line', async (_what, env, problem) => {
      await using target = await startTarget();
      const { code, stderr, stdout, truth } = await run(target, {}, { env });
      expect({ code, stdout, received: truth.received, lines: stderr.trim().split('\n').length }).toEqual({ code: 107, stdout: '', received: 0, lines: 1 });
      expect(k6.problemFrom(stderr, stdout)).toContain(problem);
    });
  });

  describe.concurrent('by hand', () => {
    test('it is silent but for its verdict, and exits as the judge says', async () => {
      await using target = await startTarget();
      const { folder, bundle: made } = await bundle(target, { delayMs: 20 }, { plan: { ...closed(2, 1500), objectives: [fewFailures] } });
      const { code, stdout, stderr } = await runByHand(folder, made.command, clean());
      const { received } = await target.truth();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.split('\n')).toEqual([
        `${received} iterations started, 0 dropped, 0 without an end`,
        expect.stringMatching(/^passed {8}error_ratio < 0.01 of executions, steady {2}0 of \d+, \d+ allowed$/),
        'LOADTEST_VERDICT passed',
        '',
      ]);
    });
  });

  describe.concurrent('commands for a server', () => {
    const request = (folder: string): RunRequest => ({ executable: executable ?? '', folder, entryFile: 'loadtest.js', fifo: path.join(folder, 'samples.fifo') });

    test('a run writes its samples to the FIFO', async () => {
      await using target = await startTarget();
      const { folder } = await bundle(target, { delayMs: 20 }, { plan: { ...closed(2, 1500), objectives: [fewFailures] } });
      const { file, args, env, samples } = k6.run(request(folder));
      const fifo = await openFifo(request(folder).fifo);
      const child = spawn(file, args, { cwd: folder, env: { ...clean(), ...env }, stdio: 'ignore' });
      const closing = new Promise((resolve) => child.once('close', resolve));
      const read = linesOf(await text(fifo));
      const code = await closing;
      const truth = await target.truth();
      expect({ code, samples, outcomes: read.outcomes, end: read.end }).toEqual({ code: 0, samples: 'fifo', outcomes: { ok: truth.received }, end: planned(truth.received) });
    });

    test('the check passes with placeholders and sends nothing; it fails for a script that cannot run, and says why', async () => {
      await using target = await startTarget();
      const { folder } = await bundle(target, {}, { request: { bearerVariable: 'DEMO_TOKEN' } });
      const check = () => k6.check(request(folder)).map(({ file, args, env }) => spawnSync(file, args, { cwd: folder, env: { ...clean(), DEMO_TOKEN: 'placeholder', ...env }, encoding: 'utf8' }));
      expect(check().map(({ status }) => status)).toEqual([0]);

      const script = path.join(folder, 'loadtest.js');
      const good = await readFile(script, 'utf8');
      const problems: (string | null)[] = [];
      for (const bad of [`${good}\n)`, `import 'nothing-of-that-name';\n${good}`, good.replace('thresholdsOf(PLAN) :', "{ nobody: ['count>0'] } :")]) {
        await writeFile(script, bad);
        const [result] = check();
        expect(result?.status).not.toBe(0);
        problems.push(k6.problemFrom(result?.stderr ?? '', result?.stdout ?? ''));
      }
      expect(problems).toEqual([expect.stringContaining('Unexpected token )'), expect.stringContaining('nothing-of-that-name'), expect.stringContaining('nobody')]);
      expect((await target.truth()).received).toBe(0);
    });
  });
});

/** Runs in k6: what the bundle's own modules make of the vectors. */
const VECTORS = `
import { count, judge, newTallies, verdictLines } from './instrument/judge.js';
import { outcomeOfResponse } from './instrument/answer.js';
import { outcomeOf } from './instrument/outcome.js';
const vectors = { judge: JSON.parse(open('./judge.json')), outcome: JSON.parse(open('./outcome.json')) };
function judged({ plan, samples, tallies, facts }) {
  const counted = tallies || newTallies(plan);
  for (const sample of samples || []) count(plan, counted, ...sample);
  const judgement = judge(plan, counted, facts);
  return { ...judgement, lines: verdictLines(plan, judgement) };
}
export default function () {}
export function handleSummary() {
  const read = vectors.outcome.map(({ rule, status, body }) => (status === 0 ? outcomeOf(rule, status, body) : outcomeOfResponse(rule, { status, body })));
  return { stdout: JSON.stringify({ judged: vectors.judge.map(judged), read }) };
}
`;
