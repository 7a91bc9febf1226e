/** When iterations start: the area of an open plan to the last one, the line of a closed one. Where that is looked at closely, one run after the other. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScriptPlan } from '../../../templates/framework.ts';
import { type Awake, keepAwake } from '../../helpers/awake.ts';
import { fewFailures, scriptInput } from '../../helpers/bundle.ts';
import { closed, constant, definition, eachFramework, expectHonest, iterations, open, planned, products, requestOutcomes, type Run, startTarget, type Subject, usual } from '../../helpers/conformance.ts';
import { amount, long } from '../../helpers/long.ts';

let awake: Awake;
beforeAll(async () => {
  awake = await keepAwake();
});
afterAll(() => awake[Symbol.asyncDispose]());

const studio = (url: string, demo: object, plan: Partial<ScriptPlan>) =>
  scriptInput(url, { objectives: [fewFailures], ...plan }, {}, { data: { 'data/definition.json': definition(demo) } });

/** Area under the stages until a moment: iterations (open) or user-seconds. */
function area(stages: ScriptPlan['stages'], untilMs: number): number {
  let [from, level, sum] = [0, 0, 0];
  for (const { durationMs, target } of stages) {
    const ms = Math.max(0, Math.min(untilMs - from, durationMs));
    const end = durationMs === 0 ? target : level + ((target - level) * ms) / durationMs;
    sum += ((level + end) / 2) * (ms / 1000);
    from += durationMs;
    level = target;
  }
  return sum;
}

const levelAt = (stages: ScriptPlan['stages'], ms: number) => (area(stages, ms + 0.5) - area(stages, ms - 0.5)) * 1000;

/** Starts in each second of the plan, by when they were due. */
function dueInSeconds({ requests }: Run, seconds: number): number[] {
  const counts = Array<number>(seconds).fill(0);
  for (const { startMicros, extra } of requests) {
    const second = Math.floor((startMicros - (extra.startLagMicros ?? Number.NaN)) / 1e6);
    counts[second] = (counts[second] ?? Number.NaN) + 1;
  }
  return counts;
}

const jump = (target: number) => ({ durationMs: 0, target });
/** A ramp, a jump up and one down, a pause, and an end at nothing. */
const EVERYTHING = [
  jump(10), { durationMs: 3000, target: 200 }, jump(300), { durationMs: 2000, target: 300 }, jump(50), { durationMs: 1000, target: 50 },
  jump(0), { durationMs: 1000, target: 0 }, jump(20), { durationMs: 1000, target: 0 },
];
const stagesOf = (stages: ScriptPlan['stages'], maxUsers = 600): Partial<ScriptPlan> => {
  const durationMs = stages.reduce((sum, stage) => sum + stage.durationMs, 0);
  return open(1, durationMs, { stages, maxUsers, steady: [], plannedIterations: Math.floor(area(stages, durationMs) + 1e-9) });
};

/** As many starts as the area says, each second on the line. */
async function expectLine({ run }: Subject, plan: Partial<ScriptPlan>, count: number, delayMs: number): Promise<void> {
  // A connection that was idle for as long as the target keeps one may be closed under a request: that is another test's matter.
  await using target = await startTarget({ keepAliveMs: 120_000 });
  const input = studio(target.url, { delayMs }, plan);
  const result = await run(input);
  const truth = await target.truth();
  expect({ end: result.end, outcomes: requestOutcomes(result), received: truth.received }, result.stderr).toEqual({ end: planned(count), outcomes: { ok: count }, received: count });
  expectHonest(result, truth);
  const seconds = input.plan.durationMs / 1000;
  const line = Array.from({ length: seconds }, (_, i) => area(input.plan.stages, (i + 1) * 1000) - area(input.plan.stages, i * 1000));
  const due = dueInSeconds(result, seconds);
  expect(due.reduce((sum, n) => sum + n, 0)).toBe(count);
  for (const [i, n] of due.entries()) expect(Math.abs(n - (line[i] ?? Number.NaN)), `second ${i}: ${due} against ${line}`).toBeLessThanOrEqual(1.01);
}

describe('an open plan starts as many iterations as its area says, each second on the line', () => {
  eachFramework((subject) => {
    test('a ramp from 10 to 200, jumps to 300 and to 50, a pause, down to nothing', async () => {
      await expectLine(subject, stagesOf(EVERYTHING), 975, 20);
    });

    test('50 a second, though each takes 2 s', async () => {
      await expectLine(subject, open(50, 3000, { maxUsers: 150 }), 150, 2000);
    });

    test.skipIf(!long).for<[what: string, plan: Partial<ScriptPlan>, count: number]>([
      ['50 a second for a minute', open(50, 60_000), 3000],
      ['300 a second for a minute', open(300, 60_000), 18_000],
      ['from 10 to 200 in 20 s', stagesOf([jump(10), { durationMs: 20_000, target: 200 }]), 2100],
    ])('%s (in the long run only)', { timeout: 200_000 }, async ([, plan, count]) => {
      await expectLine(subject, plan, count, 20);
    });
  }, products);
});

