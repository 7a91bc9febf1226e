/** Several processes of one bundle make the load of its plan together, from one moment on. One test after the other: each has three tools at once. */
import { describe, expect, test } from 'vitest';
import type { ScriptInput, ScriptObjective, ScriptPlan } from '../../../templates/framework.ts';
import { fewFailures, gatewayFlow, scriptInput } from '../../helpers/bundle.ts';
import { definition, eachFramework, expectHonest, planned, type Run, startTarget, type Subject, usual } from '../../helpers/conformance.ts';

const shared = new URL('../../../templates/shared/bundle/segments.js', import.meta.url);
// biome-ignore lint/suspicious/noExplicitAny: a constant file of the bundles
const { dueIn, segmentsOf } = (await import(shared.href)) as any;

const SHARES = [0, 1, 2];
/** Three tools come up side by side on a busy machine. */
const TO_COME_UP_MS = 15_000;
const LONG_MS = 90_000;

/** All shares of one plan, and second 0 of them. */
async function together({ run }: Subject, input: ScriptInput): Promise<readonly Run[]> {
  const startAt = Date.now() + TO_COME_UP_MS;
  const runs = await Promise.all(SHARES.map((index) => run(input, { env: { LOAD_TEST_SHARD: `${index}/${SHARES.length}`, LOAD_TEST_START_AT: String(startAt) } })));
  for (const [index, { begin, stderr }] of runs.entries()) {
    expect({ shard: begin?.info.shard, planHash: begin?.info.planHash, edited: begin?.info.edited }, stderr).toEqual({ shard: [index, SHARES.length], planHash: input.planHash, edited: undefined });
    expect(Math.abs((begin?.startedAt ?? Number.NaN) - startAt), stderr).toBeLessThan(50);
  }
  return runs;
}

const jump = (target: number) => ({ durationMs: 0, target });
const throughput = (value: number): ScriptObjective => ({ ...fewFailures, metric: 'throughput', comparison: '>=', value, added: false, limitPpm: null });

/** When each iteration was due, in microseconds. */
const dueMicros = ({ requests }: Run) => requests.map(({ startMicros, extra }) => startMicros - (extra.startLagMicros ?? Number.NaN)).sort((a, b) => a - b);

describe('three shares of a plan', () => {
  eachFramework((subject) => {
    test('open: together they make exactly its starts, each when it is due and with its own row', { timeout: LONG_MS }, async () => {
      // It takes 200 ms, whatever the inputs are.
      await using target = await startTarget({ keepBodies: 100 });
      const rows = Array.from({ length: 80 }, (_, i) => `{"n":${i}}`);
      const stages = [jump(5), { durationMs: 2000, target: 25 }, { durationMs: 2000, target: 25 }];
      const plan: Partial<ScriptPlan> = { model: 'open', stages, maxUsers: 40, plannedIterations: 80, steady: [[2000, 4000]], objectives: [throughput(24), fewFailures] };
      const flow = { ...gatewayFlow('slow', [{ text: '{"inputs":' }, { inputs: true }, { text: '}' }]), inputs: { kind: 'rows', file: 'data/rows.jsonl', order: 'unique', count: rows.length } as const };
      const runs = await together(subject, scriptInput(target.url, plan, flow, { data: { 'data/rows.jsonl': `${rows.join('\n')}\n` } }));
      expect(runs.map(({ end }) => end), runs[0]?.stderr).toEqual([planned(27), planned(27), planned(26)]);
      const segments = segmentsOf(stages);
      for (const [index, run] of runs.entries())
        for (const [own, micros] of dueMicros(run).entries()) expect(Math.abs(micros - dueIn(segments, own * SHARES.length + index) * 1000), `${own} of share ${index}`).toBeLessThan(1000);
      const truth = await target.truth();
      expect(truth.requests.map(({ body }) => body).sort()).toEqual(rows.map((row) => `{"inputs":${row}}`).sort());
      // Each is held to its part of the throughput: of the whole none of them has half.
      expect(runs.map(({ code, lastLine }) => [code, lastLine])).toEqual(SHARES.map(() => [0, 'LOADTEST_VERDICT passed']));
      expectTogetherHonest(runs, truth);
    });

    test('closed: in each second together they have as many users as it has', { timeout: LONG_MS }, async () => {
      await using target = await startTarget();
      const stages = [{ durationMs: 2000, target: 7 }, { durationMs: 3000, target: 7 }, jump(2), { durationMs: 2000, target: 2 }];
      const plan: Partial<ScriptPlan> = { stages, maxUsers: 7, durationMs: 7000, steady: [[2000, 5000]], objectives: [fewFailures] };
      const runs = await together(subject, scriptInput(target.url, plan, {}, { data: { 'data/definition.json': definition({ delayMs: 20 }) } }));
      const truth = await target.truth();
      for (const { end, requests, stderr } of runs) expect(end, stderr).toEqual(planned(requests.length));
      expect(runs.map(({ gauges }) => gauges.map(({ users }) => users))).toEqual([
        // Users 0, 3 and 6; 1 and 4; 2 and 5.
        [2, 3, 3, 3, 3, 1, 1],
        [1, 2, 2, 2, 2, 1, 1],
        [1, 2, 2, 2, 2, 0, 0],
      ]);
      expect(truth.peakInFlight).toBe(7);
      expectTogetherHonest(runs, truth);
    });
  }, usual);
});

describe.concurrent('a script that waits for its second 0', () => {
  eachFramework(({ run }) => {
    test('and is stopped ends long before it, and has sent nothing', { timeout: LONG_MS }, async () => {
      await using target = await startTarget();
      const startAt = Date.now() + 45_000;
      // Whether it has come up by then, or not yet.
      const { end, stderr } = await run(scriptInput(target.url), { env: { LOAD_TEST_START_AT: String(startAt) }, prefix: ['timeout', '--signal=INT', '8'] });
      expect(Date.now(), stderr).toBeLessThan(startAt);
      expect([undefined, { ...planned(0), cause: 'interrupted' }]).toContainEqual(end);
      expect((await target.truth()).received).toBe(0);
    });
  }, usual);
});

/** What all of them tell is what the target received. */
function expectTogetherHonest(runs: readonly Run[], truth: Parameters<typeof expectHonest>[1]): void {
  const [first, ...others] = runs as [Run, ...Run[]];
  expect(others.map(({ end }) => [end?.inFlight, end?.linesLost])).toEqual(others.map(() => [0, 0]));
  expectHonest({ ...first, requests: runs.flatMap(({ requests }) => requests) }, truth);
}
