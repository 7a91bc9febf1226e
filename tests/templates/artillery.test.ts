/** Bundles for Artillery as text, and their JavaScript without Artillery: golden files, values only as literals, arithmetic, rules. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { areaUntil, durationOf, type Load, levelAt, plannedIterations, type Stage } from '../../server/script/load.ts';
import { artillery } from '../../templates/artillery/index.ts';
import type { RunRequest, ScriptInput } from '../../templates/framework.ts';
import { goldenInputs, scriptInput, textOf, writeBundle } from '../helpers/bundle.ts';

const fixtures = fileURLToPath(new URL('../../templates/artillery/fixtures/', import.meta.url));
const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../templates/shared/vectors/${name}.json`, import.meta.url), 'utf8'));

let folder: string;
/** A module of a bundle's instrument, as it lies in the bundle. */
// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
const instrument = (name: string): Promise<any> => import(pathToFileURL(path.join(folder, `instrument/${name}.mjs`)).href);

beforeAll(async () => {
  folder = await writeBundle(artillery.generate(scriptInput('http://127.0.0.1:8000')));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(Object.entries(goldenInputs))('the bundle %s', (name, input) => {
  test('is the golden one', async () => {
    const bundle = artillery.generate(input);
    for (const file of ['loadtest.yml', 'processor.mjs', 'README.md']) await expect(textOf(bundle, file)).toMatchFileSnapshot(`${fixtures}${name}/${file}`);
  });

  test('is the same bytes each time', () => {
    expect(artillery.generate(structuredClone(input))).toEqual(artillery.generate(input));
  });

  test('carries the hash of its script, taken with the hash left empty', () => {
    const bundle = artillery.generate(input);
    const processor = textOf(bundle, 'processor.mjs');
    const [literal, hash] = /"scriptHash": "([0-9a-f]{64})"/.exec(processor) ?? [];
    const empty = processor.replace(literal ?? '', '"scriptHash": ""');
    expect(hash).toBe(createHash('sha256').update(textOf(bundle, 'loadtest.yml')).update(empty).digest('hex'));
  });

  test('lets all virtual users of the plan arrive in one worker, and replacements until its end', () => {
    const { config } = parse(textOf(artillery.generate(input), 'loadtest.yml'));
    const { maxUsers, durationMs } = input.plan;
    // Artillery gives phases of `arrivalCount` to one worker only.
    expect(config.phases).toEqual([
      { name: 'users', duration: 1, arrivalCount: maxUsers },
      { name: 'replacements', duration: durationMs / 1000, arrivalCount: (20 * durationMs) / 1000, maxVusers: maxUsers },
    ]);
    expect(config.http.timeout * 1000).toBeGreaterThan(input.plan.requestTimeoutMs);
  });
});

describe('text of the user', () => {
  const nasty = `"'\`\\ \${1} {{ target }} {% x %} # */ \r\n\u2028\u2029 </script> \u{1f600}`;
  const header = 'MARK {{ target }} "\\ #';
  const input: ScriptInput = {
    ...scriptInput('http://127.0.0.1:8000/MARK%zz{{x}}', {}, {
      name: `MARK${nasty}`, path: '/MARK/{{target}}?q="*/', headers: [{ name: 'X-MARK', value: header }], body: [{ text: `MARK${nasty}` }, { file: 'data/MARK.json' }], bearerVariable: 'MARK_TOKEN',
    }),
    data: { 'data/MARK.json': `MARK${nasty}`, 'data/definition.json': '{}' },
    planText: '{"MARK":1e400}',
  };
  const bundle = artillery.generate(input);
  const withoutStrings = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"/g, '""');

  test.each(['loadtest.yml', 'processor.mjs'])('stands in %s only within string literals', (file) => {
    expect(textOf(bundle, file)).toContain('MARK');
    expect(withoutStrings(textOf(bundle, file))).not.toContain('MARK');
    expect(textOf(bundle, file)).not.toMatch(/[\u2028\u2029\r]/);
  });

  test('is in no constant file', () => {
    for (const file of bundle.files.filter(({ path: p }) => p.startsWith('instrument/'))) expect(file.text).not.toContain('MARK');
  });

  test('leaves nothing in loadtest.yml that Artillery would take for a template', () => {
    expect(textOf(bundle, 'loadtest.yml')).not.toContain('{{');
    expect(() => decodeURIComponent(parse(textOf(bundle, 'loadtest.yml')).config.target)).not.toThrow();
  });

  test('goes into the request byte for byte', async () => {
    const made = await writeBundle(bundle);
    process.env['MARK_TOKEN'] = '{{ target }}';
    const processor = await import(pathToFileURL(path.join(made, 'processor.mjs')).href);
    const req: { uri?: string; headers?: Record<string, unknown>; body?: Buffer } = {};
    processor.prepare(req, {}, {}, () => {});
    expect(req.body).toBeInstanceOf(Buffer);
    expect(req.body?.toString()).toBe(`MARK${nasty}MARK${nasty}`);
    expect(req.uri).toBe('http://127.0.0.1:8000/MARK%zz%7B%7Bx%7D%7D/MARK/%7B%7Btarget%7D%7D?q="*/');
    // Artillery renders plain strings only.
    expect(typeof req.headers?.['x-mark']).toBe('object');
    expect(String(req.headers?.['x-mark'])).toBe(header);
    expect(String(req.headers?.['authorization'])).toBe('Bearer {{ target }}');
    await rm(made, { recursive: true });
  });

  test('data files and the plan are what was given', () => {
    expect(textOf(bundle, 'data/MARK.json')).toBe(`MARK${nasty}`);
    expect(textOf(bundle, 'plan.json')).toBe('{"MARK":1e400}');
  });
});

describe('the shared rules, in the bundle', () => {
  test('read answers like everywhere', async () => {
    const { outcomeOf } = await instrument('outcome');
    for (const { name, rule, status, body, expected } of vectors('outcome')) expect(outcomeOf(rule, status, body), name).toEqual(expected);
  });

  test('judge like everywhere', async () => {
    const { newTallies, count, judge, verdictLines } = await instrument('judge');
    for (const { name, plan, samples, tallies, facts, expected } of vectors('judge')) {
      const counted = tallies ?? newTallies(plan);
      for (const [sample, start, duration, outcome] of samples ?? []) count(plan, counted, sample, start, duration, outcome);
      const judgement = judge(plan, counted, facts);
      expect({ verdict: judgement.verdict, reason: judgement.reason, results: judgement.results, lines: verdictLines(plan, judgement) }, name).toEqual(expected);
    }
  });
});

describe('the schedule', () => {
  const stages = (target: fc.Arbitrary<number>) =>
    fc.array(fc.record({ durationMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 })), target }), { minLength: 1, maxLength: 6 });
  const load = (model: Load['model'], list: readonly Stage[]): Load => ({ model, stages: list, maxUsers: 1000, maxIterations: null });
  const startsOf = async (list: readonly Stage[], planned: number | null): Promise<number[]> => {
    const { segmentsOf, startTimes } = await instrument('schedule');
    return [...startTimes(segmentsOf({ stages: list }), planned)];
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

  test('has as many users as the level, rounded up', async () => {
    const { segmentsOf, joinsAt } = await instrument('schedule');
    fc.assert(
      fc.property(stages(fc.integer({ min: 0, max: 12 })), fc.double({ min: 0, max: 1, noNaN: true }), (list, part) => {
        const closed = load('closed', list);
        const at = Math.floor(part * durationOf(closed)) + 0.123;
        const segments = segmentsOf({ stages: list });
        const users = Array.from({ length: 13 }, (_, k) => joinsAt(segments, k, at)).filter((ms) => ms === at).length;
        expect(users).toBe(Math.max(0, Math.ceil(levelAt(closed, at) - 1e-9)));
      }),
    );
  });

  test('a user joins when the level goes above the users before, and not again after the last time', async () => {
    const { segmentsOf, joinsAt } = await instrument('schedule');
    const segments = segmentsOf({ stages: [{ durationMs: 4000, target: 4 }, { durationMs: 1000, target: 4 }, { durationMs: 0, target: 1 }, { durationMs: 1000, target: 1 }] });
    expect([0, 1, 2, 3].map((k) => joinsAt(segments, k, 0))).toEqual([0, 1000, 2000, 3000]);
    expect(joinsAt(segments, 4, 0)).toBeNull();
    expect(joinsAt(segments, 1, 4999)).toBe(4999);
    expect(joinsAt(segments, 1, 5000)).toBeNull();
    expect(joinsAt(segments, 0, 5000)).toBe(5000);
  });
});

test('failures of the network are classes', async () => {
  const { failureOf } = await instrument('failure');
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
    expect({ wanted: none.wanted, lost: none.lost }).toEqual({ wanted: false, lost: 0 });
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
      expect(artillery.check(request)).toMatchObject([{ file, args, env: { LOAD_TEST_CHECK: '1' } }]);
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
