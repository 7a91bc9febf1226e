/** Parts of Artillery's instrument by themselves: which Node it starts on, what counts as an answer, when virtual users arrive. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { artillery } from '../../templates/artillery/index.ts';
import { scriptInput, writeBundle } from '../helpers/bundle.ts';
import { listening } from '../helpers/listening.ts';

const folder = await writeBundle(artillery.generate(scriptInput('http://127.0.0.1:8000')));
afterAll(() => rm(folder, { recursive: true }));
const urlOf = (file: string) => pathToFileURL(path.join(folder, file)).href;
// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
const instrument = (name: string): Promise<any> => import(urlOf(`instrument/${name}.mjs`));

describe('the Node that Artillery runs on', () => {
  test.each([['20.20.2', false], ['22.17.1', false], ['22.18.0', true], ['23.0.0', true], ['24.21.0', true]])('%s: will do: %j', async (version, willDo) => {
    const { nodeProblem } = await instrument('node-version');
    expect(nodeProblem(version)).toBe(willDo ? null : `Artillery needs Node 22.18 or newer here, and this is ${version}.`);
  });

  test('one that is too old ends the test with one line, before anything else', async () => {
    const script = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); await (await import(${JSON.stringify(urlOf('processor.mjs'))})).before();`;
    const ended = await new Promise((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', script], (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
    });
    expect(ended).toEqual({ code: 1, stdout: '', stderr: 'load test: Artillery needs Node 22.18 or newer here, and this is 20.20.2.\n' });
  });
});

describe('an answer', () => {
  const got = (url: string) => new Promise<http.IncomingMessage>((resolve) => {
    http.get(url, (response) => response.resume().once('end', () => resolve(response)));
  });

  test('is its status and the whole of its body', async () => {
    await using server = await listening(() => ({ body: '{"a":"é"}' }));
    const { Measured } = await instrument('request');
    const measured = new Measured(1000);
    const response = await new Promise<http.IncomingMessage>((resolve) => {
      measured.run(() => resolve(got(server.url)));
    });
    measured.ended();
    expect(measured.answerOf(response)).toEqual({ status: 200, body: '{"a":"é"}' });
  });

  test('whose end was not seen is none, whatever its status: it would have taken no time', async () => {
    await using server = await listening(() => ({ body: '{}' }));
    const { Measured } = await instrument('request');
    const measured = new Measured(1000);
    const response = await got(server.url);
    measured.ended();
    expect(measured.answerOf(response)).toEqual({ status: 200, failure: ['other', 'the end of the answer was not seen, so it was not measured'] });
  });
});

describe('arrivals', () => {
  const program = process.argv[1] ?? '';
  afterEach(() => {
    process.argv[1] = program;
    vi.restoreAllMocks();
  });

  test('that became due since they were looked at are waited for no time, not less', async () => {
    const place = path.join(folder, 'node_modules/arrivals');
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, 'index.js'), 'module.exports = { uniform: {} };\n');
    process.argv[1] = path.join(folder, 'artillery.js');
    const { quietArrivals } = await instrument('arrivals');
    const end = quietArrivals();
    const { uniform } = await import(pathToFileURL(path.join(place, 'index.js')).href).then((loaded) => loaded.default);
    // Not due yet, and then, before the timer is set, 0.8 ms late.
    const moments = [0, 4.9, 5.8];
    vi.spyOn(performance, 'now').mockImplementation(() => moments.shift() ?? 6);
    const timer = vi.spyOn(globalThis, 'setTimeout');
    uniform.process(5, 10).start();
    end();
    expect(timer.mock.calls.map(([, ms]) => ms)).toEqual([0]);
  });
});
