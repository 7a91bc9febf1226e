/** Bundles for Artillery as text, and their JavaScript without Artillery: layout, values only as literals, arithmetic, rules. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import prettier from 'prettier';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { areaUntil, durationOf, type Load, levelAt, plannedIterations, type Stage } from '../../server/script/load.ts';
import { problemsOf } from '../../templates/artillery/check/problems.ts';
import { artillery } from '../../templates/artillery/index.ts';
import type { Bundle, RunRequest, ScriptInput, ScriptPlan } from '../../templates/framework.ts';
import { bearer, bearerVariable, fewFailures, p95Below, requestTo, scriptInput, textOf, writeBundle } from '../helpers/bundle.ts';
import { goldenInputs } from '../helpers/golden.ts';

let folder: string;
/** A module of a bundle's instrument, as it lies in the bundle. */
// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
const instrument = (name: string): Promise<any> => import(pathToFileURL(path.join(folder, `instrument/${name}.mjs`)).href);
// biome-ignore lint/suspicious/noExplicitAny: modules of the bundle have no types
const shared = (name: string): Promise<any> => import(pathToFileURL(path.join(folder, `instrument/${name}.js`)).href);

beforeAll(async () => {
  folder = await writeBundle(artillery.generate(scriptInput('http://127.0.0.1:8000')));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(Object.entries(goldenInputs))('the bundle %s', (_name, input) => {
  const bundle = artillery.generate(input);

  test('lies as Prettier lays it', async () => {
    for (const { path: file, text } of bundle.files.filter(({ path: p }) => /\.(yml|mjs|js)$|package\.json$/.test(p))) expect(await prettier.format(text, { filepath: file }), file).toBe(text);
  });

  test('passes the check of loadtest.yml', async () => {
    const place = await writeBundle(bundle);
    const exported = Object.keys(await import(pathToFileURL(path.join(place, 'processor.mjs')).href));
    await rm(place, { recursive: true });
    expect(problemsOf(textOf(bundle, 'loadtest.yml'), exported)).toEqual([]);
  });

  test('lets all virtual users of the plan arrive in one worker, and replacements until its end', () => {
    const { config } = parse(textOf(bundle, 'loadtest.yml'));
    const { maxUsers, durationMs } = input.plan;
    // Artillery gives phases of `arrivalCount` to one worker only.
    expect(config.phases).toEqual([
      { name: 'users', duration: 1, arrivalCount: maxUsers },
      { name: 'replacements', duration: durationMs / 1000, arrivalCount: (20 * durationMs) / 1000, maxVusers: maxUsers },
    ]);
    // That of each request comes from PLAN.
    expect(config).not.toHaveProperty('http');
  });

  test('shows the requests of the flow in their order, and no others', () => {
    const [{ loop }] = parse(textOf(bundle, 'loadtest.yml')).scenarios[0].flow;
    const { login, setUp, execute, baseline, poll } = input.flow;
    const expected = [...(login ? [login] : []), ...setUp, execute, ...(baseline ? [baseline] : []), ...(poll ? [poll] : [])].map(({ name: request, method, path: url }) => [method.toLowerCase(), request, url]);
    const shown = loop.slice(1).map((step: Record<string, { name: string; url: string }>) => Object.entries(step).map(([verb, { name: request, url }]) => [verb, request, url])[0]);
    expect(shown).toEqual(expected);
  });
});

describe('text of the user', () => {
  const nasty = `"'\`\\ \${1} {{ target }} {% x %} # */ \r\n\u2028\u2029 </script> \u{1f600}`;
  const header = 'MARK {{ target }} "\\ #';
  const input = scriptInput(
    'http://127.0.0.1:8000/MARK%zz{{x}}',
    { pollIntervalMs: 10, pollDeadlineMs: 1000 },
    {
      ...bearer('MARK_TOKEN'),
      execute: requestTo('/MARK/{{target}}?q="*/', [{ text: `MARK${nasty}` }, { file: 'data/MARK.json' }], { headers: [{ name: 'X-MARK', value: header }], success: 'accepted', takes: { value: 'execution', pointer: '/id' } }),
      poll: requestTo('/MARK/{execution}', null, { name: 'poll', success: 'polledGateway' }),
      checks: [{ name: `MARK${nasty}`, pointer: `/MARK${nasty}`, equals: '"MARK"' }],
      secrets: [{ variable: 'MARK_SECRET', marker: '<<MARK>>', file: 'data/MARK.json' }],
    },
    {
      variables: [...bearerVariable('MARK_TOKEN'), { name: 'MARK_SECRET', holds: `MARK${nasty}`, kind: 'json' }],
      data: { 'data/MARK.json': `MARK${nasty}<<MARK>>`, 'data/definition.json': '{}' },
      planText: '{"MARK":1e400}',
    },
  );
  const bundle = artillery.generate(input);
  const withoutStrings = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');

  test.each(['loadtest.yml', 'processor.mjs'])('stands in %s only within string literals', (file) => {
    // An apostrophe in a comment would hide what follows it from this test.
    const code = textOf(bundle, file).replace(/^\s*(?:#|\/\/|\/\*\*|\*).*$/gm, (comment) => (comment.includes('MARK') ? comment : ''));
    expect(code).toContain('MARK');
    expect(withoutStrings(code)).not.toContain('MARK');
    expect(code).not.toMatch(/[\u2028\u2029\r]/);
  });

  test('is in no constant file', () => {
    for (const file of bundle.files.filter(({ path: p }) => p.startsWith('instrument/'))) expect(file.text).not.toContain('MARK');
  });

  test('leaves nothing in loadtest.yml that Artillery would take for a template', () => {
    expect(textOf(bundle, 'loadtest.yml')).not.toContain('{{');
    expect(() => decodeURIComponent(parse(textOf(bundle, 'loadtest.yml')).config.target)).not.toThrow();
  });

  test('data files and the plan are what was given', () => {
    expect(textOf(bundle, 'data/MARK.json')).toBe(`MARK${nasty}<<MARK>>`);
    expect(textOf(bundle, 'plan.json')).toBe('{"MARK":1e400}');
  });

  test('goes to Artillery as it is, in kinds of values that Artillery does not rewrite', async () => {
    const values = { MARK_TOKEN: '{{ target }}', MARK_SECRET: '{{ $env.HOME }}' };
    const execute = await requestOf(bundle, input, values);
    expect(Buffer.isBuffer(execute['body'])).toBe(true);
    expect(String(execute['body'])).toBe(`MARK${nasty}MARK${nasty}{{ $env.HOME }}`);
    // Seconds: Artillery's own timeout comes after that of the plan.
    expect(execute).toMatchObject({ timeout: 10, method: 'POST', uri: 'http://127.0.0.1:8000/MARK%zz%7B%7Bx%7D%7D/MARK/%7B%7Btarget%7D%7D?q="*/' });
    const headers = execute['headers'] as Record<string, unknown>;
    expect(Object.entries(headers).map(([name, value]) => [name, typeof value, String(value)])).toEqual([['X-MARK', 'object', header], ['authorization', 'object', 'Bearer {{ target }}']]);
    // What an answer gave is inert as well, and a GET has no body.
    const poll = await requestOf(bundle, input, values, { id: 'a/{{ $env.HOME }}?' });
    expect(poll).toMatchObject({ method: 'GET', uri: 'http://127.0.0.1:8000/MARK%zz%7B%7Bx%7D%7D/MARK/a%2F%7B%7B%20%24env.HOME%20%7D%7D%3F' });
    expect(poll).not.toHaveProperty('body');
  });
});

/** What a virtual user of a bundle hands to Artillery: the first request, or the one after this answer. */
async function requestOf(bundle: Bundle, input: ScriptInput, values: Record<string, string>, answer?: object): Promise<Record<string, unknown>> {
  const place = await writeBundle(bundle);
  const load = (name: string) => import(pathToFileURL(path.join(place, `instrument/${name}.mjs`)).href);
  const { plan, flow, variables } = input;
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
  const [{ VirtualUser }, { readMaterial }, { newClock }] = await Promise.all([load('virtual-user'), load('material'), load('clock')]);
  const material = readMaterial({ plan, flow, variables, folder: pathToFileURL(`${place}/`) });
  vi.unstubAllEnvs();
  await rm(place, { recursive: true });

  const agents = { _httpAgent: new http.Agent(), _httpsAgent: new https.Agent() };
  const context = { vars: {} as { turn?: string }, _jar: { setCookie: () => {} }, ...agents };
  const clock = newClock();
  const user = new VirtualUser(context, { plan: { ...plan, pollIntervalMs: 0 }, flow, material, clock, reporter: { request: () => {} }, secureContext: undefined });
  const next = () =>
    new Promise<Record<string, unknown>>((resolve) => {
      user.waits(() => resolve(user.requestOf({ name: context.vars.turn })));
      user.continue(() => true);
    });
  user.begin(material.inputsOf(0), null);
  const first = await next();
  if (!answer) return first;
  user.send(() => {});
  user.settle('', () => ({ status: 200, body: JSON.stringify(answer) }));
  return next();
}

describe('what the script takes from the environment', () => {
  const readWith = async (environment: Record<string, string>, variables: readonly object[] = []) => {
    const { readEnvironment } = await instrument('environment');
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    try {
      return readEnvironment({ baseUrl: 'http://127.0.0.1:8000/' }, variables);
    } finally {
      vi.unstubAllEnvs();
    }
  };

  // What they may be: tests/templates/vectors.test.ts.
  test('is its variables, the target, and when it begins', async () => {
    const variables = [{ name: 'THE_VALUE', holds: 'the value of /a', kind: 'number' }];
    expect(await readWith({ THE_VALUE: '1' }, variables)).toEqual({ target: 'http://127.0.0.1:8000', values: { THE_VALUE: '1' }, certificates: null, startAt: null });
    expect(await readWith({ LOAD_TEST_TARGET: 'https://h/a/', LOAD_TEST_START_AT: '1767600000000' })).toMatchObject({ target: 'https://h/a', startAt: 1_767_600_000_000 });
    await expect(readWith({ THE_VALUE: 'x' }, variables)).rejects.toThrow('the environment variable THE_VALUE cannot be used as the value of /a: it must be a JSON number.');
    await expect(readWith({ LOAD_TEST_TARGET: 'http://h:70000' })).rejects.toThrow('LOAD_TEST_TARGET');
    await expect(readWith({ LOAD_TEST_START_AT: 'soon' })).rejects.toThrow('LOAD_TEST_START_AT');
  });

  test('is a file of certificates, each of which can be read', async () => {
    const place = await mkdtemp(path.join(tmpdir(), 'certificates-'));
    const file = path.join(place, 'ca.pem');
    const readFrom = async (text: string) => {
      await writeFile(file, text);
      return (await readWith({ LOAD_TEST_CA: file })).certificates;
    };
    const [good = ''] = rootCertificates;
    for (const text of [good, `# two\n${good}\n${good}`]) expect(await readFrom(text)).toBe(text);
    for (const text of ['', 'no certificate', good.replace(/^[A-Za-z]{3}/gm, 'AAA'), `${good}\n${good.replace(/\n.{40}/, '\n')}`])
      await expect(readFrom(text)).rejects.toThrow(`LOAD_TEST_CA=${file} holds no certificate that can be read.`);
    await rm(place, { recursive: true });
    await expect(readWith({ LOAD_TEST_CA: file })).rejects.toThrow(`LOAD_TEST_CA=${file} cannot be read: `);
  });
});

describe('the score', () => {
  const { plan } = scriptInput('http://127.0.0.1:8000', { objectives: [{ ...p95Below(500), abortAfterMs: 1000 }, fewFailures], steady: [[0, 4000]] });
  const request = (startMs: number, ms: number, outcome = 'ok') => ['req', startMs * 1000, 'execute', ms * 1000, outcome, 200, { exec: true }];
  const facts = { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: 0, broken: null };

  test('shows the latency that its verdict is about', async () => {
    const { newScore } = await instrument('score');
    const score = newScore(plan, true);
    for (let i = 0; i < 60; i++) score.read(request(i * 10, i < 40 ? 20 : 200));
    // A fast failure says nothing about latency, a poll is no execution, and a warm-up is not judged.
    score.read(request(700, 1, 'refused'));
    score.read(['req', 700_000, 'poll', 1000, 'ok', 200, {}]);
    score.read(['exec', 700_000, 300_000, 'ok']);
    const { lines } = score.sumUp(facts);
    // The fast failure, told by its class.
    expect(lines[0]).toBe('failed executions: 1 refused');
    expect(lines[2]).toMatch(/^passed +p95 < 500 ms of executions, steady +200\.\d ms +61 +0 +3$/);
  });

  test.each<[what: string, outcome: string, interrupted: number, counts: string]>([
    ['a timeout', 'timeout', 0, '2 +1'],
    ['a deadline', 'poll_deadline', 0, '2 +1'],
    ['what had no end', 'refused', 1, '2 +1'],
  ])('shows %s as slower than all others', async (_what, outcome, interrupted, counts) => {
    const { newScore } = await instrument('score');
    const score = newScore(plan, true);
    score.read(request(0, 20));
    score.read(request(0, 5001, outcome));
    expect(score.sumUp({ ...facts, interrupted }).lines[2]).toMatch(new RegExp(`>= 5000 ms +${counts} `));
  });

  test('stops the test when an objective was broken over its window, unless a server reads along', async () => {
    const { newScore } = await instrument('score');
    for (const watching of [true, false]) {
      const score = newScore(plan, watching);
      for (let i = 0; i < 30; i++) score.read(request(i, 900));
      expect(score.read(['gauge', 980_000, 3, 3, 30, 0, 0])).toBeNull();
      expect(score.read(['gauge', 1_980_000, 3, 3, 30, 0, 0])).toBe(watching ? 0 : null);
    }
  });

  test('is a table also without a sample', async () => {
    const { newScore } = await instrument('score');
    const { verdict, lines } = newScore(plan, true).sumUp(facts);
    expect(verdict).toBe('not_evaluated');
    expect(lines.at(-1)).toBe('LOADTEST_VERDICT not_evaluated reason=no_samples have=0 against=0 allowed=0');
    expect(lines).toHaveLength(4);
  });
});

describe('the phases in loadtest.yml', () => {
  type Phased = Pick<ScriptPlan, 'model' | 'maxUsers' | 'durationMs' | 'stages'>;
  const phased = (maxUsers: number, durationMs: number, rate: number | null = null): Phased =>
    ({ model: rate === null ? 'closed' : 'open', maxUsers, durationMs, stages: [{ durationMs: 0, target: rate ?? maxUsers }, { durationMs, target: 0 }] });
  const loads = fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1000, max: 7_200_000 }), fc.option(fc.double({ min: 0.1, max: 3000, noNaN: true }))).map((load) => phased(...load));
  const phasesOf = (plan: Phased) => parse(textOf(artillery.generate(scriptInput('http://127.0.0.1:1', { ...plan })), 'loadtest.yml')).config.phases as Record<string, number>[];

  test('are those of PLAN as they are generated, and with any number of theirs lowered they are not', async () => {
    const { phasesProblem } = await instrument('phases');
    fc.assert(
      fc.property(loads, (plan) => {
        const phases = phasesOf(plan);
        expect(phasesProblem(phases, plan)).toBeNull();
        for (const [i, phase] of phases.entries())
          for (const [name, value] of Object.entries(phase)) {
            if (typeof value !== 'number') continue;
            const lowered = phases.map((one, k) => (k === i ? { ...one, [name]: value - 1 } : one));
            // How long the users take to come is nobody's number but its own.
            if (i === 0 && name === 'duration' && value > 1) expect(phasesProblem(lowered, plan)).toBeNull();
            else expect(phasesProblem(lowered, plan)).toMatch(/^the phases in loadtest\.yml do not fit PLAN: [^\n]+\.$/);
          }
      }),
      { numRuns: 40 },
    );
  });

  test('bring the users of a share only, and replacements until its end, when it is waited for too', async () => {
    const { fitPhases } = await instrument('phases');
    const { shareOf } = await shared('share');
    const fitted = (whole: Phased, shard: readonly [number, number], waitMs: number) => {
      const phases = phasesOf(whole);
      const { plan } = shareOf({ ...whole, maxIterations: null, plannedIterations: null, objectives: [] }, { inputs: null }, shard);
      fitPhases(phases, plan, waitMs);
      return phases;
    };
    const closed = phased(3000, 20_000);
    expect(fitted(closed, [0, 1], 0)).toEqual(phasesOf(closed));
    expect(fitted(closed, [1, 3], 0)).toMatchObject([{ duration: 2, arrivalCount: 1000 }, { duration: 20, arrivalCount: 20 * 500, maxVusers: 1000 }]);
    expect(fitted(phased(40, 4000, 100), [2, 3], 4001)).toMatchObject([{ duration: 1, arrivalCount: 13 }, { duration: 9, arrivalCount: 9 * 67, maxVusers: 13 }]);
    // Of the whole plan what was written there by hand stays.
    const [users = {}, replacements = {}] = phasesOf(closed);
    const phases = [users, { ...replacements, arrivalCount: 40_000 }];
    fitPhases(phases, { ...closed, shard: [0, 1] }, 10_000);
    expect(phases[1]).toMatchObject({ duration: 30, arrivalCount: 60_000 });
  });

  test('that do not fit are told what has to stand there', async () => {
    const { phasesProblem } = await instrument('phases');
    const told = 'the phases in loadtest.yml do not fit PLAN: the first must let its 5 virtual users arrive (arrivalCount: 5), the second their replacements (duration: 64, arrivalCount: 1280, maxVusers: 5).';
    const longer = phased(5, 64_000);
    const phases = phasesOf(phased(5, 20_000));
    for (const wrong of [phases, undefined, [], phases.slice(0, 1), [...phasesOf(longer), { duration: 1, arrivalCount: 1 }], phasesOf(longer).map(({ arrivalCount: _, ...phase }) => phase)])
      expect(phasesProblem(wrong, longer)).toBe(told);
    expect(phasesProblem(phasesOf(longer), longer)).toBeNull();
  });

  test('let as many replacements come in a second as there are users, 20 to 500; in an open plan twice as many as starts at its peak, at least', () => {
    const perSecond = (plan: Phased) => (phasesOf(plan)[1]?.['arrivalCount'] ?? 0) / (plan.durationMs / 1000);
    expect([phased(3, 4000), phased(21, 4000), phased(3000, 4000), phased(40, 4000, 10), phased(10, 4000, 50), phased(10, 4000, 2000.2)].map(perSecond)).toEqual([20, 21, 500, 40, 100, 4001]);
  });
});

describe('the check of loadtest.yml', () => {
  const bundle = artillery.generate(goldenInputs['sessions'] as ScriptInput);
  const script = textOf(bundle, 'loadtest.yml');
  const exported = ['before', 'after', 'waitForTurn', 'more', 'isLogin', 'isSession', 'isWorkflow', 'isExecute', 'isPoll', 'beforeRequest', 'afterResponse', 'onError'];
  const lineOf = (part: string) => script.slice(0, script.indexOf(part)).split('\n').length;

  test.each<[why: string, from: string, to: string, at: string, message: string]>([
    ['a phase without load', 'arrivalCount: 3', 'arrivalcount: 3', 'arrivalCount: 3', '"arrivalcount" has no place here.'],
    ['arrivals that go to several workers', 'arrivalCount: 3', 'arrivalRate: 3', 'arrivalCount: 3', '"arrivalRate" has no place here.'],
    ['a verb that is none', '- get:', '- gett:', '- get:', '"gett" has no place here.'],
    ['a function that is none', 'whileTrue: "more"', 'whileTrue: "moar"', 'whileTrue', 'processor.mjs exports no function moar.'],
    ['a request that goes out in every pass', 'ifTrue: "isPoll"', 'ifTrue: "isPol"', 'ifTrue: "isPoll"', 'processor.mjs exports no function isPol.'],
    ['a hook that is missing', '    afterResponse: "afterResponse"\n', '', '- name: "workflow"\n    before', 'afterResponse is wrong: it must name a function.'],
    ['text that is no YAML', 'target: ', 'target ', 'target: ', 'Implicit keys need to be on a single line.'],
  ])('finds %s, with its line', (_why, from, to, at, message) => {
    expect(script).toContain(from);
    expect(problemsOf(script.replace(from, to), exported)).toContainEqual({ line: lineOf(at), message });
  });
});

describe('templates of an operator', () => {
  test('extend the product\'s in the blocks that it names', async () => {
    const folderOfOperator = await mkdtemp(path.join(tmpdir(), 'templates-'));
    await mkdir(path.join(folderOfOperator, 'artillery'));
    const blocks = (file: string, named: Record<string, string>) =>
      writeFile(path.join(folderOfOperator, 'artillery', `${file}.njk`), [`{% extends "load-test/artillery/${file}.njk" %}`, ...Object.entries(named).map(([block, text]) => `{% block ${block} %}\n${text}\n{% endblock %}`)].join('\n'));
    await blocks('processor.mjs', { imports: 'import { randomUUID } from "node:crypto";', beforeRequest: '  req.headers["x-request-id"] = randomUUID();', afterResponse: '  // after', extraRequests: 'export const isThrough = ({ turn }) => turn === "through";' });
    await blocks('loadtest.yml', { extraRequests: ['          - get:', '              name: "health"', '              url: "/health"', '              ifTrue: "isThrough"', '              followRedirect: false'].join('\n') });
    const bundle = artillery.generate({ ...(goldenInputs['closed-studio'] as ScriptInput), customTemplates: folderOfOperator });
    const [processor, script] = [textOf(bundle, 'processor.mjs'), textOf(bundle, 'loadtest.yml')];
    const inOrder = ['load-test.mjs"', 'node:crypto', 'const PLAN', 'test.requestOf', 'randomUUID()', 'test.send', 'test.answered', '// after', 'isThrough'].map((part) => processor.indexOf(part));
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
    expect(inOrder).not.toContain(-1);
    expect(parse(script).scenarios[0].flow[0].loop.at(-1)).toEqual({ get: { name: 'health', url: '/health', ifTrue: 'isThrough', followRedirect: false } });
    for (const [file, text] of [['processor.mjs', processor], ['loadtest.yml', script]] as const) expect(await prettier.format(text, { filepath: file })).toBe(text);
    expect(textOf(bundle, 'README.md')).toBe(textOf(artillery.generate(goldenInputs['closed-studio'] as ScriptInput), 'README.md'));
  });
});

describe('the schedule', () => {
  const stages = (target: fc.Arbitrary<number>) =>
    fc.array(fc.record({ durationMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 })), target }), { minLength: 1, maxLength: 6 });
  const load = (model: Load['model'], list: readonly Stage[]): Load => ({ model, stages: list, maxUsers: 1000, maxIterations: null });
  const startsOf = async (list: readonly Stage[], planned: number | null): Promise<number[]> => {
    const { startTimes } = await instrument('schedule');
    const { segmentsOf } = await shared('segments');
    return [...startTimes(segmentsOf(list), planned, [0, 1])];
  };

  test.each<[string, Stage[], number[]]>([
    ['a constant rate', [{ durationMs: 0, target: 10 }, { durationMs: 3000, target: 10 }], [10, 10, 10]],
    ['half a start a second', [{ durationMs: 0, target: 0.5 }, { durationMs: 6000, target: 0.5 }], [1, 0, 1, 0, 1, 0]],
    ['a jump', [{ durationMs: 0, target: 2 }, { durationMs: 1000, target: 2 }, { durationMs: 0, target: 20 }, { durationMs: 1000, target: 20 }], [2, 20]],
    ['a ramp', [{ durationMs: 4000, target: 40 }], [5, 15, 25, 35]],
    ['a pause', [{ durationMs: 0, target: 5 }, { durationMs: 1000, target: 5 }, { durationMs: 0, target: 0 }, { durationMs: 2000, target: 0 }, { durationMs: 0, target: 5 }, { durationMs: 1000, target: 5 }], [5, 0, 0, 5]],
  ])('keeps every second of %s on the line', async (_name, list, perSecond) => {
    const starts = await startsOf(list, plannedIterations(load('open', list)));
    expect(perSecond.map((_, second) => starts.filter((ms) => Math.floor(ms / 1000) === second).length)).toEqual(perSecond);
  });

  test('starts as many as planned, in order, each where the area says', async () => {
    await fc.assert(
      fc.asyncProperty(stages(fc.double({ min: 0, max: 60, noNaN: true })), async (list) => {
        const open = load('open', list);
        const starts = await startsOf(list, plannedIterations(open));
        expect(starts).toHaveLength(plannedIterations(open) ?? 0);
        starts.forEach((ms, i) => {
          expect(ms).toBeGreaterThanOrEqual(starts[i - 1] ?? 0);
          expect(Math.abs(areaUntil(open, ms) - i)).toBeLessThan(1e-6);
        });
      }),
    );
  });

  test('of a share starts its own of the starts, when they are due in the plan', async () => {
    const { startTimes } = await instrument('schedule');
    const { segmentsOf } = await shared('segments');
    const ramp = [{ durationMs: 4000, target: 40 }];
    const due = await startsOf(ramp, 80);
    const shares = [27, 27, 26].map((planned, index): number[] => [...startTimes(segmentsOf(ramp), planned, [index, 3])]);
    expect(shares).toEqual([0, 1, 2].map((index) => due.filter((_, i) => i % 3 === index)));
  });

  test('has as many users as the level, rounded up', async () => {
    const { joinsAt } = await instrument('schedule');
    const { segmentsOf } = await shared('segments');
    fc.assert(
      fc.property(stages(fc.integer({ min: 0, max: 12 })), fc.double({ min: 0, max: 1, noNaN: true }), (list, part) => {
        const closed = load('closed', list);
        const at = Math.floor(part * durationOf(closed)) + 0.123;
        const segments = segmentsOf(list);
        const users = Array.from({ length: 13 }, (_, k) => joinsAt(segments, k, at)).filter((ms) => ms === at).length;
        expect(users).toBe(Math.max(0, Math.ceil(levelAt(closed, at) - 1e-9)));
      }),
    );
  });

  test('a user joins when the level goes above the users before, and not again after the last time', async () => {
    const { joinsAt } = await instrument('schedule');
    const { segmentsOf } = await shared('segments');
    const segments = segmentsOf([{ durationMs: 4000, target: 4 }, { durationMs: 1000, target: 4 }, { durationMs: 0, target: 1 }, { durationMs: 1000, target: 1 }]);
    expect([0, 1, 2, 3].map((k) => joinsAt(segments, k, 0))).toEqual([0, 1000, 2000, 3000]);
    expect(joinsAt(segments, 4, 0)).toBeNull();
    expect(joinsAt(segments, 1, 4999)).toBe(4999);
    expect(joinsAt(segments, 1, 5000)).toBeNull();
    expect(joinsAt(segments, 0, 5000)).toBe(5000);
  });
});

