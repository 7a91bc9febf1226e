/** Bundles for k6 as text, and their JavaScript without k6: layout, templates of an operator, what is refused, what comes from the environment. */
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath, pathToFileURL } from 'node:url';
import prettier from 'prettier';
import { afterAll, describe, expect, test } from 'vitest';
import type { ScriptInput } from '../../templates/framework.ts';
import { k6 } from '../../templates/k6/index.ts';
import { asyncGatewayFlow, loginFlow, p95Below, requestTo, scriptInput, sessionsFlow, textOf, writeBundle } from '../helpers/bundle.ts';
import { goldenInputs } from '../helpers/golden.ts';

const folderOf = (name: string) => fileURLToPath(new URL(`../../templates/${name}/`, import.meta.url));

const folder = await writeBundle(k6.generate(scriptInput('http://127.0.0.1:8000')));
afterAll(() => rm(folder, { recursive: true }));
/** A module of a bundle's instrument that imports nothing from k6, as it lies in the bundle. */
// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
const instrument = (name: string): Promise<any> => import(pathToFileURL(path.join(folder, `instrument/${name}.js`)).href);

test.each(Object.entries(goldenInputs))('the bundle %s lies as Prettier lays it', async (_name, input) => {
  const files = k6.generate(input).files.filter(({ path: file }) => /\.js$|config\.json$/.test(file));
  expect(files.length).toBeGreaterThan(20);
  for (const { path: file, text } of files) expect(await prettier.format(text, { filepath: file }), file).toBe(text);
});

describe('files of a bundle', () => {
  test('data files and the plan are what was given, byte for byte', () => {
    const text = `\ufeff{"a":"{{ x }} \${y} {% z %}\u2028","n":12345678901234567890,"big":1e400,"__proto__":{},"":0,"a":1}\r\n`;
    const bundle = k6.generate({ ...scriptInput('http://127.0.0.1:1'), data: { 'data/definition.json': text }, planText: '{"load":1e400}' });
    expect(textOf(bundle, 'data/definition.json')).toBe(text);
    expect(textOf(bundle, 'plan.json')).toBe('{"load":1e400}');
    expect(() => k6.generate({ ...scriptInput('http://127.0.0.1:1'), data: { 'loadtest.js': text } })).toThrow();
  });

  test('hold every module of the instrument, and those shared ones that it imports, directly or not', () => {
    const { files } = k6.generate(scriptInput('http://127.0.0.1:1'));
    const paths = files.map((file) => file.path).filter((file) => file.startsWith('instrument/'));
    const imported = files.flatMap(({ text }) => [...text.matchAll(/from "\.\/(?:instrument\/)?([\w-]+)\.js"/g)].map(([, name]) => `instrument/${name}.js`));
    expect(paths.sort()).toEqual([...new Set([...imported, 'instrument/config.json', 'instrument/refused-addresses.json'])].sort());
    for (const own of readdirSync(folderOf('k6/instrument'))) expect(paths).toContain(`instrument/${own}`);
  });

  test('the command for an https target asks for HTTP/1.1 and takes the certificate of LOAD_TEST_CA', () => {
    expect(k6.generate(scriptInput('http://127.0.0.1:1')).command).toBe('k6 run --quiet loadtest.js');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    expect(k6.generate(scriptInput('https://example.com')).command).toBe('env GODEBUG=http2client=0 SSL_CERT_FILE="${LOAD_TEST_CA:-$SSL_CERT_FILE}" k6 run --quiet loadtest.js');
  });

  test('a version or a hash that is none does not get into the header', () => {
    expect(() => k6.generate({ ...scriptInput('http://127.0.0.1:1'), planHash: 'a\nalert(1)' })).toThrow();
  });
});

