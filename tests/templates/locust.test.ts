/** Bundles for Locust as text: layout, values only as literals; and what of the instrument runs in plain Python. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { format as ruff } from '@wasm-fmt/ruff_fmt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { areaUntil, durationOf, type Load, levelAt, plannedIterations } from '../../server/script/load.ts';
import type { ScriptInput } from '../../templates/framework.ts';
import { locust } from '../../templates/locust/index.ts';
import { asyncGatewayFlow, bearer, p95Below, polled, requestTo, scriptInput, textOf } from '../helpers/bundle.ts';
import { goldenInputs } from '../helpers/golden.ts';

const folder = (path: string) => fileURLToPath(new URL(`../../templates/${path}/`, import.meta.url));
const python = spawnSync('python3', ['--version']).status === 0;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const load = (model: Load['model'], ...stages: [durationMs: number, target: number][]): Load =>
  ({ model, stages: stages.map(([durationMs, target]) => ({ durationMs, target })), maxUsers: 1000, maxIterations: null });

const closedLoads = [
  { name: 'up, level, down', load: load('closed', [10_000, 4], [5000, 4], [5000, 0]) },
  { name: 'a spike', load: load('closed', [0, 2], [4000, 2], [200, 9], [2000, 9], [0, 1], [3000, 3]) },
  { name: 'a pause', load: load('closed', [0, 3], [1000, 3], [0, 0], [1000, 0], [0, 3], [1000, 3]) },
];

const openLoads = [
  { name: 'constant', load: load('open', [0, 10], [6000, 10]) },
  { name: 'a ramp', load: load('open', [0, 10], [20_000, 200]) },
  { name: 'below one a second, and down to nothing', load: load('open', [0, 0.3], [7000, 0.3], [3000, 0]) },
  { name: 'a pause', load: load('open', [0, 10], [1000, 10], [0, 0], [5000, 0], [0, 10], [1000, 10]) },
  { name: 'an area that is not exact in binary', load: load('open', [700, 0.1], [2900, 7.7], [9100, 7.7]) },
];

test.each(Object.entries(goldenInputs))('the bundle %s is laid out as Ruff does it', (_name, input) => {
  for (const { path, text } of locust.generate(input).files.filter((file) => file.path.endsWith('.py'))) expect(ruff(text, path), path).toBe(text);
});

describe('files of a bundle', () => {
  test('data files and the plan are what was given, byte for byte', () => {
    const text = `{"a":"{{ x }} \${y} {% z %}\u2028","n":12345678901234567890,"big":1e400,"__proto__":{},"":0,"a":1}\r\n`;
    const bundle = locust.generate(scriptInput('http://127.0.0.1:1', {}, {}, { data: { 'data/definition.json': text, 'data/rows.jsonl': text }, planText: '{"load":1e400}' }));
    expect(textOf(bundle, 'data/definition.json')).toBe(text);
    expect(textOf(bundle, 'plan.json')).toBe('{"load":1e400}');
    expect(bundle.files.find((file) => file.path === 'data/rows.jsonl')).toEqual({ path: 'data/rows.jsonl', text, mediaType: 'application/x-ndjson' });
  });

  test('hold every module of the instrument', async () => {
    const paths = locust.generate(scriptInput('http://127.0.0.1:1')).files.map((file) => file.path);
    const modules = (await readdir(folder('locust/instrument'))).filter((name) => name.endsWith('.py'));
    expect(paths.filter((path) => path.startsWith('instrument/')).sort()).toEqual([...modules, 'refused-addresses.json'].map((name) => `instrument/${name}`).sort());
  });
});

describe('the script', () => {
  const scriptOf = (input: ScriptInput) => textOf(locust.generate(input), 'loadtest.py');

  test('shows no part that its flow does not have', () => {
    const plain = scriptOf(scriptInput('http://127.0.0.1:1'));
    for (const part of ['wait_until', 'VARIABLES', 'login  ', 'setUp  ', 'poll  ']) expect(plain).not.toContain(part);
    const polling = scriptOf(scriptInput('http://127.0.0.1:1', polled, asyncGatewayFlow('w')));
    expect(polling).toContain('            self.wait_until(step.at_ms)\n');
    expect(polling).not.toContain('setUp  ');
  });

  test('says in its header which variables it needs, and takes nothing but a name there', () => {
    const withVariable = (name: string) => scriptInput('http://127.0.0.1:1', {}, bearer(name), { variables: [{ name, holds: 'the token', kind: 'header' }] });
    expect(scriptOf(withVariable('MY_TOKEN'))).toMatch(/^"""(?:(?!""")[\s\S])*\n {4}MY_TOKEN\n/);
    expect(() => scriptOf(withVariable('A\n"""'))).toThrow('not the name of an environment variable');
  });

  test("an operator's template changes it in its named blocks, and nowhere else", async () => {
    const own = await mkdtemp(path.join(tmpdir(), 'templates-'));
    await mkdir(path.join(own, 'locust'));
    const blocks = {
      imports: 'import logging',
      beforeRequest: '            step.headers["x-team"] = "blue"',
      afterResponse: '            logging.debug(answer.outcome)',
      extraRequests: '        answer = self.send("health", "GET", "/health", {}, None)\n        self.report_extra(answer)',
    };
    const template = ['{% extends "load-test/locust/script.py.njk" %}', ...Object.entries(blocks).map(([name, text]) => `{% block ${name} %}\n${text}\n{% endblock %}`)];
    await writeFile(path.join(own, 'locust/script.py.njk'), template.join('\n'));
    const input = scriptInput('http://127.0.0.1:1');
    const [plain, changed] = [scriptOf(input), scriptOf({ ...input, customTemplates: own })];
    await rm(own, { recursive: true });
    expect(ruff(changed, 'loadtest.py')).toBe(changed);
    const added = Object.values(blocks).reduce((text, block) => {
      expect(text).toContain(`${block}\n`);
      return text.replace(`${block}\n`, '');
    }, changed);
    const anyHash = (text: string) => text.replace(/"scriptHash": ".*"/, '');
    expect(anyHash(added)).toBe(anyHash(plain));
    const order = ['import logging', 'class VirtualUser', 'x-team', 'answer = self.send(name', 'logging.debug', '"/health"', 'class LoadTest'].map((text) => changed.indexOf(text));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

describe.skipIf(!python)('in Python (needs python3)', () => {
  const nasty = `"""'''\\" \\N{BULLET} \${x} {{ y }} {% raw %} {# z #} # </script>\r\n\t\0\u0085\u2028\u2029\ud800 \x7f 12345678901234567890 f"{1}"`;
  const withText = (text: string): ScriptInput => {
    const request = requestTo(`/${text}`, [{ text }, { file: `data/${text}` }, { variable: text }], { name: text, headers: [{ name: `x-${text}`, value: text }], takes: { value: 'token', pointer: `/${text}` } });
    return scriptInput(
      `http://${text}`,
      { objectives: [{ ...p95Below(500), requestName: text }] },
      {
        credential: { header: text, prefix: text, variable: text }, login: request, setUp: [request], execute: request, poll: request,
        checks: [{ name: text, pointer: text, equals: text }],
        inputs: { kind: 'parts', file: text },
        secrets: [{ variable: text, marker: text, file: text }],
      },
      { variables: [{ name: 'A', holds: text, kind: 'text' }] },
    );
  };
  const parsed = (text: string) => {
    const script = textOf(locust.generate(withText(text)), 'loadtest.py');
    return JSON.parse(execFileSync('python3', [here('locust-skeleton.py')], { input: script, encoding: 'utf8' })) as { skeleton: string; strings: string[] };
  };

  test('text of the user is never anything but a literal, whatever it holds', () => {
    const [plain, hostile] = [parsed('plain'), parsed(nasty)];
    expect(hostile.skeleton).toBe(plain.skeleton);
    const others = (strings: string[]) => strings.filter((text) => !/^[0-9a-f]{64}$/.test(text));
    expect(others(hostile.strings)).toEqual(others(plain.strings).map((text) => text.replace('plain', () => nasty)));
    expect(hostile.strings.filter((text) => text.endsWith(nasty))).toHaveLength(4 * 8 + 13);
  });

  type Read = { readonly value: unknown; readonly problem?: undefined } | { readonly value?: undefined; readonly problem: string };
  interface Out {
    readonly profiles: readonly { readonly starts: readonly number[]; readonly windows: readonly (readonly [since: number, until: number, user: number])[] }[];
    readonly variables: readonly Read[];
    readonly certificates: readonly Read[];
    readonly samples: readonly Read[];
  }

  let out: Out;
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'settings-'));
    const [good = ''] = rootCertificates;
    const files = { good, several: `# two\n${good}\n${good}`, none: 'no certificate', damaged: good.replace(/^[A-Za-z]{3}/gm, 'AAA'), 'one-damaged': `${good}\n${good.replace(/\n.{40}/, '\n')}` };
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(place, name), text);
    execFileSync('mkfifo', [path.join(place, 'fifo')]);
    const profiles = [...closedLoads, ...openLoads].map(({ load }) => ({ stages: load.stages, count: plannedIterations(load) ?? 0, closed: load.model === 'closed' }));
    const variables = [Buffer.from('é'), Buffer.from([0xff])].map((bytes) => ({ kind: 'text', bytes: bytes.toString('hex') }));
    const certificates = [...Object.keys(files), 'gone'].map((name) => path.join(place, name));
    const samples = ['', 'console', 'fd:x', 'fd:77', path.join(place, 'fifo'), path.join(place, 'samples')];
    const input = JSON.stringify({ profiles, variables, certificates, samples });
    // It would wait for ever for somebody to read from the named pipe.
    const options = { input, encoding: 'utf8', timeout: 10_000, env: { PATH: process.env['PATH'], LC_ALL: 'C' } } as const;
    out = JSON.parse(execFileSync('python3', [here('locust-python.py'), folder('locust/instrument')], options)) as Out;
  });
  afterAll(() => rm(place, { recursive: true }));

  // What else it may be: tests/templates/vectors.test.ts.
  test('a variable is read as UTF-8, whatever the locale', () => {
    expect(out.variables).toEqual([{ value: 'é' }, { problem: 'load test: the environment variable VALUE is not UTF-8.' }]);
  });

  test('a file without a certificate, or with one that cannot be read, stops the script', () => {
    const none = (name: string) => ({ problem: `load test: LOAD_TEST_CA=${path.join(place, name)} holds no certificate that can be read.` });
    const gone = { problem: expect.stringMatching(/^load test: LOAD_TEST_CA=\S+gone cannot be read: .+\.$/) };
    expect(out.certificates).toEqual([{ value: null }, { value: null }, none('none'), none('damaged'), none('one-damaged'), gone]);
  });

  test('lines go nowhere, to a file or to a descriptor; what cannot be written to stops the script, and a named pipe without a reader does not hold it up', () => {
    const unwritable = (to: string) => ({ problem: expect.stringMatching(`^load test: LOAD_TEST_SAMPLES=${to} cannot be written to: .+\\.$`) });
    expect(out.samples).toEqual([
      { value: [null, false] },
      { problem: 'load test: LOAD_TEST_SAMPLES=console belongs to k6: give fd:3 or the path of a file.' },
      unwritable('fd:x'), unwritable('fd:77'), unwritable(path.join(place, 'fifo')),
      { value: [expect.any(Number), false] },
    ]);
  });

  test.each(closedLoads)('closed, $name: at any moment as many users are there as the line says, rounded up', ({ name, load }) => {
    const windows = out.profiles[closedLoads.findIndex((profile) => profile.name === name)]?.windows ?? [];
    for (let at = 1; at < durationOf(load); at += 37) {
      const there = windows.filter(([since, until]) => since * 1000 <= at && at < until * 1000);
      expect(there).toHaveLength(Math.ceil(levelAt(load, at)));
      expect(new Set(there.map(([, , user]) => user)).size).toBe(there.length);
    }
  });

  test.each(openLoads)('open, $name: number i starts where the area under the rate passes i', ({ name, load }) => {
    const starts = out.profiles[closedLoads.length + openLoads.findIndex((profile) => profile.name === name)]?.starts ?? [];
    expect(starts).toHaveLength(plannedIterations(load) ?? 0);
    starts.forEach((seconds, i) => {
      expect(areaUntil(load, seconds * 1000)).toBeCloseTo(i, 6);
      expect(areaUntil(load, seconds * 1000 + 50)).toBeGreaterThan(i);
    });
  });
});

describe('how it ended', () => {
  test.each([
    [{ code: 0, signal: null }, 'ok'],
    [{ code: 99, signal: null }, 'objectives_failed'],
    [{ code: 130, signal: null }, 'interrupted'],
    [{ code: null, signal: 'SIGINT' }, 'interrupted'],
    [{ code: null, signal: 'SIGTERM' }, 'interrupted'],
    [{ code: null, signal: 'SIGKILL' }, 'broke'],
    [{ code: 1, signal: null }, 'broke'],
    [{ code: 2, signal: null }, 'broke'],
    [{ code: null, signal: null }, 'broke'],
  ])('%o is %s', (exit, expected) => {
    expect(locust.ending(exit)).toBe(expected);
  });

  test('the problem is the last line that names an error', () => {
    const logged = '[2026-11-25 09:47:27,127] vm/INFO/locust.main: Starting Locust 2.47.0\n';
    expect(locust.problemFrom(`${logged}load test: the environment variable TOKEN is not set: it holds the bearer token.\n`, '')).toBe('the environment variable TOKEN is not set: it holds the bearer token.');
    expect(locust.problemFrom(`${logged}Traceback (most recent call last):\n  File "x.py", line 1\nModuleNotFoundError: No module named 'nope'\n`, '')).toBe("ModuleNotFoundError: No module named 'nope'");
    expect(locust.problemFrom(`${logged}[2026-11-25 09:47:27,127] vm/ERROR/locust.main: No User class found!\n`, '')).toBe('No User class found!');
    expect(locust.problemFrom('locust: error: unrecognized arguments: --nope\n', '')).toBe('locust: error: unrecognized arguments: --nope');
    expect(locust.problemFrom(logged, 'LOADTEST_VERDICT passed\n')).toBeNull();
  });
});

describe('the tool', () => {
  test('its version is read from what it prints, and the lock holds one in its range', async () => {
    expect(locust.tool.parseVersion('locust 2.47.0 from /usr/lib/python3/site-packages/locust (Python 3.11.7, OpenSSL 3.0.13)\n')).toBe('2.47.0');
    expect(locust.tool.parseVersion('artillery 2.0.34\n')).toBeNull();
    const lock = await readFile(`${folder('locust/tool')}${locust.tool.install?.kind === 'python' ? locust.tool.install.requirements : ''}`, 'utf8');
    expect(lock).toMatch(/^locust==2\.47\.0 \\$/m);
    expect(lock.match(/^[a-z][^\s]*==/gm)?.length).toBeGreaterThan(30);
  });
});
