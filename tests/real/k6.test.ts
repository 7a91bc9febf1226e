/** What is particular to bundles for k6, run by the real k6 against the demo target; what all frameworks share is in `conformance/`. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openFifo } from '../../server/process/fifo.ts';
import type { RunRequest, ScriptFlow, ScriptInput, ScriptObjective, ScriptPlan } from '../../templates/framework.ts';
import { k6 } from '../../templates/k6/index.ts';
import {
  asyncGatewayFlow, bearer, bearerVariable, fewFailures, gatewayFlow, generateInto, mostChecks, p95Below, polled, requestTo, runByHand, scriptInput, writeBundle,
} from '../helpers/bundle.ts';
import {
  closed, definition, executionOutcomes, expectHonest, isNew, iterations, leastLagMs, lenient, linesOf, open, planned, requestNames, requestOutcomes, type Run, type RunOptions, startTarget, studio, subjects,
} from '../helpers/conformance.ts';
import { expectEndedAtOnce, NEVER_MS, stopTwice } from '../helpers/stopped-twice.ts';

const subject = subjects.find(({ framework }) => framework === k6);
const executable = subject?.executable ?? '';

/** A folder in which the program is called `k6`, for the command that a user types. */
const bin = await mkdtemp(path.join(tmpdir(), 'k6-'));
if (executable) await symlink(executable, path.join(bin, 'k6'));
const clean = { PATH: [bin, '/usr/bin', '/bin'].join(path.delimiter), K6_NO_USAGE_REPORT: 'true' };

async function run(input: ScriptInput, options?: RunOptions): Promise<Run> {
  if (!subject) throw new Error('k6 is no framework');
  return subject.run(input, options);
}

/** An operator's folder with one template of the script, which fills the blocks. */
async function templates(blocks: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'templates-'));
  await mkdir(path.join(folder, 'k6'));
  const filled = Object.entries(blocks).map(([name, block]) => `{% block ${name} %}\n${block}\n{% endblock %}\n`);
  await writeFile(path.join(folder, 'k6/loadtest.js.njk'), `{% extends "load-test/k6/loadtest.js.njk" %}\n${filled.join('')}`);
  return folder;
}

/** A gateway's executions, whose inputs are rows that are used once. */
function uniqueRows(url: string, rows: readonly object[], plan: Partial<ScriptPlan>): ScriptInput {
  const { execute } = gatewayFlow('fast', [{ text: '{"inputs":' }, { inputs: true }, { text: '}' }]);
  return scriptInput(url, { ...lenient, ...plan }, { ...(execute && { execute }), inputs: { kind: 'rows', file: 'data/rows.jsonl', order: 'unique', count: rows.length } }, { data: { 'data/rows.jsonl': `${rows.map((row) => JSON.stringify(row)).join('\n')}\n` } });
}

const HOUR = 3_600_000;

