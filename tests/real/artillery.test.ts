/** Bundles for Artillery, run by the real Artillery against the demo target, which knows what it received. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { type DemoTargetApart, startDemoTargetApart } from '../../plugin/demo/apart.ts';
import type { DemoTargetOptions } from '../../plugin/demo/target.ts';
import { type Truth, truthPercentile } from '../../plugin/demo/truth.ts';
import { artillery } from '../../templates/artillery/index.ts';
import type { Command, ScriptInput, ScriptPlan, ScriptRequest } from '../../templates/framework.ts';
import { fewFailures, generateInto, type HandRun, p95Below, runByHand, scriptInput } from '../helpers/bundle.ts';

const executable = process.env['ARTILLERY_PATH'] ?? path.resolve(import.meta.dirname, '../../.load-testing/tools/artillery/node_modules/.bin/artillery');
const installed = existsSync(executable);
const hasOpenssl = ['/usr/bin/openssl', '/usr/local/bin/openssl', '/opt/homebrew/bin/openssl'].some((file) => existsSync(file));
const clean = { PATH: [path.dirname(process.execPath), path.dirname(executable), '/usr/bin', '/bin'].join(path.delimiter), ARTILLERY_DISABLE_TELEMETRY: '1' };

type Request = readonly ['req', start: number, name: string, duration: number, outcome: string, status: number, extra: Record<string, unknown>];

interface Outcome extends HandRun {
  readonly folder: string;
  readonly begin: readonly unknown[] | null;
  readonly requests: readonly Request[];
  readonly gauges: readonly (readonly [string, at: number, users: number, inFlight: number, started: number, dropped: number, lagMs: number])[];
  readonly end: readonly unknown[] | null;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly truth: Truth;
}

/** Each test has a target of its own: they run side by side. */
async function startTarget({ onTestFinished }: TestContext, options: DemoTargetOptions = {}): Promise<DemoTargetApart> {
  const target = await startDemoTargetApart(options);
  onTestFinished(() => target.stop());
  return target;
}

const constant = (level: number, durationMs: number) => [{ durationMs: 0, target: level }, { durationMs, target: level }];
const closed = (users: number, durationMs: number): Partial<ScriptPlan> => ({ stages: constant(users, durationMs), maxUsers: users, durationMs, steady: [[Math.min(1000, durationMs / 5), durationMs]] });
const definition = (demo: object) => JSON.stringify({ nodes: [{ id: 'a', type: 'PythonCodeNode', parameters: {} }], edges: [], metadata: { demo } });
const short = { objectives: [fewFailures] };

interface Options {
  readonly plan?: Partial<ScriptPlan>;
  readonly request?: Partial<ScriptRequest>;
  readonly env?: Record<string, string>;
  readonly during?: (pid: number) => void;
}

async function run(target: DemoTargetApart, demo: object, { plan = {}, request = {}, env = {}, during }: Options = {}): Promise<Outcome> {
  const input: ScriptInput = { ...scriptInput(target.url, plan, request), data: { 'data/definition.json': definition(demo) } };
  const { folder, bundle } = await generateInto(artillery, input);
  const hand = await runByHand(folder, bundle.command, { ...clean, LOAD_TEST_SAMPLES: 'samples.ndjson', ...env }, during);
  return { ...hand, folder, ...(await linesOf(path.join(folder, 'samples.ndjson'))), truth: await target.truth() };
}

async function linesOf(file: string) {
  const text = existsSync(file) ? await readFile(file, 'utf8') : '';
  // biome-ignore lint/suspicious/noExplicitAny: the protocol's lines
  const lines: any[] = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const requests: Request[] = lines.filter(([kind]) => kind === 'req');
  const outcomes: Record<string, number> = {};
  for (const [, , , , outcome] of requests) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return { requests, outcomes, gauges: lines.filter(([kind]) => kind === 'gauge'), begin: lines.find(([kind]) => kind === 'begin') ?? null, end: lines.at(-1)?.[0] === 'end' ? lines.at(-1) : null };
}

