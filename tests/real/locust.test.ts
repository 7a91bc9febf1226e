/** Bundles for Locust, run by the real Locust against the demo target, which knows what it received. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DemoTargetApart, startDemoTargetApart } from '../../plugin/demo/apart.ts';
import type { DemoTargetOptions } from '../../plugin/demo/target.ts';
import { type Truth, truthPercentile } from '../../plugin/demo/truth.ts';
import { parseLine } from '../../server/samples/parse.ts';
import type { SampleLine } from '../../server/samples/sample.ts';
import type { RunRequest, ScriptInput, ScriptPlan, ScriptRequest } from '../../templates/framework.ts';
import { locust } from '../../templates/locust/index.ts';
import { fewFailures, generateInto, type HandRun, p95Below, runByHand, scriptInput } from '../helpers/bundle.ts';
import { toolPath } from '../helpers/places.ts';

const executable = await toolPath('locust');
const openssl = spawnSync('openssl', ['version']).status === 0;

type Line<K extends SampleLine['kind']> = Extract<SampleLine, { kind: K }>;

interface Run extends HandRun {
  readonly folder: string;
  readonly begin: Line<'begin'> | undefined;
  readonly requests: readonly Line<'request'>[];
  readonly gauges: readonly Line<'gauge'>[];
  readonly end: Omit<Line<'end'>, 'kind'> | undefined;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly truth: Truth;
}

/** Stopped at the end of the test's own scope: tests run side by side here. */
async function startTarget(options: DemoTargetOptions = {}): Promise<DemoTargetApart & AsyncDisposable> {
  const target = await startDemoTargetApart(options);
  return { ...target, [Symbol.asyncDispose]: () => target.stop() };
}

const constant = (level: number, durationMs: number) => [{ durationMs: 0, target: level }, { durationMs, target: level }];
const closed = (users: number, durationMs: number): Partial<ScriptPlan> =>
  ({ stages: constant(users, durationMs), maxUsers: users, durationMs, steady: [[durationMs / 5, durationMs]] });
const open = (rate: number, durationMs: number, maxUsers = 4 * rate): Partial<ScriptPlan> =>
  ({ ...closed(rate, durationMs), model: 'open', maxUsers, plannedIterations: Math.floor((rate * durationMs) / 1000) });
const definition = (demo: object) => JSON.stringify({ nodes: [{ id: 'a', type: 'PythonCodeNode', parameters: {} }], edges: [], metadata: { demo } });

interface Options {
  readonly plan?: Partial<ScriptPlan>;
  readonly request?: Partial<ScriptRequest>;
  readonly env?: Readonly<Record<string, string>>;
  /** Called once with the process, when its sample file holds a request. */
  readonly during?: (pid: number) => void;
  /** Changes the script before it runs. */
  readonly edit?: (script: string) => string;
}

const clean = () => ({ PATH: [path.dirname(executable ?? ''), '/usr/bin', '/bin'].join(path.delimiter) });

async function bundle(target: { readonly url: string }, demo: object, { plan = {}, request = {}, edit }: Options = {}) {
  const input: ScriptInput = { ...scriptInput(target.url, plan, request), data: { 'data/definition.json': definition(demo) } };
  const made = await generateInto(locust, input);
  const script = path.join(made.folder, made.bundle.entryFile);
  if (edit) await writeFile(script, edit(await readFile(script, 'utf8')));
  return { folder: made.folder, command: made.bundle.command, ...linesOf('') };
}

async function run(target: DemoTargetApart, demo: object, options: Options = {}): Promise<Run> {
  const { folder, command } = await bundle(target, demo, options);
  const samples = path.join(folder, 'samples.ndjson');
  const { during } = options;
  const whenUnderWay = during && ((pid: number) => void firstRequest(samples).then(() => during(pid)));
  const hand = await runByHand(folder, command, { ...clean(), LOAD_TEST_SAMPLES: samples, ...options.env }, whenUnderWay);
  return { ...hand, folder, ...linesOf(existsSync(samples) ? await readFile(samples, 'utf8') : ''), truth: await target.truth() };
}

async function firstRequest(file: string): Promise<void> {
  for (;;) {
    if (existsSync(file) && (await readFile(file, 'utf8')).includes('\n["req"')) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Signed by itself, for one address. */
async function certificate(address: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'certificate-'));
  const [key, file] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=demo'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', file, '-addext', `subjectAltName=IP:${address}`], { stdio: 'ignore' });
  return { key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8'), file };
}