describe('the open model', () => {
  const jump = (target: number) => ({ durationMs: 0, target });
  const plan = { stages: [jump(10), { durationMs: 1000, target: 10 }], plannedIterations: 10, shard: [0, 1] };

  /** Each start when it was due, at once: `busyFor` of them a virtual user is busy. */
  async function started(users: number, busyFor: number, rows = Infinity) {
    const { openModel } = await instrument('open');
    const due: (readonly [ms: number, run: () => void])[] = [];
    const clock = {
      at(ms: number, run: () => void) {
        due.push([ms, run]);
        return () => due.splice(0);
      },
    };
    const seen: (readonly [user: number | null, number: number])[] = [];
    const model = openModel(plan, clock, (user: number | undefined, ms: number, number: number) => {
      expect(ms).toBeCloseTo(number * 100, 6);
      if (number >= rows) {
        model.end();
        return false;
      }
      seen.push([user ?? null, number]);
      if (user === undefined) return false;
      const over = () => {
        model.finished();
        model.ready(user);
      };
      due.push([ms + busyFor * 100 - 1, over]);
      return true;
    });
    for (let user = 0; user < users; user++) model.ready(user);
    model.begin();
    for (;;) {
      due.sort(([a], [b]) => a - b);
      const next = due.shift();
      if (!next) break;
      next[1]();
    }
    return { seen, busy: model.users() };
  }

  test('numbers its starts by the plan: one that is dropped takes its number with it', async () => {
    const { seen, busy } = await started(1, 3);
    expect(seen).toEqual([[0, 0], [null, 1], [null, 2], [0, 3], [null, 4], [null, 5], [0, 6], [null, 7], [null, 8], [0, 9]]);
    expect(busy).toBe(0);
  });

  test('drops none where somebody is free, and starts no more when it is ended', async () => {
    expect((await started(3, 3)).seen.map(([user]) => user)).not.toContain(null);
    expect((await started(1, 1, 4)).seen).toHaveLength(4);
  });
});