describe.concurrent('an open plan', () => {
  eachFramework((subject) => {
    test.skipIf(!long)('of an area of 11.5 starts 11, at less than one a second too (in the long run only)', async () => {
      await expectLine(subject, stagesOf([{ durationMs: 3000, target: 7 }, jump(0.5), { durationMs: 2000, target: 0.5 }]), 11, 20);
    });

    test('whose target refuses loses none of its starts, however few users there are for them', async () => {
      const result = await subject.run(studio('http://127.0.0.1:1', {}, stagesOf([jump(50), { durationMs: 4000, target: 50 }], 10)));
      expect({ end: result.end, outcomes: requestOutcomes(result), code: result.code }, result.stderr).toEqual({ end: planned(200), outcomes: { refused: 200 }, code: 99 });
    });

    test('starts above maxUsers are dropped and counted, never delayed', async () => {
      await using target = await startTarget();
      const stages = [jump(0.5), { durationMs: 2000, target: 0.5 }, jump(20), { durationMs: 1000, target: 20 }, { durationMs: 1000, target: 0 }];
      const result = await subject.run(studio(target.url, { delayMs: 1000 }, stagesOf(stages, 4)));
      const truth = await target.truth();
      const { iterationsStarted = 0, dropped = 0 } = result.end ?? {};
      expect(result.end, result.stderr).toEqual(planned(truth.received, 31 - truth.received));
      expect(iterationsStarted + dropped).toBe(31);
      expect(dropped).toBeGreaterThan(10);
      expect(truth.peakInFlight).toBe(4);
      expect(result.lastLine).toBe('LOADTEST_VERDICT not_evaluated reason=no_steady_part have=0 against=0 allowed=0');
    });
  }, usual);
});

describe('a closed plan follows its line', () => {
  eachFramework(({ run }) => {
    test('0, 20, 20, 5 users: within 1.1 of the line, its peak exactly, and nothing starts after the end', async () => {
      await using target = await startTarget();
      const factor = amount(1, 5);
      const stages = [{ durationMs: 2000 * factor, target: 20 }, { durationMs: 2000 * factor, target: 20 }, { durationMs: 2000 * factor, target: 5 }];
      const durationMs = 6000 * factor;
      const result = await run(studio(target.url, { delayMs: 40 }, { stages, maxUsers: 20, durationMs, steady: [[2000 * factor, 4000 * factor]] }));
      const truth = await target.truth();
      expect(result.end, result.stderr).toEqual(planned(truth.received));
      expectHonest(result, truth);
      expect({ peakInFlight: truth.peakInFlight, peakUsers: Math.max(...result.gauges.map(({ users }) => users ?? 0)) }).toEqual({ peakInFlight: 20, peakUsers: 20 });
      expect(result.gauges).toHaveLength(durationMs / 1000);
      // A user that leaves finishes its request, of 40 ms: it may be seen where the line was a moment ago.
      for (const { atMicros, users } of result.gauges) {
        const [now, before] = [levelAt(stages, atMicros / 1000), levelAt(stages, atMicros / 1000 - 80)];
        expect(users, `at ${atMicros}`).toSatisfy((seen: number) => seen >= now - 1.1 && seen <= Math.max(now, before) + 1.1);
      }
      expect(Math.max(...result.requests.map(({ startMicros }) => startMicros))).toBeLessThan((durationMs + 20) * 1000);
    });

    test.skipIf(!long)('a minute with 50 users that the target slows down: nothing is lost (in the long run only)', { timeout: 200_000 }, async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { delayMs: 100, threads: 20, jitter: 0.3 }, closed(50, 60_000)));
      const truth = await target.truth();
      expect(result.end, result.stderr).toEqual(planned(truth.received));
      expect(truth.peakInFlight).toBe(50);
      expectHonest(result, truth);
    });
  }, products);
});

describe.concurrent('a closed plan', () => {
  eachFramework(({ run }) => {
    test('begins with all its users, each with its think time between two iterations; without users at its end it is run to its end', { retry: 2 }, async () => {
      await using target = await startTarget();
      const stages = [...constant(3, 2000), jump(0), { durationMs: 1000, target: 0 }];
      const result = await run(studio(target.url, { delayMs: 20 }, closed(3, 3000, { stages, steady: [[0, 2000]], thinkTimeMs: [200, 250] })));
      const truth = await target.truth();
      expect({ end: result.end, code: result.code }, result.stderr).toEqual({ end: planned(truth.received), code: 0 });
      // 220 to 270 ms and what the machine adds.
      expect(truth.received).toBeGreaterThanOrEqual(3 * 6);
      expect(truth.received).toBeLessThanOrEqual(3 * 10);
      expect(result.requests.filter(({ startMicros }) => startMicros < 150_000)).toHaveLength(3);
      expect(result.gauges.map(({ users }) => users)).toEqual([3, 3, 0]);
    });

    test('of a number of iterations ends with them, long before its time is over', async () => {
      await using target = await startTarget();
      const result = await run(studio(target.url, { delayMs: 20 }, { ...iterations(5), ...closed(1, 60_000) }));
      expect({ end: result.end, received: (await target.truth()).received }, result.stderr).toEqual({ end: planned(5), received: 5 });
      expect(result.gauges.length).toBeLessThan(10);
    });
  }, usual);
});
