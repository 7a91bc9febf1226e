/** What is particular to bundles for Locust, run by the real Locust against the demo target; what all frameworks share is in `conformance/`. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Truth } from '../../plugin/demo/truth.ts';
import type { RunRequest, ScriptFlow, ScriptInput, ScriptObjective, ScriptPlan } from '../../templates/framework.ts';
import { locust } from '../../templates/locust/index.ts';
import { asyncGatewayFlow, bearer, bearerVariable, fewFailures, generateInto, p95Below, polled, scriptInput } from '../helpers/bundle.ts';
import {
  closed, definition, executionOutcomes, expectHonest, isNew, iterations, leastLagMs, lenient, type Lines, linesOf, planned, requestNames, requestOutcomes, type RunOptions, startTarget, studio, subjects,
} from '../helpers/conformance.ts';
import { expectEndedAtOnce, NEVER_MS, stopTwice } from '../helpers/stopped-twice.ts';
import { until } from '../helpers/until.ts';

const subject = subjects.find(({ framework }) => framework === locust);
const executable = subject?.executable ?? '';

/** A gateway's asynchronous executions, which are what `demo` says. */
function asyncFlow(demo: object): Partial<ScriptFlow> {
  const flow = asyncGatewayFlow('fast');
  return { ...flow, ...(flow.execute && { execute: { ...flow.execute, body: [{ text: `{"inputs":${JSON.stringify({ demo })},"mode":"async"}` }] } }) };
}

async function run(input: ScriptInput, options?: RunOptions) {
  if (!subject) throw new Error('Locust is no framework');
  return subject.run(input, options);
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function written(input: ScriptInput): Promise<string> {
  const { folder } = await generateInto(locust, input);
  folders.push(folder);
  return folder;
}

/** An operator's folder with one template of the script, which fills the blocks. */
async function templates(blocks: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'templates-'));
  folders.push(folder);
  await mkdir(path.join(folder, 'locust'));
  const filled = Object.entries(blocks).map(([name, text]) => `{% block ${name} %}\n${text}\n{% endblock %}\n`);
  await writeFile(path.join(folder, 'locust/script.py.njk'), `{% extends "load-test/locust/script.py.njk" %}\n${filled.join('')}`);
  return folder;
}