describe('the script', () => {
  const BLOCKS: Readonly<Record<string, string>> = {
    imports: 'import { randomItem } from "./items.js";', beforeRequest: 'request.headers["x-trace"] = randomItem();', afterResponse: 'console.log(response.status);', extraRequests: 'iteration.reportExtra("health", iteration.send(() => http.get("http://127.0.0.1/health")));',
  };

  test("is extended by an operator's template in its blocks, and in nothing else", async () => {
    const customTemplates = await mkdtemp(path.join(tmpdir(), 'templates-'));
    await mkdir(path.join(customTemplates, 'k6'));
    const blocks = Object.entries(BLOCKS).map(([name, text]) => `{% block ${name} %}\n${text} // ${name}\n{% endblock %}\n`);
    await writeFile(path.join(customTemplates, 'k6/loadtest.js.njk'), `{% extends "load-test/k6/loadtest.js.njk" %}\n${blocks.join('')}`);
    const own = textOf(k6.generate(scriptInput('http://127.0.0.1:1')), 'loadtest.js').split('\n');
    const extended = textOf(k6.generate({ ...scriptInput('http://127.0.0.1:1'), customTemplates }), 'loadtest.js').split('\n');
    await rm(customTemplates, { recursive: true });
    const added = extended.filter((line) => /\/\/ (imports|beforeRequest|afterResponse|extraRequests)$/.test(line));
    expect(added).toEqual(Object.entries(BLOCKS).map(([name, text]) => `${text} // ${name}`));
    const withoutHash = (lines: readonly string[]) => lines.map((line) => line.replace(/"[0-9a-f]{64}"/, ''));
    expect(withoutHash(extended.filter((line) => !added.includes(line)))).toEqual(withoutHash(own));
  });

  test('names nothing that it does not use', () => {
    for (const input of Object.values(goldenInputs)) {
      const script = textOf(k6.generate(input), 'loadtest.js');
      const names = script.matchAll(/(?<!export )\b(?:const|import) (\w+)/g).map(([, name = '']) => name);
      for (const name of names) expect([name, script.split(new RegExp(`\\b${name}\\b`)).length > 2]).toEqual([name, true]);
    }
  });
});

describe('requests that k6 itself would repeat', () => {
  const plain = scriptInput('http://127.0.0.1:1');
  const script = (flow: Partial<ScriptInput['flow']>) => textOf(k6.generate({ ...plain, flow: { ...plain.flow, ...flow } }), 'loadtest.js');
  const warnings = (flow: Partial<ScriptInput['flow']>) => k6.warnings?.({ ...plain, flow: { ...plain.flow, ...flow } }) ?? [];
  const sends = (method: string, headers = requestTo('/', null).headers) => ({ execute: requestTo('/health', null, { method, success: 'custom', headers }) });

  test('polls go over fresh connections, all of the flow does, and it is told', () => {
    for (const flow of [asyncGatewayFlow('w'), sessionsFlow(null)]) {
      expect(script(flow)).toContain('noConnectionReuse: true');
      expect(warnings(flow)).toEqual([expect.stringContaining('each request opens a connection of its own')]);
      expect(k6.refuse({ ...plain, flow: { ...plain.flow, ...flow } })).toEqual([]);
    }
    expect(script({})).not.toContain('noConnectionReuse');
    expect(warnings({})).toEqual([]);
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'get'])('%s as the execution itself is refused where connections are reused, and told what to do', (method) => {
    const input = { ...plain, flow: { ...plain.flow, ...sends(method) } };
    expect(k6.refuse(input)).toEqual([{ path: 'connections', message: `k6 itself repeats a ${method.toUpperCase()} that is lost on a used connection, so that the target would receive more than was counted: set connections to perIteration.` }]);
    expect(k6.refuse({ ...input, plan: { ...plain.plan, connections: 'perIteration' } })).toEqual([]);
    // An iteration is one request, or it begins with a login on the same connection.
    expect(warnings(sends(method))).toEqual([]);
    expect(warnings({ ...sends(method), ...loginFlow })).toHaveLength(1);
    expect(script(sends(method))).toContain('noConnectionReuse: true');
  });

  test('and so is a POST with a header that calls it harmless', () => {
    const flow = sends('POST', [{ name: 'X-Idempotency-Key', value: '1' }]);
    expect(k6.refuse({ ...plain, flow: { ...plain.flow, ...flow } }).map(({ path: p, message }) => [p, message])).toEqual([['connections', expect.stringContaining('a request with x-idempotency-key')]]);
    expect(k6.refuse({ ...plain, flow: { ...plain.flow, ...sends('POST') } })).toEqual([]);
  });
});

test('that an objective does not stop a script of k6 by hand is told before it is one', () => {
  const warnings = (abortAfterMs: number | null) => k6.warnings?.(scriptInput('http://127.0.0.1:1', { objectives: [p95Below(500), { ...p95Below(100), abortAfterMs }] })) ?? [];
  expect(warnings(5000)).toEqual([expect.stringMatching(/^By hand a script of k6 does not stop early: .*abortAfterMs/)]);
  expect(warnings(null)).toEqual([]);
});