describe.skipIf(!executable)('k6 (needs an installed k6)', () => {
  describe.concurrent('load', () => {
    test('a closed run tells each second how many users there are, and when its second 0 was', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { delayMs: 30 }, closed(5, 4000, { steady: [[800, 4000]] })), { env: { LOAD_TEST_TOOL_VERSION: '2.2.0' } });
      const { requests, gauges, begin, end, code, stderr } = result;
      const truth = await target.truth();
      expect({ code, end }, stderr).toEqual({ code: 0, end: planned(truth.received) });
      expect(begin).toMatchObject({ version: 1, framework: 'k6', toolVersion: '2.2.0', info: { planHash: 'b'.repeat(64), workflowHash: 'a'.repeat(64), plan: { load: {} } } });
      expect(gauges.map(({ atMicros, users }) => [atMicros, users])).toEqual(Array.from({ length: 4 }, (_, i) => [980_000 + i * 1_000_000, 5]));
      expect(requests.map(({ extra }) => extra.iteration).sort((a, b) => Number(a) - Number(b))).toEqual(Array.from(requests.keys()));
      expect(Math.abs(leastLagMs(result, truth))).toBeLessThan(100);
      // Connection set-up is part of a duration.
      expect(requests.filter(isNew)).toHaveLength(5);
      for (const r of requests.filter(isNew)) expect(r.extra.connectMicros).toBeLessThan(r.durationMicros);
    });

    test('10 iterations a second for 6 s are 60, each due when the plan says, on few connections', async () => {
      await using target = await startTarget();
      const { code, end, requests, stderr } = await run(studio(target.url, { delayMs: 30 }, open(10, 6000, lenient)));
      const truth = await target.truth();
      expect({ code, end, received: truth.received }, stderr).toEqual({ code: 0, end: planned(60), received: 60 });
      const due = requests.map((r) => r.startMicros - (r.extra.startLagMicros ?? Number.NaN)).sort((a, b) => a - b);
      for (const [i, micros] of due.entries()) expect(Math.abs(micros - i * 100_000)).toBeLessThanOrEqual(1);
      // 40 users may be busy at once; 1 or 2 are. k6's own executor would give each start to another user.
      expect(truth.connections.opened).toBeLessThan(20);
    });

    test('when no further iteration starts, nobody who thinks is waited for', async () => {
      await using target = await startTarget();
      const plan = { ...closed(3, 2 * HOUR), maxIterations: 3, plannedIterations: 3, thinkTimeMs: [HOUR, HOUR] as const, ...lenient };
      const { end, code, stderr } = await run(studio(target.url, { delayMs: 20 }, plan));
      expect({ end, code }, stderr).toEqual({ end: planned(3), code: 0 });
    });

    test('requests that hang at the end of the plan are waited for, and seen as timeouts; the reporter is not silent then', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { fault: 'never' }, closed(2, 1000, { requestTimeoutMs: 2500 })));
      expect({ code: result.code, end: result.end, outcomes: requestOutcomes(result) }, result.stderr).toEqual({ code: 99, end: planned(2), outcomes: { timeout: 2 } });
      expect(result.gauges.length).toBeGreaterThanOrEqual(2);
    });
  });

  describe.concurrent('unique rows', () => {
    test('are used up: who thinks or is parked is not waited for, and k6 ends the test with the code of a failed threshold', async () => {
      await using target = await startTarget();
      for (const plan of [closed(2, 2 * HOUR, { thinkTimeMs: [HOUR, HOUR] }), open(20, HOUR)]) {
        await target.reset();
        const result = await run(uniqueRows(target.url, Array(plan.model === 'open' ? 30 : 2).fill({}), { ...plan, requestTimeoutMs: HOUR }));
        const { received } = await target.truth();
        expect({ code: result.code, end: result.end, received }, result.stderr).toEqual({ code: 99, end: { ...planned(received), cause: 'exhausted' }, received: plan.model === 'open' ? 30 : 2 });
        expect(k6.ending({ code: result.code, signal: result.signal })).toBe('objectives_failed');
      }
    });

    test('are used up: an iteration that hangs is waited for as long as one may take, and has no end', async () => {
      await using target = await startTarget();
      // It hangs longer than it may.
      const edit = ['instrument/plan.js', 'longestIterationMs: longestOf(given, flow)', 'longestIterationMs: 700'] as const;
      const result = await run(uniqueRows(target.url, [{ demo: { fault: 'never' } }, {}, {}, {}], { ...closed(2, HOUR), requestTimeoutMs: 60_000 }), { edit });
      expect({ code: result.code, end: result.end }, result.stderr).toEqual({ code: 99, end: { ...planned(4), cause: 'exhausted', interrupted: 1, inFlight: 1 } });
      expect(result.lastLine).toMatch(/^LOADTEST_VERDICT not_evaluated reason=cut_short have=3 /);
    });

    test('of which this share has one: who finds none left starts nothing', async () => {
      await using target = await startTarget();
      const result = await run(uniqueRows(target.url, [{}, {}, {}], closed(6, HOUR)), { env: { LOAD_TEST_SHARD: '2/3' } });
      expect({ end: result.end, received: (await target.truth()).received }, result.stderr).toEqual({ end: { ...planned(1), cause: 'exhausted' }, received: 1 });
    });
  });

  describe.concurrent('the wire', () => {
    const flow: Partial<ScriptFlow> = asyncGatewayFlow('w');
    const workflows = { w: definition({ fault: 'reset_warm', at: 'poll', delayMs: 0 }) };

    test('a poll is not sent again when its connection is lost; k6 itself would, over used connections, and nobody would be told', async () => {
      await using target = await startTarget({ workflows });
      const input = scriptInput(target.url, { ...iterations(8, 2), ...polled, ...lenient }, flow);
      const result = await run(input);
      const truth = await target.truth();
      expect(executionOutcomes(result), result.stderr).toEqual({ ok: 8 });
      expectHonest(result, truth);
      expect(truth.connections.opened).toBe(truth.received);

      await target.reset();
      const { folder, bundle } = await generateInto(k6, input);
      const script = path.join(folder, bundle.entryFile);
      const made = await readFile(script, 'utf8');
      await writeFile(script, made.replace('noConnectionReuse: true', 'noConnectionReuse: false'));
      await runByHand(folder, bundle.command.replace('--quiet', '--quiet --log-format raw --console-output samples'), { ...clean, LOAD_TEST_SAMPLES: 'console' });
      const { requests } = linesOf(await readFile(path.join(folder, 'samples'), 'utf8'));
      expect((await target.truth()).received).toBeGreaterThan(requests.length);
    });

    test.each([
      ['a path for the samples', { LOAD_TEST_SAMPLES: 'samples.txt' }, 'run it with --log-format raw --console-output FILE'],
      ['an https target without the setting that HTTP/1.1 needs', { LOAD_TEST_TARGET: 'https://127.0.0.1:1' }, 'set GODEBUG=http2client=0'],
      ['a proxy that would come between', { LOAD_TEST_TARGET: 'http://no-such-host.invalid', HTTP_PROXY: 'http://127.0.0.1:9' }, 'set NO_PROXY=*'],
    ])('%s stops it with one line', async (_what, env, problem) => {
      const { code, stderr, stdout } = await run(scriptInput('http://127.0.0.1:1'), { env });
      expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 107, stdout: '', lines: 1 });
      expect(k6.problemFrom(stderr, stdout)).toContain(problem);
    });
  });

  describe.concurrent('verdict and exit code, which k6 decides by thresholds', () => {
    const latency = (statistic: string, perMille: number | null, limitMs: number): ScriptObjective => ({ ...p95Below(limitMs), statistic, perMille });
    const errors = (value: number): ScriptObjective => ({ ...fewFailures, value, limitPpm: value * 1e6, added: false });
    const throughput = (value: number): ScriptObjective => ({ ...fewFailures, metric: 'throughput', comparison: '>=', value, limitPpm: null, added: false });
    const whole = (objective: ScriptObjective): ScriptObjective => ({ ...objective, during: 'whole' });
    const cases: readonly [what: string, expected: string, plan: Partial<ScriptPlan>, demo: Readonly<Record<string, string | number>>][] = [
      ['all objectives hold', 'passed', { ...open(30, 3000), objectives: [p95Below(500), latency('max', 1000, 2000), throughput(5), errors(0.2), { ...p95Below(500), requestName: 'execute' }] }, { delayMs: 20 }],
      ['one is broken', 'failed reason=slower_than_allowed', { ...open(30, 3000), objectives: [errors(0.2), p95Below(10)] }, { delayMs: 20 }],
      ['too few for a percentile', 'not_evaluated reason=too_few_samples', { ...open(10, 3000), objectives: [p95Below(500)] }, { delayMs: 20 }],
      ['the added error objective, few and none failed', 'passed', { ...open(10, 1000), objectives: [fewFailures] }, { delayMs: 20 }],
      ['the added error objective, 1 of 150 failed', 'not_evaluated reason=too_few_samples', { ...open(75, 2000), objectives: [whole(fewFailures)] }, { delayMs: 10, fault: 'node_failed', failEvery: 150 }],
      ['the added error objective, 2 of 300 failed', 'passed', { ...open(150, 2000), objectives: [whole(fewFailures)] }, { delayMs: 10, fault: 'node_failed', failEvery: 150 }],
      ['the added error objective, 3 of 300 failed', 'failed reason=more_failures_than_allowed', { ...open(150, 2000), objectives: [whole(fewFailures)] }, { delayMs: 10, fault: 'node_failed', failEvery: 100 }],
      ['nothing to judge latency on', 'not_evaluated reason=no_samples', { ...open(10, 1000), objectives: [p95Below(500)] }, { delayMs: 10, fault: 'node_failed' }],
      ['no sample of that name', 'not_evaluated reason=no_samples', { ...open(10, 1000), objectives: [{ ...errors(0.5), requestName: 'nobody' }] }, { delayMs: 10 }],
      ['no steady part', 'not_evaluated reason=no_steady_part', { ...open(10, 1000), steady: [], objectives: [errors(0.5)] }, { delayMs: 10 }],
      ['a mean', 'not_evaluated reason=needs_the_server', { ...open(10, 1000), objectives: [latency('mean', null, 500)] }, { delayMs: 10 }],
      ['a throughput that is not reached', 'failed reason=below_limit', { ...open(10, 1000), objectives: [throughput(11)] }, { delayMs: 10 }],
      ['the load was missed', 'not_evaluated reason=load_missed', { ...open(20, 2000, { maxUsers: 2 }), objectives: [latency('p50', 500, 5000)] }, { delayMs: 400 }],
      ['timeouts are slower than any limit', 'failed reason=slower_than_allowed', { ...open(10, 1000), objectives: [p95Below(5000)], requestTimeoutMs: 300 }, { fault: 'never' }],
      ['checks that hold often enough', 'passed', { ...open(75, 4000), objectives: [whole(mostChecks)] }, { delayMs: 10 }],
      ['checks that do not', 'failed reason=more_failed_checks_than_allowed', { ...open(20, 1000), objectives: [whole(mostChecks)] }, { delayMs: 10, check: 'another' }],
    ];
    test.each(cases)('%s: %s', async (_what, expected, plan, { check = 'completed', ...demo }) => {
      await using target = await startTarget();
      const input = studio(target.url, demo, plan);
      const checks = [{ name: 'status', pointer: '/status', equals: JSON.stringify(check) }];
      const { code, lastLine, stderr } = await run({ ...input, flow: { ...input.flow, checks: plan.objectives?.some(({ metric }) => metric === 'checks_ratio') ? checks : [] } });
      expect(lastLine.startsWith(`LOADTEST_VERDICT ${expected}`), `${lastLine}\n${stderr}`).toBe(true);
      expect(code).toBe(expected === 'passed' ? 0 : 99);
    });

    test('by hand it is silent but for its verdict', async () => {
      await using target = await startTarget();
      const { code, stdout, stderr } = await run(studio(target.url, { delayMs: 20 }, closed(2, 1500, lenient)), { samples: 'none' });
      const { received } = await target.truth();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.split('\n')).toEqual([
        `${received} iterations started, 0 dropped, 0 without an end`,
        expect.stringMatching(/^verdict +objective +measured +n +against +allowed +reason$/),
        expect.stringMatching(/^passed +error_ratio < 0.01 of executions, steady +0\.0000 +\d+ +0 +\d+$/),
        'LOADTEST_VERDICT passed',
        '',
      ]);
    });

    test('the shared rules come to the same results within k6', async () => {
      const folder = await writeBundle(k6.generate(scriptInput('http://127.0.0.1:1')));
      const vectors = async (name: string) => JSON.parse(await readFile(new URL(`../../templates/shared/vectors/${name}.json`, import.meta.url), 'utf8'));
      const files = { outcome: await vectors('outcome'), checks: await vectors('checks'), token: await vectors('token'), body: await vectors('body'), histogram: await vectors('histogram'), judge: await vectors('judge'), segments: await vectors('segments'), journey: await vectors('journey') };
      await writeFile(path.join(folder, 'vectors.json'), JSON.stringify(files));
      await writeFile(path.join(folder, 'vectors.js'), VECTORS);
      const { code, stdout, stderr } = await runByHand(folder, 'k6 run --quiet vectors.js', clean);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      // biome-ignore lint/suspicious/noExplicitAny: what stands in a vector file is as its README says
      type Vector = any;
      const expected = {
        outcome: files.outcome.map(({ outcome, detail, execution }: Vector) => ({ outcome, detail, execution })),
        checks: files.checks.map((vector: Vector) => vector.expected),
        token: files.token.map(({ lifeMs, renewAheadMs }: Vector) => ({ lifeMs, renewAheadMs })),
        body: files.body.map((vector: Vector) => vector.expected),
        histogram: files.histogram.map((vector: Vector) => vector.at),
        judge: files.judge.map((vector: Vector) => vector.expected),
        segments: files.segments.map((vector: Vector) => vector.starts),
        journey: files.journey.journeys.map((vector: Vector) => vector.iterations),
      };
      const read = JSON.parse(stdout) as typeof expected;
      for (const [name, list] of Object.entries(expected)) {
        expect(list.length, name).toBeGreaterThan(5);
        // k6 reads half of a character as U+FFFD.
        const halves = list.filter((one: Vector) => /\\ud[89a-f]/.test(JSON.stringify(one)));
        expect(halves.length, name).toBeLessThan(5);
        for (const [i, one] of list.entries()) if (!halves.includes(one)) expect(read[name as keyof typeof read][i], `${name} ${i}`).toEqual(one);
      }
    });
  });

  describe.concurrent('endings', () => {
    test.each(['SIGINT', 'SIGTERM'] as const)('an open plan is stopped by %s: nothing more starts, and what is in flight is counted', async (signal) => {
      await using target = await startTarget();
      const { code, begin, end, requests, gauges, stderr } = await run(studio(target.url, { delayMs: 300 }, open(20, 60_000)), { during: (pid) => void process.kill(pid, signal) });
      expect({ code, ending: k6.ending({ code, signal: null }) }, stderr).toEqual({ code: 105, ending: 'interrupted' });
      expect(end).toMatchObject({ cause: 'interrupted', dropped: 0, iterationsStarted: requests.length + (end?.inFlight ?? Number.NaN) });
      expect(end?.inFlight).toBeGreaterThan(0);
      // k6 ends every sleep then; who slept does not tell of seconds that are still to come.
      for (const { atMicros } of gauges) expect((begin?.startedAt ?? Number.NaN) + atMicros / 1000).toBeLessThan(Date.now());
    });

    test('while it waits for the next poll an iteration has no end, and no request is in flight', async () => {
      await using target = await startTarget({ workflows: { w: definition({ fault: 'endless' }) } });
      const plan: Partial<ScriptPlan> = { ...closed(2, 60_000), pollIntervalMs: 30_000, pollDeadlineMs: 50_000 };
      const { end, executions, stderr } = await run(scriptInput(target.url, plan, asyncGatewayFlow('w')), {
        during: async (pid) => {
          while ((await target.truth()).inFlight > 0 || (await target.truth()).received < 2) await new Promise((resolve) => setImmediate(resolve));
          process.kill(pid, 'SIGINT');
        },
      });
      expect({ end, executions }, stderr).toEqual({ end: { cause: 'interrupted', iterationsStarted: 2, dropped: 0, interrupted: 2, inFlight: 0, linesLost: 0 }, executions: [] });
    });

    test('a second signal ends it at once, also what it still does after the first', async () => {
      await using target = await startTarget();
      const customTemplates = await templates({
        imports: `export function teardown() {\n  http.post(\`\${FLOW.baseUrl}\${FLOW.execute.path}\`, ${JSON.stringify(definition({ fault: 'never' }))}, { headers: { 'content-type': 'application/json', 'x-at': 'stopping' }, timeout: ${NEVER_MS} });\n}`,
        beforeRequest: 'request.headers["x-at"] = "load";',
      });
      const plan = closed(2, NEVER_MS, { requestTimeoutMs: NEVER_MS });
      const result = await run(studio(target.url, { fault: 'never' }, plan, {}, { customTemplates }), { begun: (pid) => stopTwice(pid, target) });
      expect({ code: result.code, ending: k6.ending(result) }, result.stderr).toEqual({ code: 105, ending: 'interrupted' });
      await expectEndedAtOnce(result, target);
    });
  });

  describe.concurrent("an operator's template", () => {
    test('changes a request, reads its answer, and sends more, which is counted as requests and as no execution', async () => {
      await using target = await startTarget();
      const customTemplates = await templates({
        imports: 'import { sha256 } from "k6/crypto";\n\nlet last = "none";',
        beforeRequest: 'request.headers["x-body"] = sha256(request.body, "hex");\nrequest.headers["x-last"] = last;\nrequest.url += "?traced=1";',
        afterResponse: 'last = response.status + " " + response.json("status");',
        extraRequests: ['/health', '/nowhere'].map((at) => `iteration.reportExtra("${at}", iteration.send(() => http.get(FLOW.baseUrl + "${at}", { headers: { "x-extra": "yes" } })));`).join('\n'),
      });
      const objectives = [fewFailures, { ...fewFailures, requestName: '/nowhere', added: false }];
      const result = await run(scriptInput(target.url, iterations(4, 1, { objectives }), bearer('DEMO_TOKEN'), { variables: bearerVariable('DEMO_TOKEN'), customTemplates }), { env: { DEMO_TOKEN: 'sesame' } });
      const truth = await target.truth();
      expect({ names: requestNames(result), nowhere: requestOutcomes(result, '/nowhere'), executions: executionOutcomes(result), end: result.end }, result.stderr).toEqual({
        names: { execute: 4, '/health': 4, '/nowhere': 4 }, nowhere: { not_found: 4 }, executions: { ok: 4 }, end: planned(4),
      });
      expectHonest(result, truth);
      expect({ code: result.code, lastLine: result.lastLine }).toEqual({ code: 99, lastLine: 'LOADTEST_VERDICT failed reason=more_failures_than_allowed have=4 against=4 allowed=0' });
      const executed = truth.requests.filter(({ headers }) => headers['x-extra'] === undefined);
      expect(executed.map(({ headers }) => headers['x-last'])).toEqual(['none', ...Array(3).fill('200 completed')]);
      const [sha256] = Object.entries(truth.bodies).find(([, count]) => count === 4) ?? [];
      expect(executed.map(({ headers }) => headers['x-body'])).toEqual(Array(4).fill(sha256));
    });
  });

  describe.concurrent('commands for a server', () => {
    const request = (folder: string): RunRequest => ({ executable, folder, entryFile: 'loadtest.js', fifo: path.join(folder, 'samples.fifo') });

    test('a run writes its samples to the FIFO', async () => {
      await using target = await startTarget();
      const { folder } = await generateInto(k6, studio(target.url, { delayMs: 20 }, closed(2, 1500, lenient)));
      const { file, args, env, samples } = k6.run(request(folder));
      const fifo = await openFifo(request(folder).fifo);
      const child = spawn(file, args, { cwd: folder, env: { ...clean, ...env }, stdio: 'ignore' });
      const closing = new Promise((resolve) => child.once('close', resolve));
      const read = linesOf(await text(fifo));
      const code = await closing;
      const { received } = await target.truth();
      expect({ code, samples, outcomes: requestOutcomes(read), end: read.end }).toEqual({ code: 0, samples: 'fifo', outcomes: { ok: received }, end: planned(received) });
    });

    test('the check passes with placeholders and sends nothing; it fails for a script that cannot run, and says why', async () => {
      await using target = await startTarget();
      const variables = (['header', 'json', 'number', 'text'] as const).map((kind) => ({ name: `V_${kind}`, holds: kind, kind }));
      const flow: Partial<ScriptFlow> = { ...bearer('V_header'), secrets: [{ variable: 'V_json', marker: '<<S>>', file: 'data/definition.json' }], inputs: { kind: 'rows', file: 'data/rows.jsonl', order: 'unique', count: 1 } };
      const data = { 'data/definition.json': '{"key":"<<S>>"}', 'data/rows.jsonl': '{}\n' };
      const { folder } = await generateInto(k6, scriptInput(target.url, {}, { ...flow, execute: requestTo('/', [{ file: 'data/definition.json' }, { inputs: true }]) }, { variables, data }));
      const placeholders = Object.fromEntries(variables.map(({ name }) => [name, '1']));
      const check = () => k6.check(request(folder)).map(({ file, args, env }) => spawnSync(file, args, { cwd: folder, env: { ...clean, ...placeholders, ...env }, encoding: 'utf8' }));
      expect(check().map(({ status, stderr }) => [status, stderr])).toEqual([[0, '']]);

      const script = path.join(folder, 'loadtest.js');
      const good = await readFile(script, 'utf8');
      const problems: (string | null)[] = [];
      for (const bad of [`${good}\n)`, `import 'nothing-of-that-name';\n${good}`, good.replace('thresholds: test.thresholds', "thresholds: { nobody: ['count>0'] }")]) {
        await writeFile(script, bad);
        const [result] = check();
        expect(result?.status).not.toBe(0);
        problems.push(k6.problemFrom(result?.stderr ?? '', result?.stdout ?? ''));
      }
      expect(problems).toEqual([expect.stringContaining('Unexpected token )'), expect.stringContaining('nothing-of-that-name'), expect.stringContaining('nobody')]);
      expect((await target.truth()).received).toBe(0);
    });
  });
});

