/** What is particular to bundles for Artillery, run by the real Artillery. What all frameworks have in common: `conformance/`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { type DemoTargetApart, startDemoTargetApart } from '../../plugin/demo/apart.ts';
import type { DemoTargetOptions } from '../../plugin/demo/target.ts';
import { artillery } from '../../templates/artillery/index.ts';
import type { Command, ScriptFlow, ScriptInput, ScriptPlan } from '../../templates/framework.ts';
import { asyncGatewayFlow, bearer, bearerVariable, fewFailures, generateInto, type HandRun, loginFlow, loginVariables, p95Below, polled, requestTo, runByHand, scriptInput } from '../helpers/bundle.ts';
import { toolPath } from '../helpers/places.ts';

const executable = (await toolPath('artillery')) ?? '';
const clean = { PATH: [path.dirname(process.execPath), path.dirname(executable), '/usr/bin', '/bin'].join(path.delimiter), ARTILLERY_DISABLE_TELEMETRY: '1' };

type Request = readonly ['req', start: number, name: string, duration: number, outcome: string, status: number, extra: Record<string, unknown>];

interface Outcome extends HandRun {
  readonly begin: readonly unknown[] | null;
  readonly requests: readonly Request[];
  readonly executions: readonly (readonly ['exec', start: number, duration: number, outcome: string])[];
  readonly gauges: readonly (readonly [string, at: number, users: number, inFlight: number, started: number, dropped: number, lagMs: number])[];
  readonly end: readonly unknown[] | null;
  /** How often each request came to what: `execute ok`. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Each test has a target of its own: they run side by side. */
async function startTarget({ onTestFinished }: TestContext, options: DemoTargetOptions = {}): Promise<DemoTargetApart> {
  const target = await startDemoTargetApart(options);
  onTestFinished(() => target.stop());
  return target;
}

const constant = (level: number, durationMs: number) => [{ durationMs: 0, target: level }, { durationMs, target: level }];
const closed = (users: number, durationMs: number): Partial<ScriptPlan> => ({ stages: constant(users, durationMs), maxUsers: users, durationMs, steady: [[0, durationMs]], objectives: [fewFailures] });
const iterations = (count: number, users = 1): Partial<ScriptPlan> => ({ ...closed(users, 60_000), maxIterations: count, plannedIterations: count });
const definition = (demo: object) => JSON.stringify({ nodes: [{ id: 'a', type: 'PythonCodeNode', parameters: {} }], edges: [], metadata: { demo } });
const studio = (url: string, demo: object, plan: Partial<ScriptPlan>, flow: Partial<ScriptFlow> = {}, rest: Partial<ScriptInput> = {}): ScriptInput =>
  scriptInput(url, plan, flow, { data: { 'data/definition.json': definition(demo) }, ...rest });

interface Options {
  readonly env?: Record<string, string>;
  /** Changes a file of the bundle before it runs. */
  readonly edit?: readonly [file: string, from: string | RegExp, to: string];
}

async function run(input: ScriptInput, { env = {}, edit }: Options = {}): Promise<Outcome> {
  const { folder, bundle } = await generateInto(artillery, input);
  if (edit) {
    const file = path.join(folder, edit[0]);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(edit[1]);
    await writeFile(file, text.replace(edit[1], edit[2]));
  }
  const hand = await runByHand(folder, bundle.command, { ...clean, LOAD_TEST_SAMPLES: 'samples.ndjson', ...env });
  const text = await readFile(path.join(folder, 'samples.ndjson'), 'utf8').catch(() => '');
  await rm(folder, { recursive: true });
  return { ...hand, ...linesOf(text) };
}

function linesOf(text: string): Omit<Outcome, keyof HandRun> {
  // biome-ignore lint/suspicious/noExplicitAny: the protocol's lines
  const lines: any[] = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const of = (kind: string) => lines.filter((line) => line[0] === kind);
  const outcomes: Record<string, number> = {};
  for (const [, , name, , outcome] of of('req')) outcomes[`${name} ${outcome}`] = (outcomes[`${name} ${outcome}`] ?? 0) + 1;
  return { requests: of('req'), executions: of('exec'), gauges: of('gauge'), begin: of('begin')[0] ?? null, end: lines.at(-1)?.[0] === 'end' ? lines.at(-1) : null, outcomes };
}