describe('what k6 cannot send as it is', () => {
  test('is refused with the place of it', () => {
    const execute = requestTo('/a%20b%', [{ text: '{"a":"\udc00"}' }], { headers: [{ name: 'x-a', value: 'ok' }, { name: 'x-b', value: '\ud800' }] });
    const login = requestTo('/login%', [{ text: '{}' }], { name: 'login', success: 'value', takes: { value: 'token', pointer: '/token' } });
    const input = scriptInput('http://127.0.0.1:1/%zz', {}, { execute, login }, { data: { 'data/definition.json': '"\ud800"' } });
    expect(k6.refuse(input).map(({ path: p }) => p)).toEqual(['target.headers', 'target.body', 'workflow', 'target.baseUrl', 'target.auth.login.path', 'target.path']);
  });
});

describe('large bodies', () => {
  const definition = (text: string, users: number, flow: Partial<ScriptInput['flow']> = {}) =>
    k6.warnings?.(scriptInput('http://127.0.0.1:1', { maxUsers: users }, flow, { data: { 'data/definition.json': text } })) ?? [];
  const megabytes = (count: number, letter = 'a') => letter.repeat((count * 1e6) / Buffer.byteLength(letter));

  test('are told to take memory for each user, more where they are put together from parts or hold other letters', () => {
    const joined = { execute: requestTo('/', [{ text: '{"a":' }, { file: 'data/definition.json' }, { text: '}' }]) };
    expect(definition(megabytes(10), 20)).toEqual([]);
    expect(definition(megabytes(10), 30)).toEqual([expect.stringContaining('for each of its 30 users: with bodies of this size it needs about 2 GB')]);
    expect(definition(megabytes(10), 20, joined)).toEqual([expect.stringContaining('about 2 GB')]);
    expect(definition(megabytes(10, 'é'), 20, joined)).toEqual([expect.stringContaining('about 4 GB')]);
    expect(definition(megabytes(1), 100)).toEqual([]);
  });
});