function linesOf(text: string) {
  const lines = text.split('\n').filter(Boolean).map((line) => {
    const read = parseLine(line);
    if (!read) throw new Error(`not a line of the protocol: ${line}`);
    return read;
  });
  const of = <K extends SampleLine['kind']>(kind: K) => lines.filter((line): line is Line<K> => line.kind === kind);
  const outcomes: Record<string, number> = {};
  for (const { outcome } of of('request')) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const last = lines.at(-1);
  const { kind, ...end } = last?.kind === 'end' ? last : { kind: null };
  return { begin: of('begin')[0], requests: of('request'), gauges: of('gauge'), outcomes, end: kind ? (end as Run['end']) : undefined };
}

const planned = (iterationsStarted: number) => ({ cause: 'planned', iterationsStarted, dropped: 0, interrupted: 0, inFlight: 0, linesLost: 0 });
const isNew = ({ extra }: Line<'request'>) => extra.connectMicros !== undefined;

/** Nearest rank over successful requests on connections that were open already, in ms. */
function percentile(requests: Run['requests'], p: number): number {
  const ms = requests.filter((r) => r.outcome === 'ok' && !isNew(r)).map((r) => r.durationMicros / 1000).sort((a, b) => a - b);
  return ms[Math.max(1, Math.ceil((p / 100) * ms.length)) - 1] ?? Number.NaN;
}