/** Nobody listens there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Nearest rank over successful requests on connections that were open already, in ms. */
function percentile(requests: readonly Request[], p: number): number {
  const ms = requests.filter(([, , , , outcome, , extra]) => outcome === 'ok' && extra['connectMicros'] === undefined).map(([, , , micros]) => micros / 1000).sort((a, b) => a - b);
  return ms[Math.max(1, Math.ceil((p / 100) * ms.length)) - 1] ?? Number.NaN;
}

describe.skipIf(!installed)(`Artillery (needs ${executable})`, () => {
  describe('closed, 5 users', () => {
    test('what it reports is what the target received, and how long it took', async (context) => {
      const target = await startTarget(context);
      const demo = { delayMs: 80, jitter: 0.2 };
      const { code, stdout, lastLine, begin, requests, gauges, end, truth, outcomes } = await run(target, demo, { plan: closed(5, 8000) });

      expect({ code, lastLine }).toEqual({ code: 0, lastLine: 'LOADTEST_VERDICT passed' });
      expect(stdout).toContain('passed        p95 < 500 ms of executions, steady');
      expect(outcomes).toEqual({ ok: truth.received });
      expect(end).toEqual(['end', 'planned', truth.received, 0, 0, 0, 0]);
      expect(begin?.slice(0, 4)).toEqual(['begin', 1, 'artillery', '2.0.34']);

      expect(truth.received).toBeGreaterThan(300);
      expect(truth.peakInFlight).toBe(5);
      expect(truth.connections.opened).toBe(5);
      expect(requests.filter(([, , , , , , extra]) => extra['connectMicros'] !== undefined)).toHaveLength(5);
      for (const p of [50, 95]) {
        const real = truthPercentile(truth, p, { warmOnly: true });
        expect(Math.abs(percentile(requests, p) - real)).toBeLessThan(Math.max(4, real * 0.02));
      }

      const sha256 = createHash('sha256').update(definition(demo)).digest('hex');
      expect(truth.bodies).toEqual({ [sha256]: truth.received });
      expect(truth.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'accept-encoding': 'identity', 'user-agent': 'load-test/0.1.0' });
      expect(Object.keys(truth.requests[0]?.headers ?? {}).sort()).toEqual(['accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'user-agent']);
      expect(gauges.map(([, at, users]) => [at, users])).toEqual(Array.from({ length: 8 }, (_, i) => [980_000 + i * 1_000_000, 5]));
      // Plan second 0 is when the first requests came.
      expect(Math.abs((truth.requests[0]?.arrivedAt ?? 0) - (begin?.[4] as number) - (requests[0]?.[1] ?? 0) / 1000)).toBeLessThan(50);
    });
  });

  describe.concurrent('load', () => {
    test('10 iterations a second for 6 s are 60, ten in each second', async (context) => {
      const target = await startTarget(context);
      const plan: Partial<ScriptPlan> = { ...short, model: 'open', stages: constant(10, 6000), maxUsers: 40, durationMs: 6000, plannedIterations: 60, steady: [[1200, 6000]], connections: 'perIteration' };
      const { code, end, truth, requests } = await run(target, { delayMs: 30 }, { plan });
      expect(end).toEqual(['end', 'planned', 60, 0, 0, 0, 0]);
      expect({ code, received: truth.received, opened: truth.connections.opened }).toEqual({ code: 0, received: 60, opened: 60 });
      const planned = requests.map(([, start, , , , , extra]) => start - (extra['startLagMicros'] as number)).sort((a, b) => a - b);
      expect(planned).toEqual(Array.from({ length: 60 }, (_, i) => i * 100_000));
    });

    test('rates below one a second, jumps and ramps start what the area says; starts above maxUsers are dropped and counted', async (context) => {
      const target = await startTarget(context);
      const stages = [{ durationMs: 0, target: 0.5 }, { durationMs: 2000, target: 0.5 }, { durationMs: 0, target: 20 }, { durationMs: 1000, target: 20 }, { durationMs: 1000, target: 0 }];
      const plan: Partial<ScriptPlan> = { ...short, model: 'open', stages, maxUsers: 4, durationMs: 4000, plannedIterations: 31, steady: [] };
      const { end, truth } = await run(target, { delayMs: 1000 }, { plan });
      const [, , started, dropped] = end as number[];
      expect(started).toBe(truth.received);
      expect((started ?? 0) + (dropped ?? 0)).toBe(31);
      expect(dropped).toBeGreaterThan(10);
      expect(truth.peakInFlight).toBe(4);
    });

    test('a smoke test ends after its iterations, and few samples are no verdict', async (context) => {
      const target = await startTarget(context);
      const plan: Partial<ScriptPlan> = { ...closed(1, 60_000), maxIterations: 5, plannedIterations: 5, steady: [[0, 60_000]] };
      const { code, lastLine, truth, end, stdout } = await run(target, { delayMs: 20 }, { plan });
      // Replacements for 60 s would be 1,200: the phases were ended early, which only the timer of the bundle can do.
      expect(Number(/vusers\.skipped: \.+ (\d+)/.exec(stdout)?.[1] ?? 0)).toBeLessThan(600);
      expect({ code, lastLine }).toEqual({ code: 99, lastLine: 'LOADTEST_VERDICT not_evaluated reason=too_few_samples have=5 need=59' });
      expect(end).toEqual(['end', 'planned', 5, 0, 0, 0, 0]);
      expect(truth.received).toBe(5);
    });

    test('users come and go with the stages; think time lies between requests', async (context) => {
      const target = await startTarget(context);
      const stages = [{ durationMs: 2000, target: 4 }, { durationMs: 1000, target: 4 }, { durationMs: 0, target: 1 }, { durationMs: 2000, target: 1 }];
      const plan: Partial<ScriptPlan> = { ...short, stages, maxUsers: 4, durationMs: 5000, steady: [[2000, 3000]], thinkTimeMs: [200, 200] };
      const { gauges, truth, requests } = await run(target, { delayMs: 5 }, { plan });
      expect(gauges.map(([, , users]) => users)).toEqual([2, 4, 4, 1, 1]);
      const alone = requests.filter(([, start]) => start > 3_100_000);
      expect(alone.length).toBeGreaterThanOrEqual(8);
      expect(alone.length).toBeLessThanOrEqual(10);
      expect(requests).toHaveLength(truth.received);
    });
  });

  describe.concurrent('answers that are none', () => {
    test('a missed objective is exit code 99', async (context) => {
      const target = await startTarget(context);
      const { code, lastLine } = await run(target, { delayMs: 40 }, { plan: { ...closed(3, 2000), objectives: [p95Below(20), fewFailures] } });
      expect(code).toBe(99);
      expect(lastLine).toMatch(/^LOADTEST_VERDICT failed reason=slower_than_allowed have=\d+ against=\d+ allowed=\d+$/);
    });

    test.for<[fault: string, outcome: string, status: number]>([
      ['status', 'http_5xx', 500],
      ['node_failed', 'workflow_failed', 200],
      ['reset', 'reset', 0],
      ['half', 'reset', 0],
    ])('every fifth %s is %s, and the users go on', async ([fault, outcome, status], context) => {
      const target = await startTarget(context);
      const { code, outcomes, truth, requests, gauges, end } = await run(target, { delayMs: 40, fault, failEvery: 5 }, { plan: { ...short, ...closed(4, 3000) } });
      const failed = Math.floor(truth.received / 5);
      expect(outcomes).toEqual({ ok: truth.received - failed, [outcome]: failed });
      expect(new Set(requests.filter(([, , , , o]) => o === outcome).map(([, , , , , s]) => s))).toEqual(new Set([status]));
      expect(failed).toBeGreaterThan(15);
      expect(end).toEqual(['end', 'planned', truth.received, 0, 0, 0, 0]);
      for (const [, , users] of gauges) expect(users).toBeGreaterThanOrEqual(3);
      expect(code).toBe(99);
    });

    test.for<[fault: string, more: object]>([
      ['never', {}],
      ['trickle', { trickleMs: 20_000 }],
    ])('the timeout covers the whole answer: %s', async ([fault, more], context) => {
      const target = await startTarget(context);
      const { outcomes, truth, requests } = await run(target, { delayMs: 5, fault, ...more }, { plan: { ...short, ...closed(2, 1500), requestTimeoutMs: 400 } });
      expect(outcomes).toEqual({ timeout: truth.received });
      // At its timeout, and not when the target is done with trickling.
      for (const [, , , micros] of requests) expect(micros).toSatisfy((m: number) => m >= 399_000 && m < 5_000_000);
    });

    test('what is in flight when the plan and its grace are over is counted, and slower than any limit', async (context) => {
      const target = await startTarget(context);
      const input: ScriptInput = { ...scriptInput(target.url, { ...closed(2, 1000), requestTimeoutMs: 300 }), data: { 'data/definition.json': definition({ fault: 'never' }) } };
      const { folder, bundle } = await generateInto(artillery, input);
      const measured = path.join(folder, 'instrument/request.mjs');
      // Without the request timeout, nothing ends these requests.
      await writeFile(measured, (await readFile(measured, 'utf8')).replace('this.timedOut = true;', 'return;'));
      const { code, lastLine } = await runByHand(folder, bundle.command, { ...clean, LOAD_TEST_SAMPLES: 'samples.ndjson' });
      const { requests, end } = await linesOf(path.join(folder, 'samples.ndjson'));
      expect({ requests, end }).toEqual({ requests: [], end: ['end', 'planned', 2, 0, 2, 2, 0] });
      expect({ code, lastLine }).toEqual({ code: 99, lastLine: 'LOADTEST_VERDICT failed reason=slower_than_allowed have=2 against=2 allowed=0' });
    });

    test('redirects are not followed', async (context) => {
      const target = await startTarget(context);
      const { outcomes, truth, requests } = await run(target, { delayMs: 20, fault: 'redirect' }, { plan: { ...short, ...closed(2, 1000) } });
      expect(outcomes).toEqual({ redirected: truth.received });
      expect(Object.keys(truth.byName)).toEqual(['POST /api/workflow/execute']);
      expect(requests[0]?.[5]).toBe(307);
    });

    test('a target that refuses every connection fails the test', async () => {
      const { folder, bundle } = await generateInto(artillery, scriptInput(`http://127.0.0.1:${await freePort()}`, { ...short, ...closed(2, 1500) }));
      const { code, lastLine } = await runByHand(folder, bundle.command, { ...clean, LOAD_TEST_SAMPLES: 'samples.ndjson' });
      const { outcomes } = await linesOf(path.join(folder, 'samples.ndjson'));
      expect(Object.keys(outcomes)).toEqual(['refused']);
      expect(lastLine).toMatch(/^LOADTEST_VERDICT failed reason=more_failures_than_allowed/);
      expect(code).toBe(99);
    });
  });

  describe.concurrent('what the script refuses', () => {
    test('a missing environment variable stops it at once, with one line that names it, and nothing is sent', async (context) => {
      const target = await startTarget(context, { token: 'secret' });
      const { code, stdout, stderr, truth } = await run(target, {}, { request: { bearerVariable: 'STUDIO_TOKEN' } });
      expect(code).toBe(1);
      expect(stderr).toBe('load test: the environment variable STUDIO_TOKEN is not set: it holds the bearer token.\n');
      expect(stdout.trim().split('\n')).toHaveLength(1);
      expect(artillery.problemFrom(stderr, stdout)).toBe('the environment variable STUDIO_TOKEN is not set: it holds the bearer token.');
      expect(truth.received).toBe(0);
    });

    test.for<[name: string, env: Record<string, string>, line: RegExp]>([
      ['a target that is no address', { LOAD_TEST_TARGET: 'localhost' }, /^load test: LOAD_TEST_TARGET is not an http or https address\.\n$/],
      ['a certificate that is not there', { LOAD_TEST_CA: '/nowhere.pem' }, /^load test: LOAD_TEST_CA=\/nowhere\.pem cannot be read: .+\n$/],
      ['samples to a descriptor that is not open', { LOAD_TEST_SAMPLES: 'fd:90' }, /^load test: LOAD_TEST_SAMPLES=fd:90 cannot be written to: .+\n$/],
    ])('%s', async ([, env, line], context) => {
      const { code, stderr, truth } = await run(await startTarget(context), {}, { env });
      expect(code).toBe(1);
      expect(stderr).toMatch(line);
      expect(truth.received).toBe(0);
    });

    test('phases that Artillery would skip in silence', async (context) => {
      const target = await startTarget(context);
      const { folder, bundle } = await generateInto(artillery, scriptInput(target.url));
      const script = path.join(folder, bundle.entryFile);
      await writeFile(script, (await readFile(script, 'utf8')).replaceAll('arrivalCount', 'arrivalcount'));
      const { code, stderr } = await runByHand(folder, bundle.command, clean);
      expect({ code, received: (await target.truth()).received }).toEqual({ code: 1, received: 0 });
      expect(stderr).toMatch(/^load test: the phases in loadtest\.yml do not belong to this plan/);
    });
  });

  describe.concurrent('started by the server', () => {
    test('its check loads the whole script and sends nothing', async (context) => {
      const target = await startTarget(context);
      const { folder, bundle } = await generateInto(artillery, scriptInput(target.url));
      const [check] = artillery.check({ executable, folder, entryFile: bundle.entryFile, fifo: '' });
      const { code } = await started(folder, check);
      expect({ code, received: (await target.truth()).received }).toEqual({ code: 0, received: 0 });
      await writeFile(path.join(folder, 'processor.mjs'), 'export const PLAN = {');
      expect((await started(folder, check)).code).not.toBe(0);
    });

    test('SIGINT ends it: finished and in flight together are what the target received, and the verdict is open', async (context) => {
      const target = await startTarget(context);
      const input: ScriptInput = { ...scriptInput(target.url, { ...closed(4, 60_000) }), data: { 'data/definition.json': definition({ delayMs: 300 }) } };
      const { folder, bundle } = await generateInto(artillery, input);
      const command = artillery.run({ executable, folder, entryFile: bundle.entryFile, fifo: '' });
      expect(command.samples).toBe('descriptor');
      const { code, stdout, descriptor } = await started(folder, command, (child, lines) => {
        if (lines.split('"gauge"').length > 2) child.kill('SIGINT');
      });
      const lines = descriptor.trim().split('\n').map((line) => JSON.parse(line));
      const [, cause, , , interrupted, inFlight, linesLost] = lines.at(-1);
      expect({ code, ending: artillery.ending({ code, signal: null }), cause, interrupted, inFlight, linesLost }).toEqual({ code: 130, ending: 'interrupted', cause: 'interrupted', interrupted: 4, inFlight: 4, linesLost: 0 });
      expect(lines.filter(([kind]) => kind === 'req').length + inFlight).toBe((await target.truth()).received);
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^LOADTEST_VERDICT not_evaluated reason=cut_short /);
    });
  });

  describe.concurrent('on the wire', () => {
    test('nothing is rewritten, and no proxy is asked; cookies come back', async ({ onTestFinished }) => {
      const seen: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
      const server = createServer((req, res) => {
        let body = '';
        req.setEncoding('utf8').on('data', (part) => { body += part; }).on('end', () => {
          seen.push({ url: req.url ?? '', headers: req.headers, body });
          res.writeHead(200, { 'set-cookie': 'session=s1; Path=/' }).end('{"outputs":{}}');
        });
      }).listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const nasty = '{"a.b": "{{ target }} {{{ $env.HOME }}} {% raw %} $& $`{x} \u{1f600}\u2028", "n": 12345678901234567890, "": {{ }}';
      const input: ScriptInput = {
        ...scriptInput(`http://127.0.0.1:${port}/base`, { ...short, ...closed(1, 1000), thinkTimeMs: [100, 100] }, {
          path: '/run/{{ target }}?q={{ $env.HOME }}'.replaceAll(' ', ''),
          headers: [{ name: 'X-Trace', value: '{{ target }}' }, { name: 'x-list', value: 'a' }, { name: 'X-List', value: 'b' }],
          body: [{ text: '{"workflow_definition":' }, { file: 'data/definition.json' }, { text: ',"inputs":{"x":"{{ target }}"}}' }],
          bearerVariable: 'TOKEN',
        }),
        data: { 'data/definition.json': nasty },
      };
      const { folder, bundle } = await generateInto(artillery, input);
      const { code } = await runByHand(folder, bundle.command, { ...clean, TOKEN: '{{ target }}', HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'no address', NODE_TLS_REJECT_UNAUTHORIZED: '0' });
      expect(code).toBe(0);
      expect(seen.length).toBeGreaterThan(5);
      for (const { url, headers, body } of seen) {
        expect(decodeURI(url)).toBe('/base/run/{{target}}?q={{$env.HOME}}');
        expect(headers).toMatchObject({ 'x-trace': '{{ target }}', 'x-list': 'a, b', authorization: 'Bearer {{ target }}' });
        expect(body).toBe(`{"workflow_definition":${nasty},"inputs":{"x":"{{ target }}"}}`);
      }
      expect(seen.map(({ headers }) => headers.cookie)).toEqual([undefined, ...seen.slice(1).map(() => 'session=s1')]);
    });

    test.skipIf(!hasOpenssl)('certificates are verified, and LOAD_TEST_CA adds one (needs openssl)', async (context) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'certificate-'));
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { cwd: folder, stdio: 'pipe' });
      const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((file) => readFile(path.join(folder, file), 'utf8')));
      const target = await startTarget(context, { tls: { key: key ?? '', cert: cert ?? '' } });
      const plan = { ...short, ...closed(2, 1000) };
      const refused = await run(target, { delayMs: 20 }, { plan, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
      expect(Object.keys(refused.outcomes)).toEqual(['tls']);
      expect(refused.truth.received).toBe(0);
      const trusted = await run(target, { delayMs: 20 }, { plan, env: { LOAD_TEST_CA: path.join(folder, 'cert.pem') } });
      expect(trusted.outcomes).toEqual({ ok: trusted.truth.received });
      expect(trusted.truth.connections.opened).toBe(2);
    });
  });
});

interface Started {
  readonly code: number | null;
  readonly stdout: string;
  /** All that came out of descriptor 3. */
  readonly descriptor: string;
}

/** Starts a command as the server does: nothing of this process's environment, descriptor 3 read. */
function started(cwd: string, command: Command | undefined, onLines: (child: ChildProcess, lines: string) => void = () => {}): Promise<Started> {
  if (!command) throw new Error('there is no such command');
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, { cwd, env: { PATH: '/usr/bin:/bin', HOME: cwd, ...command.env }, stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    let stdout = '';
    let descriptor = '';
    child.stdout?.on('data', (part: Buffer) => { stdout += part; });
    child.stdio[3]?.on('data', (part: Buffer) => {
      descriptor += part;
      onLines(child, descriptor);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, descriptor }));
  });
}