describe('answers of k6', () => {
  test.each([
    [1050, 'request timeout', 'timeout'],
    [1211, 'dial: i/o timeout', 'timeout'],
    [1212, 'dial: connection refused', 'refused'],
    [1220, 'read: connection reset by peer', 'reset'],
    [1201, 'write: broken pipe', 'reset'],
    [1000, 'EOF', 'reset'],
    [1000, 'unexpected EOF', 'reset'],
    [1000, 'http: server closed idle connection', 'reset'],
    [1101, 'lookup: no such host', 'dns'],
    [1100, 'lookup x: server misbehaving', 'dns'],
    [1310, 'x509: unknown authority', 'tls'],
    [1000, 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid', 'tls'],
    [1210, 'dial: network is unreachable', 'other'],
    [1000, 'malformed HTTP response "x"', 'other'],
  ])('with code %i, %s: %s', async (code, message, outcome) => {
    const { answerOf } = await instrument('answer');
    expect(answerOf({ status: 0, error_code: code, error: message, body: null })).toEqual({ failure: [outcome, message] });
  });

  test('are status and text; without a body the text is empty', async () => {
    const { answerOf } = await instrument('answer');
    expect(answerOf({ status: 204, body: null, error_code: 0, error: '' })).toEqual({ status: 204, body: '' });
    expect(answerOf({ status: 500, body: '{}', error_code: 1500, error: '' })).toEqual({ status: 500, body: '{}' });
  });

  test('that k6 itself cut are none', async () => {
    const { wasCut } = await instrument('answer');
    expect([wasCut({ status: 0, error: 'context canceled' }), wasCut({ status: 0, error: 'EOF' }), wasCut({ status: 200, error: '' })]).toEqual([true, false, false]);
  });

  test('tell a duration that holds the time to connect; a connection that was there already took none', async () => {
    const { durationOf, connectOf } = await instrument('answer');
    expect(durationOf({ status: 200, timings: { blocked: 1.5004, duration: 80.25 } }, 99_000)).toBe(81_750);
    expect(durationOf({ status: 0, timings: { blocked: 0, duration: 0 } }, 99_000)).toBe(99_000);
    expect(durationOf({ status: 0, timings: { blocked: 0, duration: 0 } }, -5)).toBe(0);
    expect(connectOf({ timings: { connecting: 0.012, blocked: 0.3 } })).toBe(300);
    expect(connectOf({ timings: { connecting: 0, blocked: 0.002 } })).toBeUndefined();
  });
});

// What variables, target and share may be: tests/templates/vectors.test.ts.
describe('the environment', () => {
  const flow = { baseUrl: 'http://127.0.0.1:8000/' };
  const token = { name: 'TOKEN', holds: 'the bearer token', kind: 'header' };
  const variable = (kind: string) => ({ name: 'V', holds: 'what it holds', kind });
  const https = { GODEBUG: 'x=1,http2client=0', LOAD_TEST_TARGET: 'https://example.com/base/', TOKEN: 't' };

  test('gives target, values, share and where samples go', async () => {
    const { readEnvironment } = await instrument('environment');
    expect(readEnvironment({ TOKEN: 'a b' }, flow, [token])).toEqual({ target: 'http://127.0.0.1:8000', values: { TOKEN: 'a b' }, shard: [0, 1], startAt: null, reporting: false, toolVersion: 'unknown' });
    expect(readEnvironment({ ...https, LOAD_TEST_SAMPLES: 'console', LOAD_TEST_TOOL_VERSION: '2.2.0', LOAD_TEST_SHARD: '2/3', LOAD_TEST_START_AT: '1767600000000' }, flow, []))
      .toEqual({ target: 'https://example.com/base', values: {}, shard: [2, 3], startAt: 1_767_600_000_000, reporting: true, toolVersion: '2.2.0' });
    expect(readEnvironment({ TOKEN: 't', LOAD_TEST_TARGET: 'http://[::1]:8000' }, flow, [token]).target).toBe('http://[::1]:8000');
  });

  test('takes one placeholder for every kind, as the check before a run gives it', async () => {
    const { readEnvironment } = await instrument('environment');
    for (const kind of ['header', 'json', 'number', 'text']) expect(readEnvironment({ V: '1' }, flow, [variable(kind)]).values).toEqual({ V: '1' });
  });

  test.each([
    [{}, 'the environment variable TOKEN is not set: it holds the bearer token.'],
    [{ TOKEN: 't', LOAD_TEST_TARGET: 'http://host:70000' }, 'a port from 1 to 65535'],
    [{ TOKEN: 't', LOAD_TEST_SAMPLES: 'samples.ndjson' }, '--console-output FILE'],
    [{ TOKEN: 't', LOAD_TEST_SAMPLES: 'fd:3' }, '--console-output FILE'],
    [{ TOKEN: 't', LOAD_TEST_SHARD: '3/3' }, 'LOAD_TEST_SHARD'],
    [{ TOKEN: 't', LOAD_TEST_START_AT: 'soon' }, 'LOAD_TEST_START_AT'],
    [{ ...https, GODEBUG: '' }, 'GODEBUG=http2client=0'],
    [{ ...https, LOAD_TEST_CA: '/ca.pem' }, 'SSL_CERT_FILE'],
    [{ ...https, HTTPS_PROXY: 'http://proxy' }, 'NO_PROXY=*'],
    [{ TOKEN: 't', LOAD_TEST_TARGET: 'http://example.com', http_proxy: 'http://proxy' }, 'NO_PROXY=*'],
  ])('%o: one line, no stack', async (env, problem) => {
    const { readEnvironment } = await instrument('environment');
    let thrown: unknown;
    try {
      readEnvironment(env, flow, [token]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatch(/^load test: [^\n]+$/);
    expect(thrown).toContain(problem);
  });

  test('a file of certificates is there, and holds one; whether it can be read a script of k6 cannot see', async () => {
    const { readEnvironment } = await instrument('environment');
    const readFrom = (file: string, read: () => string) => () => readEnvironment({ TOKEN: 't', LOAD_TEST_CA: file }, flow, [token], read).target;
    const [good = ''] = rootCertificates;
    for (const text of [good, `# two\n${good}\n${good}`, good.replace(/^[A-Za-z]{3}/gm, 'AAA'), good.replaceAll('\n', '\r\n')]) expect(readFrom('/ca.pem', () => text)()).toBe('http://127.0.0.1:8000');
    for (const text of ['', 'no certificate', '-----BEGIN CERTIFICATE-----', good.replaceAll('CERTIFICATE', 'PUBLIC KEY')])
      expect(readFrom('/ca.pem', () => text)).toThrow(/^load test: LOAD_TEST_CA=\/ca\.pem holds no certificate that can be read\.$/);
    const gone = () => { throw new Error('there is none\nat all'); };
    expect(readFrom('/ca.pem', gone)).toThrow(/^load test: LOAD_TEST_CA=\/ca\.pem cannot be read: there is none\.$/);
    // Where it would be is not known.
    expect(readFrom('ca.pem', gone)()).toBe('http://127.0.0.1:8000');
  });

  test('a proxy that does not concern the target is no obstacle', async () => {
    const { readEnvironment } = await instrument('environment');
    expect(readEnvironment({ TOKEN: 't', http_proxy: 'http://proxy' }, flow, [token]).target).toBe('http://127.0.0.1:8000');
    expect(readEnvironment({ ...https, HTTPS_PROXY: 'http://proxy', NO_PROXY: '*' }, flow, [token]).target).toBe('https://example.com/base');
  });
});

describe('how it ended', () => {
  test.each([
    [{ code: 0, signal: null }, 'ok'],
    [{ code: 99, signal: null }, 'objectives_failed'],
    [{ code: 105, signal: null }, 'interrupted'],
    [{ code: 103, signal: null }, 'interrupted'],
    [{ code: null, signal: 'SIGINT' }, 'interrupted'],
    [{ code: null, signal: 'SIGTERM' }, 'interrupted'],
    [{ code: null, signal: 'SIGKILL' }, 'broke'],
    [{ code: 107, signal: null }, 'broke'],
    [{ code: 104, signal: null }, 'broke'],
    [{ code: 108, signal: null }, 'broke'],
    [{ code: 255, signal: null }, 'broke'],
    [{ code: null, signal: null }, 'broke'],
  ])('%o is %s', (exit, expected) => {
    expect(k6.ending(exit)).toBe(expected);
  });

  test('the problem is the last line that says something', () => {
    expect(k6.problemFrom('load test: the environment variable TOKEN is not set: it holds the bearer token.\n\n', '')).toBe('the environment variable TOKEN is not set: it holds the bearer token.');
    expect(k6.problemFrom("ReferenceError: nope is not defined\n\tat file:///x/loadtest.js:3:1(2)\n\n", '')).toBe('ReferenceError: nope is not defined');
    expect(k6.problemFrom('time="2026-11-25T09:39:52Z" level=error msg="Error: \\"x\\"\\n\\tat f (file:///x.js:1:55(3))\\n" hint="script exception"\n', '')).toBe('Error: "x"');
    expect(k6.problemFrom("could not initialize 'loadtest.js': could not load JS test 'file:///tmp/x/loadtest.js': file:///tmp/x/loadtest.js: Line 113:1 Unexpected token )\n", '')).toBe('loadtest.js: Line 113:1 Unexpected token )');
    expect(k6.problemFrom('test aborted: the script broke: TypeError: a is not a function\n\tat file:///x/loadtest.js:90:3(2)\n\tat native\n\n', '')).toBe('TypeError: a is not a function');
    expect(k6.problemFrom('Request Failed\nRequest Failed\n', 'LOADTEST_VERDICT passed\n')).toBeNull();
  });
});

describe('the tool', () => {
  test('its version is read from what it prints', () => {
    expect(k6.tool.parseVersion('k6 v2.2.0 (commit/87883075cc, go1.26.8, linux/amd64)\n')).toBe('2.2.0');
    expect(k6.tool.parseVersion('k6.exe v1.3.0 (go1.24, windows/amd64)\n')).toBe('1.3.0');
    expect(k6.tool.parseVersion('artillery 2.0.34\n')).toBeNull();
  });

  test('nothing of the user\'s own k6 settings comes into a run', () => {
    const { args, env, samples } = k6.run({ executable: '/bin/k6', folder: '/run', entryFile: 'loadtest.js', fifo: '/run/samples' });
    expect(samples).toBe('fifo');
    expect(args.slice(0, 5)).toEqual(['run', '--quiet', '--no-color', '--config', 'instrument/config.json']);
    expect(k6.run({ executable: '/bin/k6', version: '2.2.0', folder: '/run', entryFile: 'loadtest.js', fifo: '/run/samples' }).env['LOAD_TEST_TOOL_VERSION']).toBe('2.2.0');
    expect(env).toMatchObject({ LOAD_TEST_SAMPLES: 'console', K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false', GODEBUG: 'http2client=0', NO_PROXY: '*' });
  });
});