describe.skipIf(!executable)('Locust (needs an installed Locust)', () => {
  test('a closed run reports what the target received, and how long it took', async () => {
    await using target = await startTarget();
    const demo = { delayMs: 80, jitter: 0.2 };
    const { code, stdout, lastLine, begin, requests, gauges, end, truth, outcomes } = await run(target, demo, { plan: closed(5, 8000) });

    expect({ code, lastLine }).toEqual({ code: 0, lastLine: 'LOADTEST_VERDICT passed' });
    expect(stdout).toMatch(/^passed {8}p95 < 500 ms of executions, steady {2}0 of \d+, \d+ allowed$/m);
    expect(outcomes).toEqual({ ok: truth.received });
    expect(end).toEqual(planned(truth.received));
    expect(begin).toMatchObject({ version: 1, framework: 'locust', toolVersion: '2.47.0', info: { planHash: 'b'.repeat(64), workflowHash: 'a'.repeat(64), plan: { load: {} } } });

    expect(truth.received).toBeGreaterThan(300);
    expect(truth.peakInFlight).toBe(5);
    expect(truth.connections.opened).toBe(5);
    expect(requests.filter(isNew)).toHaveLength(5);
    expect(requests.every((r) => r.extra.exec === true && r.status === 200 && r.name === 'execute')).toBe(true);
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

    expect(gauges.map(({ atMicros, users }) => [atMicros, users])).toEqual(Array.from({ length: 8 }, (_, i) => [980_000 + i * 1_000_000, 5]));
    expect(Math.max(...requests.map((r) => r.startMicros))).toBeLessThan(8_020_000);
    // Plan second 0 is when the first requests came.
    expect(Math.abs((truth.requests[0]?.arrivedAt ?? 0) - (begin?.startedAt ?? 0) - Math.min(...requests.map((r) => r.startMicros)) / 1000)).toBeLessThan(100);
  });

  describe.concurrent('load', () => {
    test('10 iterations a second for 6 s are 60, ten in each second', async () => {
      await using target = await startTarget();
      const { code, end, truth, requests, outcomes } = await run(target, { delayMs: 30 }, { plan: { ...open(10, 6000), objectives: [fewFailures] } });
      expect({ code, end, outcomes }).toEqual({ code: 0, end: planned(60), outcomes: { ok: 60 } });
      expect(truth.received).toBe(60);
      const due = requests.map((r) => r.startMicros - (r.extra.startLagMicros ?? Number.NaN)).sort((a, b) => a - b);
      expect(due).toEqual(Array.from({ length: 60 }, (_, i) => i * 100_000));
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
      // Level at 0.98, 1.98 ... seconds, rounded up; a user that leaves finishes its request.
      const line = [4, 8, 4, 4, 1];
      for (const [i, { users }] of gauges.entries()) expect(Math.abs((users ?? Number.NaN) - (line[i] ?? Number.NaN))).toBeLessThanOrEqual(1);
      expect(gauges).toHaveLength(5);
      expect(Math.max(...requests.map((r) => r.startMicros))).toBeLessThan(5_020_000);
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

    test('a wrong token is told as such; the right one is sent', async () => {
      await using target = await startTarget({ token: 'sésame' });
      const options = { plan: { ...short, objectives: [fewFailures] }, request: { bearerVariable: 'DEMO_TOKEN' } };
      const wrong = await run(target, { delayMs: 20 }, { ...options, env: { DEMO_TOKEN: 'nope' } });
      expect({ code: wrong.code, outcomes: Object.keys(wrong.outcomes) }).toEqual({ code: 99, outcomes: ['auth'] });
      const missing = await run(target, { delayMs: 20 }, options);
      expect(missing.code).toBe(1);
      expect(missing.stderr).toContain('load test: the environment variable DEMO_TOKEN is not set');
      expect(missing.stderr).not.toContain('Traceback');
      expect(locust.problemFrom(missing.stderr, missing.stdout)).toBe('the environment variable DEMO_TOKEN is not set: it holds the bearer token.');
      expect(missing.truth.received).toBe(wrong.truth.received);
    });

    test('a gateway, with headers of its own', async () => {
      await using target = await startTarget();
      const request: Partial<ScriptRequest> = {
        path: '/workflows/fast/execute', headers: [{ name: 'X-Durable', value: 'false' }, { name: 'X-Naif', value: 'naïf' }],
        body: [{ text: '{"inputs":{"demo":{"delayMs":20}}}' }], success: { rule: 'gateway', failOnSuccessFalse: true },
      };
      const { code, truth, outcomes } = await run(target, {}, { plan: { ...short, objectives: [fewFailures] }, request });
      expect({ code, outcomes }).toEqual({ code: 0, outcomes: { ok: truth.received } });
      const headers = truth.requests[0]?.headers ?? {};
      expect(headers['x-durable']).toBe('false');
      // Node reads header bytes as Latin-1.
      expect(Buffer.from(headers['x-naif'] ?? '', 'latin1').toString('utf8')).toBe('naïf');
    });

    test.skipIf(!openssl)('a certificate is verified, its name too; LOAD_TEST_CA adds one (needs openssl)', async () => {
      const plan = { ...short, objectives: [fewFailures], thinkTimeMs: [20, 20] as const };
      const own = await certificate('127.0.0.1');
      await using target = await startTarget({ tls: own });
      const unknown = await run(target, { delayMs: 10 }, { plan });
      expect({ code: unknown.code, outcomes: Object.keys(unknown.outcomes), received: unknown.truth.received }).toEqual({ code: 99, outcomes: ['tls'], received: 0 });
      const trusted = await run(target, { delayMs: 10 }, { plan, env: { LOAD_TEST_CA: own.file } });
      expect({ code: trusted.code, outcomes: trusted.outcomes }).toEqual({ code: 0, outcomes: { ok: trusted.truth.received } });
      expect(trusted.requests.filter(isNew)).toHaveLength(2);

      const other = await certificate('127.0.0.9');
      await using impostor = await startTarget({ tls: other });
      const misnamed = await run(impostor, { delayMs: 10 }, { plan, env: { LOAD_TEST_CA: other.file } });
      expect({ outcomes: Object.keys(misnamed.outcomes), received: misnamed.truth.received }).toEqual({ outcomes: ['tls'], received: 0 });
    });
  });

  describe.concurrent('endings', () => {
    test('objectives that failed end it with 99', async () => {
      await using target = await startTarget();
      const { code, lastLine, truth } = await run(target, { delayMs: 60 }, { plan: { ...closed(2, 2000), objectives: [p95Below(50)] } });
      expect(code).toBe(99);
      expect(lastLine).toMatch(/^LOADTEST_VERDICT failed reason=slower_than_allowed have=\d+ against=\d+ allowed=\d+$/);
      expect(truth.received).toBeGreaterThan(40);
    });

    test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the starts, cuts and counts what is in flight, and judges nothing as passed', async (signal) => {
      await using target = await startTarget();
      const { code, lastLine, truth, end, requests, stderr } = await run(target, { delayMs: 300 }, { plan: closed(5, 60_000), during: (pid) => process.kill(pid, signal) });
      expect(code).toBe(130);
      expect(locust.ending({ code, signal: null })).toBe('interrupted');
      expect(end).toMatchObject({ cause: 'interrupted', inFlight: 5, interrupted: 5, iterationsStarted: requests.length + 5 });
      expect(truth.received).toBe(requests.length + 5);
      expect(lastLine).toMatch(/^LOADTEST_VERDICT not_evaluated reason=(cut_short|no_samples) /);
      expect(stderr).not.toContain('Traceback');
    });

    test('a second signal ends it at once', async () => {
      await using target = await startTarget();
      const twice = (pid: number) => {
        process.kill(pid, 'SIGINT');
        process.kill(pid, 'SIGINT');
      };
      const { code, signal } = await run(target, { delayMs: 300 }, { plan: closed(2, 60_000), during: twice });
      expect(locust.ending({ code, signal })).toBe('interrupted');
    });

    test('a script that fails is broken, not a failed target', async () => {
      await using target = await startTarget();
      const edit = (script: string) => script.replace('        answer = self.send', '        self.nothing_of_that_name\n        answer = self.send');
      const { code, end, lastLine, stderr } = await run(target, { delayMs: 20 }, { plan: closed(1, 60_000), edit });
      expect({ code, cause: end?.cause }).toEqual({ code: 2, cause: 'broke' });
      expect(lastLine).toContain('LOADTEST_VERDICT not_evaluated');
      expect(locust.problemFrom(stderr, '')).toContain("AttributeError: 'Journey' object has no attribute 'nothing_of_that_name'");
    });

    test.each([
      ['a target that is no address', { LOAD_TEST_TARGET: 'localhost:8000' }, 'the target (LOAD_TEST_TARGET) is not an http or https address.'],
      ['a certificate that is not there', { LOAD_TEST_TARGET: 'https://127.0.0.1:1', LOAD_TEST_CA: '/nowhere.pem' }, 'LOAD_TEST_CA=/nowhere.pem holds no certificate'],
      ['a descriptor that is not open', { LOAD_TEST_SAMPLES: 'fd:77' }, 'LOAD_TEST_SAMPLES=fd:77 cannot be written to'],
    ])('%s stops it with one line', async (_what, env, problem) => {
      await using target = await startTarget();
      const { code, stderr, stdout, truth } = await run(target, {}, { env });
      expect({ code, stdout, received: truth.received }).toEqual({ code: 1, stdout: '', received: 0 });
      expect(locust.problemFrom(stderr, stdout)).toContain(problem);
      expect(stderr).not.toContain('Traceback');
    });
  });

  describe.concurrent('commands for a server', () => {
    const request = (folder: string): RunRequest => ({ executable: executable ?? '', folder, entryFile: 'loadtest.py', fifo: '' });

    test('a run writes its samples to descriptor 3', async () => {
      await using target = await startTarget();
      const { folder } = await bundle(target, { delayMs: 20 }, { plan: { ...closed(2, 1500), objectives: [fewFailures] } });
      const { file, args, env, samples } = locust.run(request(folder));
      const child = spawn(file, args, { cwd: folder, env: { ...clean(), ...env }, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
      let text = '';
      child.stdio[3]?.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      const code = await new Promise((resolve) => child.once('close', resolve));
      const truth = await target.truth();
      expect({ code, samples, outcomes: linesOf(text).outcomes, end: linesOf(text).end }).toEqual({ code: 0, samples: 'descriptor', outcomes: { ok: truth.received }, end: planned(truth.received) });
    });

    test('a reader that has gone slows nothing, and what it did not read is counted', async () => {
      await using target = await startTarget();
      const { folder } = await bundle(target, { delayMs: 20 }, { plan: { ...closed(2, 1500), objectives: [fewFailures] } });
      const { file, args, env } = locust.run(request(folder));
      const child = spawn(file, args, { cwd: folder, env: { ...clean(), ...env }, stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
      (child.stdio[3] as NodeJS.ReadableStream & { destroy(): void }).destroy();
      let stdout = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        stdout += chunk;
      });
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 99, last: expect.stringContaining('LOADTEST_VERDICT not_evaluated reason=lines_lost') });
      expect((await target.truth()).received).toBeGreaterThan(60);
    });

    test('lines that nobody reads are dropped above 4 MB, and counted; the rest comes whole and in order', () => {
      const python = path.join(path.dirname(executable ?? ''), 'python');
      const templates = path.resolve(import.meta.dirname, '../../templates/locust');
      const out = JSON.parse(execFileSync(python, [path.join(import.meta.dirname, 'locust-lines.py'), templates], { encoding: 'utf8' }));
      expect(out).toEqual({ kept: 60_000 - out.lost, lost: expect.any(Number), last: `end ${out.lost}`, inOrder: true });
      expect(out.lost).toBeGreaterThan(10_000);
    });

    test('the checks pass without variables and send nothing; they fail for a script that cannot run', async () => {
      await using target = await startTarget();
      const results = async (edit?: (script: string) => string) => {
        const { folder } = await bundle(target, {}, { request: { bearerVariable: 'DEMO_TOKEN' }, ...(edit && { edit }) });
        return locust.check(request(folder)).map(({ file, args, env }) => spawnSync(file, args, { cwd: folder, env: { ...clean(), ...env }, encoding: 'utf8' }).status);
      };
      expect(await results()).toEqual([0, 0]);
      expect(await results((script) => `${script}\n)`)).toEqual([1, 1]);
      expect(await results((script) => `import nothing_of_that_name\n${script}`)).toEqual([0, 1]);
      expect((await target.truth()).received).toBe(0);
    });
  });
});
