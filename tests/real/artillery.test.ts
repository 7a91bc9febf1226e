/** What is particular to bundles for Artillery, run by the real Artillery. What all frameworks have in common: `conformance/`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { artillery } from '../../templates/artillery/index.ts';
import type { Command, ScriptInput } from '../../templates/framework.ts';
import { asyncGatewayFlow, bearer, bearerVariable, fewFailures, generateInto, loginFlow, loginVariables, p95Below, polled, requestTo, scriptInput } from '../helpers/bundle.ts';
import {
  closed, counted, definition, executionOutcomes, iterations, lenient, type Lines, linesOf, planned, requestOutcomes, type Run, type RunOptions, startTarget, studio, subjects,
} from '../helpers/conformance.ts';
import { listening } from '../helpers/listening.ts';

const subject = subjects.find(({ framework }) => framework === artillery);
const executable = subject?.executable ?? '';

async function run(input: ScriptInput, options?: RunOptions): Promise<Run> {
  if (!subject) throw new Error('Artillery is no framework');
  return subject.run(input, options);
}

/** How often each request came to what: `execute ok`. */
const namedOutcomes = ({ requests }: Lines): Record<string, number> => counted(requests.map(({ name, outcome }) => `${name} ${outcome}`));

describe.skipIf(!executable)('Artillery (needs the tool)', () => {
  describe('closed, 5 users', () => {
    test('what it reports is what the target received', async () => {
      await using target = await startTarget();
      const demo = { delayMs: 80, jitter: 0.2 };
      const result = await run(studio(target.url, demo, closed(5, 8000, { objectives: [p95Below(500), fewFailures] })));
      const { code, stdout, lastLine, begin, gauges, end } = result;
      const truth = await target.truth();

      expect({ code, lastLine }).toEqual({ code: 0, lastLine: 'LOADTEST_VERDICT passed' });
      expect(stdout).toMatch(/\npassed +p95 < 500 ms of executions, steady +\d+\.\d ms +\d+ +0 /);
      expect({ outcomes: namedOutcomes(result), end }).toEqual({ outcomes: { 'execute ok': truth.received }, end: planned(truth.received) });
      expect(begin).toMatchObject({ version: 1, framework: 'artillery', toolVersion: '2.0.34' });

      expect(truth.peakInFlight).toBe(5);
      expect(truth.connections.opened).toBe(5);
      const sha256 = createHash('sha256').update(definition(demo)).digest('hex');
      expect(truth.bodies).toEqual({ [sha256]: truth.received });
      expect(Object.keys(truth.requests[0]?.headers ?? {}).sort()).toEqual(['accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'user-agent']);
      expect(gauges.map(({ atMicros, users }) => [atMicros, users])).toEqual(Array.from({ length: 8 }, (_, i) => [980_000 + i * 1_000_000, 5]));
    });
  });

  describe.concurrent('virtual users', () => {
    test('one whose connection fails is replaced by a new one, which logs in itself; its iteration was one failed execution', async () => {
      const workflows = { w: definition({ delayMs: 20, fault: 'reset', at: 'poll', failEvery: 5 }) };
      await using target = await startTarget({ login: { username: 'u', password: 'p' }, workflows });
      const plan = closed(3, 3000, { ...polled, ...lenient });
      const result = await run(scriptInput(target.url, plan, { ...asyncGatewayFlow('w'), ...loginFlow }, { variables: loginVariables }), { env: { LT_USER: 'u', LT_PASSWORD: 'p' } });
      const { received, byName, connections } = await target.truth();
      const started = byName['POST /workflows/w/execute']?.received ?? 0;
      const outcomes = namedOutcomes(result);
      const lost = outcomes['poll reset'] ?? 0;
      expect(lost).toBeGreaterThan(2);
      expect(outcomes).toEqual({ 'login ok': connections.opened, 'execute ok': started, 'poll ok': received - connections.opened - started - lost, 'poll reset': lost });
      expect(byName['POST /api/auth/login']?.received).toBe(connections.opened);
      expect({ executions: executionOutcomes(result), end: result.end }).toEqual({ executions: { ok: started - lost, reset: lost }, end: planned(started) });
      for (const { users } of result.gauges) expect(users).toBeGreaterThanOrEqual(2);
    });

    test('those that come for nothing stop coming when the test is over', async () => {
      await using target = await startTarget();
      const { end, stdout } = await run(studio(target.url, { delayMs: 20 }, { ...iterations(5), ...closed(1, 60_000), ...lenient }));
      // Replacements for 60 s would be 1,200: the phases were ended early, which only the timer of the bundle can do.
      expect(Number(/vusers\.skipped: \.+ (\d+)/.exec(stdout)?.[1] ?? 0)).toBeLessThan(600);
      expect(end).toEqual(planned(5));
    });

    test('an answer may take longer than a connection may be idle', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { delayMs: 4500 }, closed(1, 1000, { requestTimeoutMs: 10_000, ...lenient })));
      expect(requestOutcomes(result), result.stderr).toEqual({ ok: 1 });
    });

    test('what is in flight when the plan and its grace are over is counted, and slower than any limit', async () => {
      await using target = await startTarget();
      const plan = closed(2, 1000, { requestTimeoutMs: 300, objectives: [p95Below(500), fewFailures] });
      // Without the request timeout, nothing ends these requests.
      const { requests, end, code, lastLine } = await run(studio(target.url, { fault: 'never' }, plan), { edit: ['instrument/request.mjs', 'this.timedOut = true;', 'return;'] });
      expect({ requests, end }).toEqual({ requests: [], end: { ...planned(2), interrupted: 2, inFlight: 2 } });
      expect({ code, lastLine }).toEqual({ code: 99, lastLine: 'LOADTEST_VERDICT failed reason=slower_than_allowed have=2 against=2 allowed=0' });
    });
  });

  describe.concurrent('what the script refuses', () => {
    test.for<[name: string, options: RunOptions, line: RegExp]>([
      ['a certificate that is not there', { env: { LOAD_TEST_CA: '/nowhere.pem' } }, /^load test: LOAD_TEST_CA=\/nowhere\.pem cannot be read: .+\n$/],
      ['samples to a descriptor that is not open', { env: { LOAD_TEST_SAMPLES: 'fd:90' } }, /^load test: LOAD_TEST_SAMPLES=fd:90 cannot be written to: .+\n$/],
      ['a data file that is not there', { edit: ['processor.mjs', 'data/definition.json', 'data/gone.json'] }, /^load test: data\/gone\.json cannot be read: .+\n$/],
      ['phases for fewer users than PLAN has', { edit: ['processor.mjs', /target: 3\b/g, 'target: 4'] }, /^load test: the phases in loadtest\.yml do not fit PLAN: the first must let its 4 virtual users arrive \(arrivalCount: 4\), .+\n$/],
      ['phases that Artillery would skip in silence', { edit: ['loadtest.yml', /arrivalCount/g, 'arrivalcount'] }, /^load test: the phases in loadtest\.yml do not fit PLAN: .+\n$/],
    ])('%s', async ([, options, line]) => {
      await using target = await startTarget();
      const { code, stderr } = await run(studio(target.url, {}, {}), options);
      expect(stderr).toMatch(line);
      expect({ code, received: (await target.truth()).received }).toEqual({ code: 1, received: 0 });
    });

    test('a loadtest.yml that does not have the request whose turn it is', async () => {
      await using target = await startTarget();
      const { code, stderr, end } = await run(studio(target.url, {}, closed(2, 60_000, lenient)), { edit: ['loadtest.yml', 'name: "execute"', 'name: "run"'] });
      // What was sent in its place, Artillery's own, holds nothing.
      expect(stderr).toMatch(/^(load test: the target answered 422\n)?load test: loadtest\.yml has no request named execute\.\n$/);
      expect({ code, cause: end?.cause }).toEqual({ code: 1, cause: 'broke' });
    });
  });

  describe.concurrent('started by the server', () => {
    test('its checks load the whole script and send nothing; what is wrong is told with file and line', async () => {
      await using target = await startTarget();
      const { folder, bundle } = await generateInto(artillery, scriptInput(target.url));
      const [first, second] = artillery.check({ executable, folder, entryFile: bundle.entryFile, fifo: '' });
      for (const check of [first, second]) expect(await started(folder, check)).toMatchObject({ code: 0, stderr: '' });

      const script = path.join(folder, 'loadtest.yml');
      await writeFile(script, (await readFile(script, 'utf8')).replace('- post:', '- posst:'));
      const misspelt = await started(folder, first);
      expect(misspelt).toMatchObject({ code: 1, stderr: expect.stringMatching(/^loadtest\.yml:41: "posst" has no place here\.$/m) });
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

    test('SIGINT ends it: finished and in flight together are what the target received, and the verdict is open', async () => {
      await using target = await startTarget();
      const { code, stdout, descriptor } = await startedByServer(studio(target.url, { delayMs: 300 }, closed(4, 60_000, lenient)), (child, lines) => {
        if (lines.split('"gauge"').length > 2) child.kill('SIGINT');
      });
      const { requests, end } = linesOf(descriptor);
      expect({ code, ending: artillery.ending({ code, signal: null }) }).toEqual({ code: 130, ending: 'interrupted' });
      expect(end).toMatchObject({ cause: 'interrupted', interrupted: 4, inFlight: 4, linesLost: 0 });
      expect(requests.length + 4).toBe((await target.truth()).received);
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^LOADTEST_VERDICT not_evaluated reason=cut_short /);
    });

    test('an objective does not stop it, for that is the server\'s part', async () => {
      await using target = await startTarget();
      const objectives = [{ ...p95Below(10), abortAfterMs: 1000 }];
      const { code, descriptor } = await startedByServer(studio(target.url, { delayMs: 40 }, closed(3, 4000, { objectives })));
      expect({ code, cause: linesOf(descriptor).end?.cause }).toEqual({ code: 99, cause: 'planned' });
      const alone = await run(studio(target.url, { delayMs: 40 }, closed(3, 60_000, { objectives })));
      expect({ code: alone.code, cause: alone.end?.cause, line: alone.lastLine }).toEqual({ code: 99, cause: 'objective', line: expect.stringMatching(/^LOADTEST_VERDICT failed reason=broken_in_window /) });
    });
  });

  describe.concurrent('on the wire', () => {
    test('nothing is rewritten, and no proxy is asked', async () => {
      await using server = await listening(() => ({ body: '{"outputs":{}}' }));
      const nasty = '{"a.b": "{{ target }} {{{ $env.HOME }}} {% raw %} $& $`{x} \u{1f600}\u2028", "n": 12345678901234567890, "": {{ }}';
      const execute = requestTo('/run/{{target}}?q={{$env.HOME}}', [{ text: '{"workflow_definition":' }, { file: 'data/definition.json' }, { text: ',"inputs":{"x":"{{ target }}"}}' }], {
        headers: [{ name: 'X-Trace', value: '{{ target }}' }, { name: 'x-list', value: 'a, b' }],
      });
      const input = scriptInput(`${server.url}/base`, iterations(5, 1, lenient), { ...bearer('TOKEN'), execute }, { variables: bearerVariable('TOKEN'), data: { 'data/definition.json': nasty } });
      const { code } = await run(input, { env: { TOKEN: '{{ target }}', HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'no address', NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
      expect(code).toBe(0);
      expect(server.seen).toHaveLength(5);
      for (const { url, headers, body } of server.seen) {
        expect(decodeURI(url)).toBe('/base/run/{{target}}?q={{$env.HOME}}');
        expect(headers).toMatchObject({ 'x-trace': '{{ target }}', 'x-list': 'a, b', authorization: 'Bearer {{ target }}' });
        expect(body).toBe(`{"workflow_definition":${nasty},"inputs":{"x":"{{ target }}"}}`);
      }
    });

    test('a request that an operator\'s template adds and that gets no answer, while an execution is polled: it comes to `other`, and the user is replaced', async () => {
      await using target = await startTarget({ workflows: { w: definition({ delayMs: 300 }) } });
      const customTemplates = await mkdtemp(path.join(tmpdir(), 'templates-'));
      await mkdir(path.join(customTemplates, 'artillery'));
      const step = ['          - get:', '              name: "nowhere"', '              url: "http://127.0.0.1:1/"', '              followRedirect: false'];
      await writeFile(path.join(customTemplates, 'artillery/loadtest.yml.njk'), ['{% extends "load-test/artillery/loadtest.yml.njk" %}', '{% block extraRequests %}', ...step, '{% endblock %}'].join('\n'));
      const result = await run(scriptInput(target.url, closed(3, 3000, { ...polled, ...lenient }), asyncGatewayFlow('w'), { customTemplates }));
      await rm(customTemplates, { recursive: true });
      const { other = 0, ...others } = executionOutcomes(result);
      expect({ others, outcomes: namedOutcomes(result), end: result.end }, result.stderr).toEqual({ others: {}, outcomes: { 'execute ok': other, 'nowhere refused': other }, end: planned(other) });
      // Each of the three goes on.
      expect(other).toBeGreaterThan(6);
    });

    test('requests that an operator\'s template adds are measured under their name, as no executions', async () => {
      await using server = await listening(() => ({ body: '{"outputs":{}}' }));
      const customTemplates = await mkdtemp(path.join(tmpdir(), 'templates-'));
      await mkdir(path.join(customTemplates, 'artillery'));
      const template = (file: string, ...lines: string[]) => writeFile(path.join(customTemplates, 'artillery', `${file}.njk`), [`{% extends "load-test/artillery/${file}.njk" %}`, ...lines].join('\n'));
      await template('loadtest.yml', '{% block extraRequests %}', '          - get:', '              name: "health"', '              url: "/health"', '              ifTrue: "isThrough"', '              followRedirect: false', '{% endblock %}');
      await template('processor.mjs', '{% block beforeRequest %}', '  req.headers = { ...req.headers, "x-added": req.name };', '{% endblock %}', '{% block extraRequests %}', 'export const isThrough = ({ turn }) => turn === "through";', '{% endblock %}');
      const result = await run(studio(server.url, {}, iterations(6, 2, lenient), {}, { customTemplates }));
      await rm(customTemplates, { recursive: true });
      expect({ code: result.code, end: result.end, outcomes: namedOutcomes(result), executions: executionOutcomes(result) }).toEqual({ code: 0, end: planned(6), outcomes: { 'execute ok': 6, 'health ok': 6 }, executions: { ok: 6 } });
      expect(result.requests.filter(({ name, extra }) => name === 'health' && extra.exec)).toEqual([]);
      expect(server.seen.map(({ method, url, headers }) => `${method} ${url} ${headers['x-added']}`).sort()).toEqual([...Array(6).fill('GET /health health'), ...Array(6).fill('POST /api/workflow/execute execute')]);
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