describe.skipIf(!executable)('Locust (needs an installed Locust)', () => {
  describe.concurrent('load', () => {
    test('a closed run tells each second how it stands, and when its second 0 was', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { delayMs: 30 }, closed(5, 4000, { steady: [[800, 4000]] })));
      const { requests, gauges, begin, end, code, stderr } = result;
      const truth = await target.truth();
      expect({ code, end }, stderr).toEqual({ code: 0, end: planned(truth.received) });
      expect(begin).toMatchObject({ version: 1, framework: 'locust', toolVersion: '2.47.0', info: { planHash: 'b'.repeat(64), workflowHash: 'a'.repeat(64), plan: { load: {} } } });
      expect(gauges.map(({ atMicros, users }) => [atMicros, users])).toEqual(Array.from({ length: 4 }, (_, i) => [980_000 + i * 1_000_000, 5]));
      expect(gauges.at(-1)?.iterationsStarted).toBeGreaterThan((gauges[0]?.iterationsStarted ?? 0) + 10);
      expect(Math.abs(leastLagMs(result, truth))).toBeLessThan(100);
      // Connection set-up is part of a duration.
      expect(requests.filter(isNew)).toHaveLength(5);
      for (const r of requests.filter(isNew)) expect(r.extra.connectMicros).toBeLessThan(r.durationMicros);
    });

    test('when no further iteration starts, nobody who thinks is waited for', async () => {
      await using target = await startTarget();
      const hour: [number, number] = [3_600_000, 3_600_000];
      const { end, code } = await run(studio(target.url, { delayMs: 20 }, { ...closed(3, 7_200_000), maxIterations: 3, plannedIterations: 3, thinkTimeMs: hour, ...lenient }));
      expect({ end, code }).toEqual({ end: planned(3), code: 0 });
    });

    test('10 MB for each of 30 users are the same 10 MB', async () => {
      await using target = await startTarget();
      const big = definition({ delayMs: 300 }).replace('"edges"', `"padding":"${'x'.repeat(10_000_000)}","edges"`);
      // Its own peak of memory, in kB, as the kernel counts it.
      const customTemplates = await templates({ imports: 'import atexit\nimport resource\n\natexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))' });
      const result = await run(scriptInput(target.url, { ...iterations(30, 30), requestTimeoutMs: 30_000, ...lenient }, {}, { data: { 'data/definition.json': big }, customTemplates }));
      const truth = await target.truth();
      expect(requestOutcomes(result), result.stderr).toEqual({ ok: 30 });
      expect(truth.bodyBytes).toBe(30 * Buffer.byteLength(big));
      expect(Number(result.lastLine)).toBeLessThan(200_000);
    });
  });

  describe.concurrent('the wire', () => {
    test('a poll is not sent again when its connection is lost, and nobody is told that it was', async () => {
      await using target = await startTarget();
      const flow = asyncFlow({ fault: 'reset_warm', at: 'poll' });
      const result = await run(scriptInput(target.url, { ...iterations(5), ...polled, ...lenient }, flow));
      const truth = await target.truth();
      expect({ polls: requestOutcomes(result, 'poll'), executions: executionOutcomes(result) }, result.stderr).toEqual({ polls: { reset: 5 }, executions: { reset: 5 } });
      expectHonest(result, truth);
    });
  });

  describe.concurrent("an operator's template", () => {
    test('changes a request, reads its answer, and sends more, which is counted as requests and as no execution', async () => {
      await using target = await startTarget();
      const customTemplates = await templates({
        imports: 'import itertools\n\nNUMBERS = itertools.count()',
        beforeRequest: '            step.headers["x-number"] = str(next(NUMBERS))',
        afterResponse: '            print(answer.outcome, answer.status, len(answer.content) > 0)',
        extraRequests: [
          '        health = self.send("health", "GET", "/health", {"x-health": "yes"}, None)',
          '        self.report_extra(health)',
          '        nowhere = self.send("nowhere", "GET", "/nowhere", {}, None)',
          '        self.report_extra(nowhere, "not_found", f"status {nowhere.status} for sesame-7")',
        ].join('\n'),
      });
      const input = scriptInput(target.url, { ...iterations(4), ...lenient }, bearer('DEMO_TOKEN'), { variables: bearerVariable('DEMO_TOKEN'), customTemplates });
      const result = await run(input, { env: { DEMO_TOKEN: 'sesame-7' } });
      const truth = await target.truth();
      expect(requestNames(result), result.stderr).toEqual({ execute: 4, health: 4, nowhere: 4 });
      expect(result.requests.filter(({ name }) => name === 'nowhere').map(({ outcome, status, extra }) => [outcome, status, extra])).toEqual(Array(4).fill(['not_found', 404, { detail: 'status 404 for ***' }]));
      expect({ executions: executionOutcomes(result), end: result.end, code: result.code }).toEqual({ executions: { ok: 4 }, end: planned(4), code: 0 });
      expect(truth.requests.flatMap(({ headers }) => headers['x-number'] ?? [])).toEqual(['0', '1', '2', '3']);
      expect(result.stdout.match(/^ok 200 True$/gm)).toHaveLength(4);
      expectHonest(result, truth);
    });

    test('that fails is a broken script, not a failed target', async () => {
      await using target = await startTarget();
      const customTemplates = await templates({ beforeRequest: '            self.nothing_of_that_name' });
      const { code, end, lastLine, stderr } = await run(studio(target.url, { delayMs: 20 }, closed(1, 60_000), {}, { customTemplates }));
      expect({ code, cause: end?.cause }).toEqual({ code: 2, cause: 'broke' });
      expect(lastLine).toContain('LOADTEST_VERDICT not_evaluated');
      expect(locust.problemFrom(stderr, '')).toContain("AttributeError: 'VirtualUser' object has no attribute 'nothing_of_that_name'");
    });
  });

  describe.concurrent('endings', () => {
    test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the starts, cuts and counts what is in flight, and judges nothing as passed', async (signal) => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { delayMs: 300 }, closed(5, 60_000, lenient)), { during: (pid) => void process.kill(pid, signal) });
      const { code, lastLine, end, requests, stderr } = result;
      expect(code).toBe(130);
      expect(locust.ending({ code, signal: null })).toBe('interrupted');
      expect(end).toMatchObject({ cause: 'interrupted', inFlight: 5, interrupted: 5, iterationsStarted: requests.length + 5 });
      expectHonest(result, await target.truth());
      expect(lastLine).toMatch(/^LOADTEST_VERDICT not_evaluated reason=(cut_short|no_samples) /);
      expect(stderr).not.toContain('Traceback');
    });

    test('an execution that waits for its next poll is interrupted, and no request of it is in flight', async () => {
      await using target = await startTarget();
      const flow = asyncFlow({ fault: 'endless' });
      const plan = closed(3, 20_000, { pollIntervalMs: 30_000, pollDeadlineMs: 50_000, ...lenient });
      const accepted = () => until('all three are accepted', async () => (await target.truth()).answered === 3);
      const result = await run(scriptInput(target.url, plan, flow), { during: (pid) => accepted().then(() => void process.kill(pid, 'SIGINT')) });
      expect({ end: result.end, code: result.code }, result.stderr).toEqual({ end: { cause: 'interrupted', iterationsStarted: 3, dropped: 0, interrupted: 3, inFlight: 0, linesLost: 0 }, code: 130 });
    });

    test('a second signal ends it at once, also what does not let itself be cut by the first', async () => {
      await using target = await startTarget();
      const customTemplates = await templates({
        imports: 'import gevent',
        beforeRequest: [
          '            try:',
          '                self.send(name, method, step.path, {**step.headers, "x-at": "load"}, body)',
          '            except gevent.GreenletExit:',
          '                self.send(name, method, step.path, {**step.headers, "x-at": "stopping"}, body)',
        ].join('\n'),
      });
      const plan = closed(2, NEVER_MS, { requestTimeoutMs: NEVER_MS });
      const result = await run(studio(target.url, { fault: 'never' }, plan, {}, { customTemplates }), {
        begun: (pid) => stopTwice(pid, target),
        // So long it waits for what it cut.
        edit: ['instrument/load.py', 'kill(timeout=2)', `kill(timeout=${NEVER_MS})`],
      });
      expect({ code: result.code, ending: locust.ending(result) }, result.stderr).toEqual({ code: 130, ending: 'interrupted' });
      await expectEndedAtOnce(result, target);
    });

    test.each([
      ['a certificate that is not there', { LOAD_TEST_TARGET: 'https://127.0.0.1:1', LOAD_TEST_CA: '/nowhere.pem' }, 'LOAD_TEST_CA=/nowhere.pem cannot be read'],
      ['a descriptor that is not open', { LOAD_TEST_SAMPLES: 'fd:77' }, 'LOAD_TEST_SAMPLES=fd:77 cannot be written to'],
    ])('%s stops it with one line', async (_what, env, problem) => {
      await using target = await startTarget();
      const { code, stderr, stdout } = await run(studio(target.url, {}, closed(1, 1000)), { env });
      expect({ code, stdout, received: (await target.truth()).received }).toEqual({ code: 1, stdout: '', received: 0 });
      expect(locust.problemFrom(stderr, stdout)).toContain(problem);
      expect(stderr).not.toContain('Traceback');
    });
  });

  describe.concurrent('commands for a server', () => {
    const request = (folder: string): RunRequest => ({ executable, folder, entryFile: 'loadtest.py', fifo: '' });

    interface Piped extends Lines {
      readonly code: number | null;
      readonly stdout: string;
      readonly truth: Truth;
    }

    /** As a server runs it: lines come out of descriptor 3. */
    async function piped(target: { url: string; truth(): Promise<Truth> }, demo: object, plan: Partial<ScriptPlan>, { read = true } = {}): Promise<Piped> {
      const folder = await written(studio(target.url, demo, plan));
      const { file, args, env, samples } = locust.run(request(folder));
      expect(samples).toBe('descriptor');
      const child = spawn(file, args, { cwd: folder, env: { PATH: '/usr/bin:/bin', ...env }, stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
      let text = '';
      let stdout = '';
      if (read) child.stdio[3]?.on('data', (chunk: Buffer) => { text += chunk; });
      else (child.stdio[3] as NodeJS.ReadableStream & { destroy(): void }).destroy();
      child.stdout?.on('data', (chunk: Buffer) => { stdout += chunk; });
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { ...linesOf(text), code, stdout, truth: await target.truth() };
    }

    test('a run writes its samples to descriptor 3', async () => {
      await using target = await startTarget();
      const { code, truth, end, requests } = await piped(target, { delayMs: 20 }, closed(2, 1500, lenient));
      expect({ code, end, lines: requests.length }).toEqual({ code: 0, end: planned(truth.received), lines: truth.received });
    });

    test('a hopeless run stops by itself, unless a server reads along, which stops it', async () => {
      await using target = await startTarget();
      const hopeless: ScriptObjective = { ...p95Below(10), abortAfterMs: 1000 };
      const plan = closed(4, 6000, { steady: [[0, 6000]], objectives: [hopeless, fewFailures] });
      const alone = await run(studio(target.url, { delayMs: 50 }, plan));
      expect({ cause: alone.end?.cause, code: alone.code, lastLine: alone.lastLine }, alone.stderr).toEqual({ cause: 'objective', code: 99, lastLine: expect.stringContaining('LOADTEST_VERDICT failed reason=broken_in_window') });
      expectHonest(alone, await target.truth());
      await target.reset();
      const served = await piped(target, { delayMs: 50 }, plan);
      expect({ end: served.end, code: served.code }).toEqual({ end: planned(served.truth.received), code: 99 });
    });

    test('a reader that has gone slows nothing, and what it did not read is counted', async () => {
      await using ofOneWhoReads = await startTarget();
      await using target = await startTarget();
      const plan = closed(2, 3000, lenient);
      // Side by side, so that both have the same machine.
      const [read, gone] = await Promise.all([piped(ofOneWhoReads, { delayMs: 20 }, plan), piped(target, { delayMs: 20 }, plan, { read: false })]);
      expect({ code: gone.code, last: gone.stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 99, last: expect.stringContaining('LOADTEST_VERDICT not_evaluated reason=lines_lost') });
      // Each does what the target's delay lets it; lines that held the load up for half of that would halve it.
      expect(gone.truth.received).toBeGreaterThan(0.5 * read.truth.received);
    });

    test('lines that nobody reads are dropped above 4 MB, and counted; the rest comes whole and in order', async () => {
      const python = path.join(path.dirname(executable), 'python');
      const folder = await written(scriptInput('http://127.0.0.1:9'));
      const out = JSON.parse(execFileSync(python, [path.join(import.meta.dirname, 'locust-lines.py'), folder], { encoding: 'utf8' }));
      expect(out).toEqual({ kept: 60_000 - out.lost, lost: expect.any(Number), last: `end ${out.lost}`, inOrder: true });
      expect(out.lost).toBeGreaterThan(10_000);
    });

    test('the checks pass without variables and send nothing; they fail for a script that cannot run', async () => {
      await using target = await startTarget();
      const results = async (edit: (script: string) => string) => {
        const folder = await written(scriptInput(target.url, {}, bearer('DEMO_TOKEN'), { variables: bearerVariable('DEMO_TOKEN') }));
        const script = path.join(folder, 'loadtest.py');
        await writeFile(script, edit(await readFile(script, 'utf8')));
        return locust.check(request(folder)).map(({ file, args, env }) => spawnSync(file, args, { cwd: folder, env: { PATH: '/usr/bin:/bin', ...env }, encoding: 'utf8' }).status);
      };
      expect(await results((script) => script)).toEqual([0, 0]);
      expect(await results((script) => `${script}\n)`)).toEqual([1, 1]);
      expect(await results((script) => `import nothing_of_that_name\n${script}`)).toEqual([0, 1]);
      expect((await target.truth()).received).toBe(0);
    });
  });
});