test('failures of the network are classes', async () => {
  const { failureOf } = await shared('failure');
  const classOf = (code: string) => failureOf(Object.assign(new Error('m'), { code }))[0];
  const expected = { ECONNREFUSED: 'refused', ECONNRESET: 'reset', EPIPE: 'reset', ENOTFOUND: 'dns', EAI_AGAIN: 'dns', ETIMEDOUT: 'timeout', DEPTH_ZERO_SELF_SIGNED_CERT: 'tls', ERR_TLS_CERT_ALTNAME_INVALID: 'tls', EPROTO: 'tls', CERT_HAS_EXPIRED: 'tls', HPE_INVALID_CONSTANT: 'other', EHOSTUNREACH: 'other' };
  expect(Object.fromEntries(Object.keys(expected).map((code) => [code, classOf(code)]))).toEqual(expected);
  expect(failureOf(Object.assign(new Error('m'.repeat(500)), { code: 'X' }))[1]).toHaveLength(200);
});

describe('sample lines', () => {
  const pipe = async (): Promise<{ file: string; reader: number }> => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'pipe-')), 'lines');
    execFileSync('mkfifo', [file]);
    return { file, reader: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK) };
  };

  test('that nobody reads are dropped and counted; the writer does not wait', async () => {
    const { openSink } = await instrument('sink');
    const { file, reader } = await pipe();
    const sink = openSink(file);
    for (let i = 0; i < 100_000; i++) sink.write('x'.repeat(99));
    expect(sink.lost).toBeGreaterThan(40_000);
    expect(sink.lost).toBeLessThan(60_000);
    closeSync(reader);
    // The reader is gone: what it left is lost as well, and the end does not hang.
    await sink.end('the last line', 60_000);
    expect(sink.lost).toBeGreaterThan(99_000);
  });

  test('go to a file when it is one, and nowhere when nobody asks', async () => {
    const { openSink } = await instrument('sink');
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'lines-')), 'samples');
    const sink = openSink(file);
    sink.write('[1]');
    await sink.end('[2]', 60_000);
    expect({ text: await readFile(file, 'utf8'), lost: sink.lost }).toEqual({ text: '[1]\n[2]\n', lost: 0 });
    const none = openSink(undefined);
    none.write('[1]');
    await none.end('[2]', 60_000);
    expect({ isRead: none.isRead, lost: none.lost }).toEqual({ isRead: false, lost: 0 });
  });

  test('cannot go to a console, which is k6\'s way', async () => {
    const { openSink } = await instrument('sink');
    expect(() => openSink('console')).toThrow('LOAD_TEST_SAMPLES=console belongs to k6');
    expect(() => openSink('fd:x')).toThrow('LOAD_TEST_SAMPLES=fd:x cannot be written to');
  });
});