/** Runs in k6: what the bundle's own modules make of the vectors. */
const VECTORS = `
import { bodiesOf } from './instrument/body.js';
import { checksOf } from './instrument/checks.js';
import { newHistogram } from './instrument/histogram.js';
import { newJourney } from './instrument/journey.js';
import { count, countChecks, judge, newTallies } from './instrument/judge.js';
import { outcomeOf, parse } from './instrument/outcome.js';
import { dueIn, segmentsOf } from './instrument/segments.js';
import { verdictLines } from './instrument/table.js';
import { lifeOf, renewAheadOf } from './instrument/token.js';
const vectors = JSON.parse(open('./vectors.json'));
const { flows, journeys } = vectors.journey;
const rules = {
  outcome({ rule, status, body }) {
    const { outcome, detail, execution } = outcomeOf(rule, status, body);
    return { outcome, detail, execution };
  },
  checks: ({ checks, answer }) => checksOf(checks, parse(answer)),
  token({ token, expiresIn, nowEpochMs }) {
    const lifeMs = lifeOf(token, expiresIn === null ? undefined : JSON.parse(expiresIn), nowEpochMs);
    return { lifeMs, renewAheadMs: lifeMs === null ? null : renewAheadOf(lifeMs) };
  },
  body: ({ body, secrets, files, variables, values, inputs }) => bodiesOf({ secrets }, (path) => files[path], variables)({ name: 'execute', body }, values, inputs),
  histogram({ micros, censored, at }) {
    const histogram = newHistogram();
    for (const [value, times] of micros) for (let i = 0; i < times; i++) histogram.add(value);
    for (let i = 0; i < censored; i++) histogram.addCensored();
    return at.map(([perMille]) => [perMille, histogram.at(perMille) === Infinity ? 'censored' : histogram.at(perMille)]);
  },
  judge({ plan, samples, tallies, facts, latencies }) {
    const counted = tallies || newTallies(plan);
    for (const [name, start, duration, outcome, checks] of samples || []) {
      count(plan, counted, name, start, duration, outcome);
      if (checks) countChecks(plan, counted, start, ...checks);
    }
    const judgement = judge(plan, counted, facts);
    return { ...judgement, lines: verdictLines(plan, judgement, latencies.map((latency) => (latency === 'censored' ? Infinity : latency))) };
  },
  segments({ stages }) {
    const starts = [];
    for (let at = dueIn(segmentsOf(stages), 0); at !== null; at = dueIn(segmentsOf(stages), starts.length)) starts.push(Math.round(at * 1000));
    return starts;
  },
  journey({ flow, plan, variables, epochMs, iterations }) {
    const journey = newJourney(flows[flow], plan, variables, () => epochMs);
    return iterations.map(({ atMs, plannedMs, number, steps }) => {
      journey.begin(plannedMs, number);
      let now = atMs;
      const taken = [];
      for (const given of steps) {
        const step = journey.next(now);
        if (!step) break;
        now = step.atMs + given.endMs - given.atMs;
        const sample = journey.answered(step.request, step.atMs, now, given.answer);
        taken.push({ request: step.request.name, path: step.path, headers: step.headers, values: step.values, atMs: step.atMs, endMs: now, answer: given.answer, sample });
      }
      return journey.next(now) ? 'not over' : { atMs, plannedMs, ...(number === undefined ? {} : { number }), steps: taken, execution: journey.execution() };
    });
  },
};
export default function () {}
export function handleSummary() {
  const read = Object.entries(rules).map(([name, rule]) => [name, (name === 'journey' ? journeys : vectors[name]).map(rule)]);
  return { stdout: JSON.stringify(Object.fromEntries(read)) };
}
`;
