/** The same verdict, the same table and the same exit codes from all frameworks; and one line when a script cannot run. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ScriptFlow, ScriptObjective, ScriptPlan, ScriptVariable } from '../../../templates/framework.ts';
import { asyncGatewayFlow, bearer, fewFailures, gatewayFlow, mostChecks, p95Below, polled, requestTo, scriptInput, sessionsFlow } from '../../helpers/bundle.ts';
import { closed, definition, eachFramework, expectHonest, iterations, open, planned, products, startTarget, usual } from '../../helpers/conformance.ts';
import { judged } from '../../helpers/judged.ts';

const latency = (statistic: string, perMille: number | null, limitMs: number): ScriptObjective => ({ ...p95Below(limitMs), statistic, perMille });
const errors = (value: number): ScriptObjective => ({ ...fewFailures, value, limitPpm: value * 1e6, added: false });
const throughput = (value: number): ScriptObjective => ({ ...fewFailures, metric: 'throughput', comparison: '>=', value, limitPpm: null, added: false });
const whole = (objective: ScriptObjective): ScriptObjective => ({ ...objective, during: 'whole' });
const of = (requestName: string, objective: ScriptObjective): ScriptObjective => ({ ...objective, requestName });

const change = (objective: ScriptObjective): ScriptObjective => ({ ...objective, value: null, slowerFromMicros: null, limitPpm: null, added: false, maxChangeRatio: 0.1 });

/** One of every kind, some that hold and some that do not. */
const EVERY: readonly ScriptObjective[] = [
  latency('p50', 500, 500), latency('p90', 900, 1), latency('p95', 950, 400), whole(latency('p99', 990, 400)), latency('p999', 999, 400), latency('max', 1000, 3000), latency('mean', null, 400),
  { ...latency('p95', 950, 400), comparison: '<=', slowerFromMicros: 400_001 }, of('execute', latency('p95', 950, 400)), of('nobody', latency('p95', 950, 400)),
  errors(0.2), whole(errors(0.01)), of('execute', errors(0.5)), throughput(5), whole(throughput(1000)), mostChecks, { ...whole(mostChecks), value: 0.5, limitPpm: 500_000 },
  // What only the server can say of these is said to be its to say.
  { ...latency('p95', 950, 400), strict: true }, change(latency('p95', null, 400)), change(fewFailures), change(throughput(1)), change(mostChecks),
];
const checks: ScriptFlow['checks'] = [{ name: 'squared', pointer: '/outputs/square/result/value', equals: '9' }];