describe('Artillery as a program', () => {
  test('tells its version', () => {
    expect(artillery.tool.parseVersion('  /___/ banner\n\nVERSION INFO:\n\nArtillery: 2.0.34\nNode.js:   v24.21.0\nOS:        linux\n')).toBe('2.0.34');
    expect(artillery.tool.parseVersion('k6 v2.0.0')).toBeNull();
  });

  test('is started by this Node, whether found as its script or as a link to it; any other program as it is', async () => {
    const place = await mkdtemp(path.join(tmpdir(), 'program-'));
    const write = async (file: string, text: string) => {
      await mkdir(path.dirname(path.join(place, file)), { recursive: true });
      await writeFile(path.join(place, file), text);
      await chmod(path.join(place, file), 0o755);
    };
    await write('node_modules/artillery/bin/run', '#!/usr/bin/env node\n');
    await write('node_modules/.bin/shim', '@echo off\n');
    await write('elsewhere/artillery', '#!/bin/sh\nexec something\n');
    await symlink('../artillery/bin/run', path.join(place, 'node_modules/.bin/artillery'));
    const script = path.join(place, 'node_modules/artillery/bin/run');
    const commandOf = (executable: string) => {
      const request: RunRequest = { executable: path.join(place, executable), folder: '/f', entryFile: 'loadtest.yml', fifo: '' };
      const { file, args } = artillery.run(request);
      expect(artillery.check(request)).toMatchObject([{ file: process.execPath, args: [expect.stringMatching(/check-script\.ts$/), 'loadtest.yml'] }, { file, args, env: { LOAD_TEST_CHECK: '1' } }]);
      return [file, ...args];
    };
    for (const found of ['node_modules/artillery/bin/run', 'node_modules/.bin/artillery', 'node_modules/.bin/shim']) expect(commandOf(found)).toEqual([process.execPath, script, 'run', 'loadtest.yml']);
    expect(commandOf('elsewhere/artillery')).toEqual([path.join(place, 'elsewhere/artillery'), 'run', 'loadtest.yml']);
  });

  test.each([
    [{ code: 0, signal: null }, 'ok'],
    [{ code: 99, signal: null }, 'objectives_failed'],
    [{ code: 130, signal: null }, 'interrupted'],
    [{ code: 143, signal: null }, 'interrupted'],
    [{ code: null, signal: 'SIGINT' }, 'interrupted'],
    [{ code: null, signal: 'SIGKILL' }, 'broke'],
    [{ code: 1, signal: null }, 'broke'],
    [{ code: 11, signal: null }, 'broke'],
  ] as const)('%j is %s', (exit, ending) => {
    expect(artillery.ending(exit)).toBe(ending);
  });

  test.each([
    ['loadtest.yml:18: arrivalCount is missing.\nloadtest.yml:20: "arrivalcount" has no place here.\n', '', '"arrivalcount" has no place here.'],
    ['load test: no request was made.\n', 'Test run id: t1\n', 'no request was made.'],
    ['', 'Test run id: t1\nScenario validation error: "scenarios" is required\n', 'Scenario validation error: "scenarios" is required'],
    ["node:internal/modules\n    throw err;\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find module 'x'\n    at a (b:1)\n", '', "Cannot find module 'x'"],
    ['SyntaxError: Unexpected end of input\n    at a (b:1)\n', '', 'Unexpected end of input'],
    ['something odd\n', 'Test run id: t1\n', 'something odd'],
    ['', 'Test run id: t1\n', null],
  ])('says why it broke: %j', (stderr, stdout, sentence) => {
    expect(artillery.problemFrom(stderr, stdout)).toBe(sentence);
  });
});