/** Answers every request, and keeps what came. */
async function startServer({ onTestFinished }: TestContext, headersOf: (count: number) => Record<string, string> = () => ({})) {
  const seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (part) => { body += part; }).on('end', () => {
      seen.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body });
      res.writeHead(200, headersOf(seen.length)).end('{"outputs":{}}');
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe.skipIf(!executable)('Artillery (needs the tool)', () => {
  describe('closed, 5 users', () => {
    test('what it reports is what the target received', async (context) => {
      const target = await startTarget(context);
      const demo = { delayMs: 80, jitter: 0.2 };
      const { code, stdout, lastLine, begin, gauges, end, outcomes } = await run(studio(target.url, demo, { ...closed(5, 8000), objectives: [p95Below(500), fewFailures] }));
      const truth = await target.truth();

      expect({ code, lastLine }).toEqual({ code: 0, lastLine: 'LOADTEST_VERDICT passed' });
      expect(stdout).toMatch(/\npassed +p95 < 500 ms of executions, steady +\d+\.\d ms +\d+ +0 /);
      expect(outcomes).toEqual({ 'execute ok': truth.received });
      expect(end).toEqual(['end', 'planned', truth.received, 0, 0, 0, 0]);
      expect(begin?.slice(0, 4)).toEqual(['begin', 1, 'artillery', '2.0.34']);

      expect(truth.peakInFlight).toBe(5);
      expect(truth.connections.opened).toBe(5);
      const sha256 = createHash('sha256').update(definition(demo)).digest('hex');
      expect(truth.bodies).toEqual({ [sha256]: truth.received });
      expect(Object.keys(truth.requests[0]?.headers ?? {}).sort()).toEqual(['accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'user-agent']);
      expect(gauges.map(([, at, users]) => [at, users])).toEqual(Array.from({ length: 8 }, (_, i) => [980_000 + i * 1_000_000, 5]));
    });
  });

  describe.concurrent('virtual users', () => {
    test('one whose connection fails is replaced by a new one, which logs in itself; its iteration was one failed execution', async (context) => {
      const workflows = { w: definition({ delayMs: 20, fault: 'reset', at: 'poll', failEvery: 5 }) };
      const target = await startTarget(context, { login: { username: 'u', password: 'p' }, workflows });
      const plan = { ...closed(3, 3000), ...polled };
      const { outcomes, executions, gauges, end } = await run(scriptInput(target.url, plan, { ...asyncGatewayFlow('w'), ...loginFlow }, { variables: loginVariables }), { env: { LT_USER: 'u', LT_PASSWORD: 'p' } });
      const { received, byName, connections } = await target.truth();
      const started = byName['POST /workflows/w/execute']?.received ?? 0;
      const lost = outcomes['poll reset'] ?? 0;
      expect(lost).toBeGreaterThan(2);
      expect(outcomes).toEqual({ 'login ok': connections.opened, 'execute ok': started, 'poll ok': received - connections.opened - started - lost, 'poll reset': lost });
      expect(byName['POST /api/auth/login']?.received).toBe(connections.opened);
      expect(executions.filter(([, , , outcome]) => outcome === 'reset')).toHaveLength(lost);
      expect(executions).toHaveLength(started);
      expect(end).toEqual(['end', 'planned', started, 0, 0, 0, 0]);
      for (const [, , users] of gauges) expect(users).toBeGreaterThanOrEqual(2);
    });

    test('those that come for nothing stop coming when the test is over', async (context) => {
      const target = await startTarget(context);
      const { end, stdout } = await run(studio(target.url, { delayMs: 20 }, iterations(5)));
      // Replacements for 60 s would be 1,200: the phases were ended early, which only the timer of the bundle can do.
      expect(Number(/vusers\.skipped: \.+ (\d+)/.exec(stdout)?.[1] ?? 0)).toBeLessThan(600);
      expect(end).toEqual(['end', 'planned', 5, 0, 0, 0, 0]);
    });

    test('an answer may take longer than a connection may be idle', async (context) => {
      const target = await startTarget(context);
      const { outcomes } = await run(studio(target.url, { delayMs: 4500 }, { ...closed(1, 500), requestTimeoutMs: 10_000 }));
      expect(outcomes).toEqual({ 'execute ok': 1 });
    });

    test('what is in flight when the plan and its grace are over is counted, and slower than any limit', async (context) => {
      const target = await startTarget(context);
      const plan = { ...closed(2, 1000), requestTimeoutMs: 300, objectives: [p95Below(500), fewFailures] };
      // Without the request timeout, nothing ends these requests.
      const { requests, end, code, lastLine } = await run(studio(target.url, { fault: 'never' }, plan), { edit: ['instrument/request.mjs', 'this.timedOut = true;', 'return;'] });
      expect({ requests, end }).toEqual({ requests: [], end: ['end', 'planned', 2, 0, 2, 2, 0] });
      expect({ code, lastLine }).toEqual({ code: 99, lastLine: 'LOADTEST_VERDICT failed reason=slower_than_allowed have=2 against=2 allowed=0' });
    });
  });

  describe.concurrent('what the script refuses', () => {
    test.for<[name: string, options: Options, line: RegExp]>([
      ['a certificate that is not there', { env: { LOAD_TEST_CA: '/nowhere.pem' } }, /^load test: LOAD_TEST_CA=\/nowhere\.pem cannot be read: .+\n$/],
      ['samples to a descriptor that is not open', { env: { LOAD_TEST_SAMPLES: 'fd:90' } }, /^load test: LOAD_TEST_SAMPLES=fd:90 cannot be written to: .+\n$/],
      ['a data file that is not there', { edit: ['processor.mjs', 'data/definition.json', 'data/gone.json'] }, /^load test: data\/gone\.json cannot be read: .+\n$/],
      ['phases that Artillery would skip in silence', { edit: ['loadtest.yml', /arrivalCount/g, 'arrivalcount'] }, /^load test: the phases in loadtest\.yml do not belong to this plan: .+\n$/],
    ])('%s', async ([, options, line], context) => {
      const target = await startTarget(context);
      const { code, stderr } = await run(studio(target.url, {}, {}), options);
      expect(stderr).toMatch(line);
      expect({ code, received: (await target.truth()).received }).toEqual({ code: 1, received: 0 });
    });

    test('a loadtest.yml that does not have the request whose turn it is', async (context) => {
      const target = await startTarget(context);
      const { code, stderr, end } = await run(studio(target.url, {}, closed(2, 60_000)), { edit: ['loadtest.yml', 'name: "execute"', 'name: "run"'] });
      expect(stderr).toBe('load test: loadtest.yml has no request named execute.\n');
      expect({ code, cause: end?.[1] }).toEqual({ code: 1, cause: 'broke' });
    });
  });

  describe.concurrent('started by the server', () => {
    test('its checks load the whole script and send nothing; what is wrong is told with file and line', async (context) => {
      const target = await startTarget(context);
      const { folder, bundle } = await generateInto(artillery, scriptInput(target.url));
      const [first, second] = artillery.check({ executable, folder, entryFile: bundle.entryFile, fifo: '' });
      for (const check of [first, second]) expect(await started(folder, check)).toMatchObject({ code: 0, stderr: '' });

      const script = path.join(folder, 'loadtest.yml');
      await writeFile(script, (await readFile(script, 'utf8')).replace('- post:', '- posst:'));
      const misspelt = await started(folder, first);
      expect(misspelt).toMatchObject({ code: 1, stderr: expect.stringMatching(/^loadtest\.yml:44: "posst" has no place here\.$/m) });
      expect(artillery.problemFrom(misspelt.stderr, misspelt.stdout)).toMatch(/^A step is one of function, /);

      const processor = path.join(folder, 'processor.mjs');
      const lines = (await readFile(processor, 'utf8')).split('\n');
      const at = lines.indexOf('const PLAN = {') + 1;
      await writeFile(processor, lines.with(at - 1, 'const PLAN = {{').join('\n'));
      const broken = await started(folder, first);
      expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining(`/processor.mjs:${at}\n`) });
      expect(artillery.problemFrom(broken.stderr, broken.stdout)).toBe("Unexpected token '{'");
      await rm(folder, { recursive: true });
      expect((await target.truth()).received).toBe(0);
    });

    test('SIGINT ends it: finished and in flight together are what the target received, and the verdict is open', async (context) => {
      const target = await startTarget(context);
      const { code, stdout, descriptor } = await startedByServer(studio(target.url, { delayMs: 300 }, closed(4, 60_000)), (child, lines) => {
        if (lines.split('"gauge"').length > 2) child.kill('SIGINT');
      });
      const { requests, end } = linesOf(descriptor);
      expect({ code, ending: artillery.ending({ code, signal: null }) }).toEqual({ code: 130, ending: 'interrupted' });
      const [, cause, , , interrupted, inFlight, linesLost] = end ?? [];
      expect({ cause, interrupted, inFlight, linesLost }).toEqual({ cause: 'interrupted', interrupted: 4, inFlight: 4, linesLost: 0 });
      expect(requests.length + 4).toBe((await target.truth()).received);
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^LOADTEST_VERDICT not_evaluated reason=cut_short /);
    });

    test('an objective does not stop it, for that is the server\'s part', async (context) => {
      const target = await startTarget(context);
      const broken = { ...closed(3, 4000), objectives: [{ ...p95Below(10), abortAfterMs: 1000 }] };
      const { code, descriptor } = await startedByServer(studio(target.url, { delayMs: 40 }, broken));
      expect({ code, cause: linesOf(descriptor).end?.[1] }).toEqual({ code: 99, cause: 'planned' });
      const alone = await run(studio(target.url, { delayMs: 40 }, { ...closed(3, 60_000), objectives: broken.objectives }));
      expect({ code: alone.code, cause: alone.end?.[1], line: alone.lastLine }).toEqual({ code: 99, cause: 'objective', line: expect.stringMatching(/^LOADTEST_VERDICT failed reason=broken_in_window /) });
    });
  });

  describe.concurrent('on the wire', () => {
    test('nothing is rewritten, and no proxy is asked', async (context) => {
      const { url, seen } = await startServer(context);
      const nasty = '{"a.b": "{{ target }} {{{ $env.HOME }}} {% raw %} $& $`{x} \u{1f600}\u2028", "n": 12345678901234567890, "": {{ }}';
      const execute = requestTo('/run/{{target}}?q={{$env.HOME}}', [{ text: '{"workflow_definition":' }, { file: 'data/definition.json' }, { text: ',"inputs":{"x":"{{ target }}"}}' }], {
        headers: [{ name: 'X-Trace', value: '{{ target }}' }, { name: 'x-list', value: 'a, b' }],
      });
      const input = scriptInput(`${url}/base`, iterations(5), { ...bearer('TOKEN'), execute }, { variables: bearerVariable('TOKEN'), data: { 'data/definition.json': nasty } });
      const { code } = await run(input, { env: { TOKEN: '{{ target }}', HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'no address', NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
      expect(code).toBe(0);
      expect(seen).toHaveLength(5);
      for (const { url: asked, headers, body } of seen) {
        expect(decodeURI(asked)).toBe('/base/run/{{target}}?q={{$env.HOME}}');
        expect(headers).toMatchObject({ 'x-trace': '{{ target }}', 'x-list': 'a, b', authorization: 'Bearer {{ target }}' });
        expect(body).toBe(`{"workflow_definition":${nasty},"inputs":{"x":"{{ target }}"}}`);
      }
    });

    test('requests that an operator\'s template adds are measured under their name, as no executions', async (context) => {
      const { url, seen } = await startServer(context);
      const customTemplates = await mkdtemp(path.join(tmpdir(), 'templates-'));
      await mkdir(path.join(customTemplates, 'artillery'));
      const template = (file: string, ...lines: string[]) => writeFile(path.join(customTemplates, 'artillery', `${file}.njk`), [`{% extends "load-test/artillery/${file}.njk" %}`, ...lines].join('\n'));
      await template('loadtest.yml', '{% block extraRequests %}', '          - get:', '              name: "health"', '              url: "/health"', '              ifTrue: "isThrough"', '              followRedirect: false', '{% endblock %}');
      await template('processor.mjs', '{% block beforeRequest %}', '  req.headers = { ...req.headers, "x-added": req.name };', '{% endblock %}', '{% block extraRequests %}', 'export const isThrough = ({ turn }) => turn === "through";', '{% endblock %}');
      const { outcomes, requests, end, code } = await run(studio(url, {}, iterations(6, 2), {}, { customTemplates }));
      await rm(customTemplates, { recursive: true });
      expect({ code, end }).toEqual({ code: 0, end: ['end', 'planned', 6, 0, 0, 0, 0] });
      expect(outcomes).toEqual({ 'execute ok': 6, 'health ok': 6 });
      expect(requests.filter(([, , name, , , , { exec }]) => (name === 'health') === (exec === true))).toEqual([]);
      expect(seen.map(({ method, url: asked, headers }) => `${method} ${asked} ${headers['x-added']}`).sort()).toEqual([...Array(6).fill('GET /health health'), ...Array(6).fill('POST /api/workflow/execute execute')]);
    });
  });
});

interface Started {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** All that came out of descriptor 3. */
  readonly descriptor: string;
}

async function startedByServer(input: ScriptInput, onLines?: (child: ChildProcess, lines: string) => void): Promise<Started> {
  const { folder, bundle } = await generateInto(artillery, input);
  const command = artillery.run({ executable, folder, entryFile: bundle.entryFile, fifo: '' });
  expect(command.samples).toBe('descriptor');
  const result = await started(folder, command, onLines);
  await rm(folder, { recursive: true });
  return result;
}

/** Starts a command as the server does: nothing of this process's environment, descriptor 3 read. */
function started(cwd: string, command: Command | undefined, onLines: (child: ChildProcess, lines: string) => void = () => {}): Promise<Started> {
  if (!command) throw new Error('there is no such command');
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, { cwd, env: { PATH: '/usr/bin:/bin', HOME: cwd, ...command.env }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    let [stdout, stderr, descriptor] = ['', '', ''];
    child.stdout?.on('data', (part: Buffer) => { stdout += part; });
    child.stderr?.on('data', (part: Buffer) => { stderr += part; });
    child.stdio[3]?.on('data', (part: Buffer) => {
      descriptor += part;
      onLines(child, descriptor);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, descriptor }));
  });
}