describe.concurrent('the verdict', () => {
  eachFramework(({ framework, run }) => {
    const endingOf = ({ code, signal }: { code: number | null; signal: string | null }) => framework.ending({ code, signal });

    test('is told in a table of all objectives, computed from the same integers as the sample lines', async () => {
      await using target = await startTarget({ workflows: { w: definition({ delayMs: 20, jitter: 0.5, fault: 'node_failed', failEvery: 10 }) } });
      const input = scriptInput(target.url, { ...open(40, 4000), steady: [[800, 4000]], objectives: EVERY }, { ...gatewayFlow('w'), checks });
      const result = await run(input);
      const expected = judged(input.plan, result);
      expect(result.end, result.stderr).toEqual(planned(160));
      const { planHash, workflowHash } = input;
      expect(result.begin?.info.edited).toBeUndefined();
      expect(result.begin).toMatchObject({ version: 1, framework: framework.key, info: { planHash, workflowHash, scriptHash: expect.stringMatching(/^[0-9a-f]{64}$/), plan: { load: {} } } });
      expect(result.gauges).toHaveLength(4);
      expectHonest(result, await target.truth());
      expect([...result.table, result.lastLine]).toEqual(expected.lines);
      expect({ code: result.code, ending: endingOf(result), verdict: expected.verdict }).toEqual({ code: 99, ending: 'objectives_failed', verdict: 'failed' });
    });

    test('passed is exit code 0, and nothing is written where nobody asked for lines', async () => {
      await using target = await startTarget();
      const { code, signal, table, lastLine, stderr, requests } = await run(scriptInput(target.url, { ...closed(3, 2000), objectives: [p95Below(1000), fewFailures] }), { samples: 'none' });
      expect({ code, lastLine, lines: requests.length, ending: endingOf({ code, signal }) }, stderr).toEqual({ code: 0, lastLine: 'LOADTEST_VERDICT passed', lines: 0, ending: 'ok' });
      expect(table.map((line) => line.split(/ {2,}/)[0])).toEqual(['verdict', 'passed', 'passed']);
    });

    test('too few samples are no verdict, and say how many it takes', async () => {
      await using target = await startTarget();
      const { code, lastLine, end } = await run(scriptInput(target.url, { ...iterations(5), objectives: [p95Below(1000), fewFailures] }));
      expect({ code, lastLine, end }).toEqual({ code: 99, lastLine: 'LOADTEST_VERDICT not_evaluated reason=too_few_samples have=5 need=59', end: planned(5) });
    });

    test('an answer 422 is told at once, and once: the test itself is wrong; what failed is told by its class above the table', async () => {
      await using target = await startTarget();
      const input = scriptInput(target.url, { ...closed(3, 2000), thinkTimeMs: [50, 100], objectives: [fewFailures] }, {}, { data: { 'data/definition.json': definition({ status: 422 }) } });
      const { stderr, stdout, code } = await run(input, { samples: 'none' });
      const { received } = await target.truth();
      // k6's own log escapes quotes; the detail is the beginning of the answer.
      expect(stderr.replaceAll('\\"', '"').match(/load test: the target answered 422.{0,20}/g), stderr).toEqual([expect.stringMatching(/^load test: the target answered 422: \{"/)]);
      expect(stdout).toMatch(new RegExp(`^failed executions: ${received} invalid_request\nverdict `, 'm'));
      expect({ code, many: received > 20 }).toEqual({ code: 99, many: true });
    });

    test('executions that took several requests are judged as executions, and requests by their names', async () => {
      await using target = await startTarget();
      const plan: Partial<ScriptPlan> = { ...closed(4, 2500), ...polled, objectives: [latency('p50', 500, 50), of('poll', latency('p50', 500, 1000)), of('session', errors(0.5)), whole(latency('max', 1000, 5000))] };
      const input = scriptInput(target.url, plan, sessionsFlow('slow'));
      const result = await run(input);
      expectHonest(result, await target.truth());
      expect([...result.table, result.lastLine], result.stderr).toEqual(judged(input.plan, result).lines);
      expect(result.lastLine).toMatch(/^LOADTEST_VERDICT failed reason=slower_than_allowed /);
    });

    test('without a single answer it is told all the same', async () => {
      const input = scriptInput('http://127.0.0.1:1', { ...closed(2, 1500), thinkTimeMs: [100, 100], objectives: [p95Below(500), throughput(1), fewFailures] });
      const result = await run(input);
      expect(result.table.map((line) => line.split(/ {2,}/)[0]), result.stderr).toEqual(['verdict', 'not_evaluated', 'failed', 'failed']);
      expect([...result.table, result.lastLine]).toEqual(judged(input.plan, result).lines);
      expect(result.code).toBe(99);
    });

    test('of what still ran at the end of the grace is that it was slower than any limit', async () => {
      await using target = await startTarget({ workflows: { w: definition({ fault: 'endless' }) } });
      // The deadline of the polls is later than the longest time that an iteration is given.
      const plan: Partial<ScriptPlan> = { ...closed(2, 1000), pollIntervalMs: 100, pollDeadlineMs: 60_000, requestTimeoutMs: 10_000, objectives: [whole(latency('max', 1000, 50_000))] };
      const edit = [/^instrument\/plan\.(js|py)$/, /longestIterationMs("?): \w+\(given, flow\)/, 'longestIterationMs$1: 500'] as const;
      const result = await run(scriptInput(target.url, plan, asyncGatewayFlow('w')), { edit });
      expect(result.end, result.stderr).toMatchObject({ cause: 'planned', iterationsStarted: 2, interrupted: 2 });
      expect({ code: result.code, lastLine: result.lastLine }).toEqual({ code: 99, lastLine: 'LOADTEST_VERDICT failed reason=slower_than_allowed have=2 against=2 allowed=0' });
    });
  }, usual);
});

describe.concurrent('an end before the plan', () => {
  eachFramework(({ framework, run, stopsAtObjectives }) => {
    test('an objective that is broken over its window stops the script; where it cannot, it says so', async () => {
      await using target = await startTarget();
      const plan: Partial<ScriptPlan> = { ...closed(5, 9000), objectives: [fewFailures, { ...p95Below(10), abortAfterMs: 2000 }] };
      const input = scriptInput(target.url, plan, {}, { data: { 'data/definition.json': definition({ delayMs: 40 }) } });
      const result = await run(input);
      const said = `${result.stdout}${result.stderr}`.includes('needs the server');
      if (!stopsAtObjectives) {
        expect({ said, cause: result.end?.cause, code: result.code }).toEqual({ said: true, cause: 'planned', code: 99 });
        return;
      }
      expect({ said, cause: result.end?.cause, code: result.code }, result.stderr).toEqual({ said: false, cause: 'objective', code: 99 });
      expect(result.lastLine).toMatch(/^LOADTEST_VERDICT failed reason=broken_in_window /);
      expect(result.gauges.length).toBeLessThan(8);
      expect([...result.table, result.lastLine]).toEqual(judged(input.plan, result, 1).lines);
      expectHonest(result, await target.truth());
    });

    test('a signal cuts what is in flight, counts it, and leaves nothing passed', async () => {
      await using target = await startTarget();
      const input = scriptInput(target.url, { ...closed(3, 60_000), objectives: [fewFailures] }, {}, { data: { 'data/definition.json': definition({ delayMs: 300 }) } });
      const result = await run(input, { during: (pid) => void process.kill(pid, 'SIGINT') });
      const { received } = await target.truth();
      expect(result.end, result.stderr).toMatchObject({ cause: 'interrupted', dropped: 0, linesLost: 0 });
      const { inFlight = 0, interrupted = 0, iterationsStarted = 0 } = result.end ?? {};
      expect(inFlight).toBeGreaterThan(0);
      expect({ interrupted, iterationsStarted }).toEqual({ interrupted: inFlight, iterationsStarted: result.requests.length + inFlight });
      // What was begun in that very moment may not have reached it.
      expect(received).toSatisfy((count: number) => count >= result.requests.length && count <= iterationsStarted);
      expect({ ending: framework.ending(result), code: [0, 99].includes(result.code ?? 0) }).toEqual({ ending: 'interrupted', code: false });
      expect(result.lastLine).toMatch(/^LOADTEST_VERDICT not_evaluated reason=(cut_short|no_samples) /);
    });
  }, usual);
});

/** A block that throws, in the template of each framework. */
const THROWING: Readonly<Record<string, string>> = {
  'locust/script.py.njk': '            raise ValueError("a block of mine")',
  'k6/loadtest.js.njk': '    throw new Error("a block of mine");',
  'artillery/processor.mjs.njk': '  throw new Error("a block of mine");',
};

describe.concurrent('a script that throws', async () => {
  const customTemplates = await mkdtemp(path.join(tmpdir(), 'templates-'));
  for (const [template, block] of Object.entries(THROWING)) {
    await mkdir(path.dirname(path.join(customTemplates, template)), { recursive: true });
    await writeFile(path.join(customTemplates, template), `{% extends "load-test/${template}" %}\n{% block afterResponse %}\n${block}\n{% endblock %}\n`);
  }
  afterAll(() => rm(customTemplates, { recursive: true }));

  eachFramework(({ framework, run }) => {
    test('is broken, whatever the target answered: its first exception ends the test and is told, and there is no verdict', async () => {
      await using target = await startTarget();
      const result = await run(scriptInput(target.url, { ...closed(2, 60_000), objectives: [fewFailures] }, {}, { data: { 'data/definition.json': definition({ delayMs: 20 }) }, customTemplates }));
      const { received } = await target.truth();
      expect({ ending: framework.ending(result), cause: result.end?.cause, lost: result.end?.linesLost }, result.stderr).toEqual({ ending: 'broke', cause: 'broke', lost: 0 });
      expect(framework.problemFrom(result.stderr, result.stdout)).toContain('a block of mine');
      expect(`${result.stdout}${result.stderr}`.split('Error: a block of mine').length - 1).toBeLessThanOrEqual(2);
      expect(result.stdout).not.toMatch(/^LOADTEST_VERDICT (passed|failed)/m);
      // One of each user at most, and what was sent in that moment.
      const most = result.requests.length + (result.end?.inFlight ?? 0);
      expect(most).toBeLessThanOrEqual(4);
      expect(received).toSatisfy((count: number) => count >= result.requests.length && count <= most);
    });
  }, products);
});

const secret = (kind: ScriptVariable['kind']): ScriptVariable => ({ name: 'SECRET_A_KEY', holds: 'the value of /nodes/0/parameters/key in the definition', kind });

describe.concurrent('a script that cannot run', () => {
  eachFramework(({ framework, run }) => {
    test.for<[what: string, variables: readonly ScriptVariable[], env: Record<string, string>, told: RegExp]>([
      ['two variables that are not set: both are told', [{ name: 'LT_TOKEN', holds: 'the bearer token', kind: 'header' }, secret('json')], {}, /^load test: set LT_TOKEN and SECRET_A_KEY: VARIABLES in the script says what they hold\.$/],
      ['the second of two', [{ name: 'LT_TOKEN', holds: 'the bearer token', kind: 'header' }, secret('json')], { LT_TOKEN: 't' }, /^load test: the environment variable SECRET_A_KEY is not set: it holds the value of \/nodes\/0\/parameters\/key in the definition\.$/],
      ['a text that no header can hold', [{ name: 'LT_TOKEN', holds: 'the bearer token', kind: 'header' }], { LT_TOKEN: 'a\r\nb: hidden' }, /^load test: .*LT_TOKEN/],
      ['a text that would end the string in which it stands', [secret('json')], { SECRET_A_KEY: 'hidden", "b": "' }, /^load test: .*SECRET_A_KEY/],
      ['a number that is none', [secret('number')], { SECRET_A_KEY: 'hidden' }, /^load test: .*SECRET_A_KEY/],
      ['a target that is no address', [], { LOAD_TEST_TARGET: 'localhost:8000' }, /^load test: .*LOAD_TEST_TARGET/],
      ['a target at a port that is none', [], { LOAD_TEST_TARGET: 'http://127.0.0.1:70000' }, /^load test: .*LOAD_TEST_TARGET/],
      ['a file of certificates that holds none', [], { LOAD_TEST_CA: import.meta.filename }, /^load test: LOAD_TEST_CA=\S+ holds no certificate that can be read\.$/],
      ['a share that is none', [], { LOAD_TEST_SHARD: '3/3' }, /^load test: LOAD_TEST_SHARD is not a share of a test: /],
      ['a share without a user', [], { LOAD_TEST_SHARD: '0/4' }, /^load test: LOAD_TEST_SHARD: 4 shares of 3 users: a share without a user makes no load\.$/],
      ['a moment that is none', [], { LOAD_TEST_START_AT: 'soon' }, /^load test: LOAD_TEST_START_AT is not a moment: /],
      ['a moment that is far away', [], { LOAD_TEST_START_AT: '999999999999999' }, /^load test: LOAD_TEST_START_AT is \d+ s ahead: a test waits for its start for at most 50 s\.$/],
    ])('stops at once with one line, and sends nothing: %s', async ([, variables, env, told]) => {
      await using target = await startTarget();
      const named = variables.some(({ name }) => name === 'LT_TOKEN') ? bearer('LT_TOKEN') : {};
      const inputs: Partial<ScriptFlow> = { inputs: { kind: 'rows', file: 'data/rows.jsonl', order: 'sequential', count: 1 }, execute: requestTo('/api/workflow/execute', [{ file: 'data/definition.json' }]) };
      const secrets = variables.filter(({ name }) => name !== 'LT_TOKEN').map(({ name }) => ({ variable: name, marker: `<<${name}>>`, file: 'data/definition.json' }));
      const data = { 'data/definition.json': '{"nodes":[{"id":"a","type":"x","parameters":{"key":"<<SECRET_A_KEY>>"}}],"edges":[]}', 'data/rows.jsonl': '{}\n' };
      const result = await run(scriptInput(target.url, {}, { ...named, ...inputs, secrets }, { variables, data }), { env });
      const lines = result.stderr.trim().split('\n');
      expect(lines.at(-1)).toMatch(told);
      expect(lines.filter((line) => line.startsWith('load test: '))).toHaveLength(1);
      expect(result.stderr).not.toMatch(/Traceback|hidden|\n {4}at /);
      expect({ ending: framework.ending(result), received: (await target.truth()).received }).toEqual({ ending: 'broke', received: 0 });
      expect(`load test: ${framework.problemFrom(result.stderr, result.stdout)}`).toMatch(told);
    });
  }, usual);
});
