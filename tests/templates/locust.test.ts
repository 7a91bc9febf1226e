/** Bundles for Locust as text: golden files, values only as literals, and the shared rules in Python. Nothing is run here but Python itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { areaUntil, durationOf, type Load, levelAt, plannedIterations } from '../../server/script/load.ts';
import type { ScriptInput } from '../../templates/framework.ts';
import { locust } from '../../templates/locust/index.ts';
import { goldenInputs, p95Below, scriptInput, textOf } from '../helpers/bundle.ts';

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

describe.each(Object.entries(goldenInputs))('the bundle %s', (name, input) => {
  test('is the golden one', async () => {
    const bundle = locust.generate(input);
    for (const file of ['loadtest.py', 'README.md'])
      await expect(textOf(bundle, file)).toMatchFileSnapshot(`${folder('locust/fixtures')}${name}/${file}`);
  });

  test('is the same bytes each time', () => {
    expect(locust.generate(structuredClone(input))).toEqual(locust.generate(input));
  });

  test('carries the hash of its script, taken with the hash left empty', () => {
    const script = textOf(locust.generate(input), 'loadtest.py');
    const [literal, hash] = /"scriptHash": "([0-9a-f]{64})"/.exec(script) ?? [];
    const empty = script.replace(literal ?? '', '"scriptHash": ""');
    expect(hash).toBe(createHash('sha256').update(empty).digest('hex'));
  });
});

describe('files of a bundle', () => {
  test('data files and the plan are what was given, byte for byte', () => {
    const text = `{"a":"{{ x }} \${y} {% z %}\u2028","n":12345678901234567890,"big":1e400,"__proto__":{},"":0,"a":1}\r\n`;
    const bundle = locust.generate({ ...scriptInput('http://127.0.0.1:1'), data: { 'data/definition.json': text }, planText: '{"load":1e400}' });
    expect(textOf(bundle, 'data/definition.json')).toBe(text);
    expect(textOf(bundle, 'plan.json')).toBe('{"load":1e400}');
  });

  test('hold every module of the instrument', () => {
    const paths = locust.generate(scriptInput('http://127.0.0.1:1')).files.map((file) => file.path);
    const modules = readdirSync(folder('locust/instrument')).filter((name) => name.endsWith('.py'));
    expect(paths.filter((path) => path.startsWith('instrument/')).sort()).toEqual(modules.map((name) => `instrument/${name}`).sort());
  });

  test('a text that UTF-8 cannot carry is refused, with the place of it', () => {
    const input = scriptInput('http://127.0.0.1:1', {}, { headers: [{ name: 'x-a', value: 'ok' }, { name: 'x-b', value: '\ud800' }], body: [{ text: '{"a":"\udc00"}' }] });
    expect(locust.refuse(input).map(({ path }) => path)).toEqual(['target.headers[1].value', 'inputs']);
    expect(locust.refuse(scriptInput('http://127.0.0.1:1'))).toEqual([]);
  });
});

describe.skipIf(!python)('in Python (needs python3)', () => {
  const nasty = `"""'''\\" \\N{BULLET} \${x} {{ y }} {% raw %} {# z #} # </script>\r\n\t\0\u0085\u2028\u2029\ud800 \x7f 12345678901234567890 f"{1}"`;
  const withText = (text: string): ScriptInput =>
    scriptInput(
      `http://${text}`,
      { objectives: [{ ...p95Below(500), requestName: text }] },
      { name: text, path: `/${text}`, headers: [{ name: `x-${text}`, value: text }], body: [{ text }, { file: `data/${text}` }], bearerVariable: text },
    );
  const parsed = (text: string) => {
    const script = textOf(locust.generate(withText(text)), 'loadtest.py');
    return JSON.parse(execFileSync('python3', [here('locust-skeleton.py')], { input: script, encoding: 'utf8' })) as { skeleton: string; strings: string[] };
  };

  test('text of the user is never anything but a literal, whatever it holds', () => {
    const [plain, hostile] = [parsed('plain'), parsed(nasty)];
    expect(hostile.skeleton).toBe(plain.skeleton);
    const others = (strings: string[]) => strings.filter((text) => !/^[0-9a-f]{64}$/.test(text));
    expect(others(hostile.strings)).toEqual(others(plain.strings).map((text) => text.replace('plain', () => nasty)));
    expect(hostile.strings.filter((text) => text.endsWith(nasty))).toHaveLength(9);
  });

  interface Out {
    readonly judge: Readonly<Record<string, unknown>>;
    readonly outcome: Readonly<Record<string, unknown>>;
    readonly profiles: readonly { readonly starts: readonly number[]; readonly windows: readonly (readonly [since: number, until: number, user: number])[] }[];
  }
  let out: Out;
  beforeAll(() => {
    const input = JSON.stringify([...closedLoads, ...openLoads].map(({ load }) => ({ stages: load.stages, count: plannedIterations(load) ?? 0, closed: load.model === 'closed' })));
    out = JSON.parse(execFileSync('python3', [here('locust-vectors.py'), folder('locust/instrument'), folder('shared/vectors')], { input, encoding: 'utf8' })) as Out;
  });

  const vectors = (file: string) => JSON.parse(readFileSync(`${folder('shared/vectors')}${file}`, 'utf8')) as { name: string; expected: object }[];

  test.each(vectors('judge.json'))('judges: $name', ({ name, expected }) => {
    expect(out.judge[name]).toEqual(expected);
  });

  test.each(vectors('outcome.json'))('reads an answer: $name', ({ name, expected }) => {
    expect(out.outcome[name]).toEqual(expected);
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
  test('its version is read from what it prints, and the lock holds one in its range', () => {
    expect(locust.tool.parseVersion('locust 2.47.0 from /usr/lib/python3/site-packages/locust (Python 3.11.7, OpenSSL 3.0.13)\n')).toBe('2.47.0');
    expect(locust.tool.parseVersion('artillery 2.0.34\n')).toBeNull();
    const lock = readFileSync(`${folder('locust/tool')}${locust.tool.install?.kind === 'python' ? locust.tool.install.requirements : ''}`, 'utf8');
    expect(lock).toMatch(/^locust==2\.47\.0 \\$/m);
    expect(lock.match(/^[a-z][^\s]*==/gm)?.length).toBeGreaterThan(30);
  });
});
