import { describe, expect, test } from 'vitest';
import { canJudge } from '../../server/script/can-judge.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { testPlan } from '../helpers/stored-run.ts';

const judged = (objective: object, load: object, more: object = {}) => canJudge(resolvePlan(testPlan({ load, objectives: [objective], ...more })))[0];
const said = (...args: Parameters<typeof judged>) => judged(...args)?.sentence;

const p99 = { metric: 'latency', statistic: 'p99', comparison: '<', value: 500 };
const errors = { metric: 'error_ratio', comparison: '<', value: 0.01 };
const mean = { metric: 'latency', statistic: 'mean', comparison: '<', value: 500 };
const throughput = { metric: 'throughput', comparison: '>=', value: 10 };
const checksRatio = { metric: 'checks_ratio', comparison: '>=', value: 0.99 };
const twoChecks = { checks: [{ name: 'a price', path: '/price', equals: '1' }, { name: 'a name', path: '/name', equals: '"x"' }] };
const whole = { during: 'whole' };

/** 10/s for 20 s, of which the first 3 s are warm-up. */
const open = { preset: { key: 'constant', ratePerSecond: 10, durationMs: 20_000 } };
const closed = { preset: { key: 'constant', users: 2, durationMs: 20_000 } };
const ramp = { closed: { stages: [{ durationMs: 10_000, users: 5 }] } };
const asynchronous = { target: { preset: 'gateway', baseUrl: 'http://127.0.0.1:8000', workflowName: 'fast', mode: 'async', auth: { login: { path: '/login', usernameVariable: 'U', passwordVariable: 'P', tokenField: 'token' } } } };

describe('a percentile', () => {
  test('with enough executions in an open plan', () => {
    expect(judged({ ...p99, statistic: 'p95' }, open)).toEqual({ objective: 0, expected: 170, needed: 59, sentence: 'Can be judged: 170 executions, 59 needed.' });
    expect(judged({ ...p99, statistic: 'p95', ...whole }, open)?.sentence).toBe('Can be judged: 200 executions, 59 needed.');
  });
  test('with too few: it says how long it would take', () => {
    expect(judged(p99, open)).toMatchObject({ expected: 170, needed: 299, sentence: 'Cannot pass: 170 executions, 299 needed; at this rate that takes 30 s.' });
  });
  test('of a closed plan: the target decides', () => {
    expect(judged(p99, closed)).toMatchObject({ expected: null, sentence: "p99 needs 299 executions in the steady part; how many there are depends on the target's speed." });
    expect(said({ ...p99, ...whole }, closed)).toBe("p99 needs 299 executions; how many there are depends on the target's speed.");
    expect(said({ ...p99, statistic: 'max' }, closed)).toBe("max needs 1 execution in the steady part; how many there are depends on the target's speed.");
  });
  test('of a smoke test: it has five, and no rate', () => {
    expect(judged(p99, { preset: { key: 'smoke' } })).toMatchObject({ expected: 5, needed: 299, sentence: 'Cannot pass: 5 executions, 299 needed.' });
  });
  test('of a plan that never holds its level', () => {
    expect(said(p99, ramp)).toBe('Cannot be judged: no stage holds its level after the warm-up.');
    const rising = { open: { stages: [{ durationMs: 10_000, ratePerSecond: 5 }], maxUsers: 10 } };
    expect(said({ ...p99, ...whole }, rising)).toBe('Cannot pass: 25 executions, 299 needed.');
  });
  test('of the longest plan at the highest rate is still a number of the API', () => {
    const most = { open: { stages: [{ durationMs: 0, ratePerSecond: 100_000 }, { durationMs: 86_400_000, ratePerSecond: 100_000 }], maxUsers: 100_000 } };
    expect(judged(p99, most)?.expected).toBe(2 ** 31 - 1);
    expect(judged(checksRatio, most, twoChecks)?.expected).toBe(2 ** 31 - 1);
  });
});

describe('an error ratio', () => {
  test('counts executions', () => {
    expect(said(errors, closed)).toBe("An error ratio needs 300 executions in the steady part; how many there are depends on the target's speed.");
    expect(said(errors, open)).toBe('Cannot pass: 170 executions, 300 needed; at this rate that takes 30 s.');
  });
  test('that was added passes when nothing failed, and says of how many that proves something', () => {
    const added = (load: object) => canJudge(resolvePlan(testPlan({ load }))).at(-1);
    expect(added({ preset: { key: 'smoke' } })).toMatchObject({ objective: 0, sentence: 'Passes when all 5 executions succeed. That fewer than 1 in 100 fail it cannot prove: for that 300 executions are needed.' });
    expect(added({ preset: { key: 'constant', ratePerSecond: 10, durationMs: 60_000 } })?.sentence).toBe('Can be judged: 570 executions, 300 needed.');
    expect(added({ preset: { key: 'constant', users: 2 } })?.sentence).toBe('Passes when nothing failed. Of fewer than 300 executions that proves little, and one failure is enough to break it; of more, under 1 in 100 may fail.');
  });
});

describe('the latency of executions that are polled', () => {
  const p95 = { metric: 'latency', statistic: 'p95', comparison: '<' };
  test('is measured no finer than they are polled', () => {
    expect(said({ ...p95, value: 500 }, open, asynchronous)).toBe('Can be judged: 170 executions, 59 needed. Executions are polled every 250 ms: none can measure less than that, and each may really have been up to 250 ms faster.');
  });
  test('cannot pass at a limit below that', () => {
    expect(said({ ...p95, value: 100 }, open, asynchronous)).toBe('Cannot pass: an execution is first asked for 250 ms after it was accepted, so none can measure less than that. Poll more often, or raise the limit.');
    expect(said({ ...p95, value: 100 }, open, { ...asynchronous, pollIntervalMs: 50 })).toMatch(/^Can be judged: .* Executions are polled every 50 ms:/);
  });
  test('is not that of their requests', () => expect(said({ ...p95, value: 100, requestName: 'execute' }, open, asynchronous)).toBe('Can be judged: 170 "execute" requests, 59 needed.'));
});

describe('an objective on a request name counts its requests', () => {
  test('as many "execute" as executions', () => {
    expect(judged({ ...p99, requestName: 'execute' }, open, asynchronous)).toMatchObject({ expected: 170, sentence: 'Cannot pass: 170 "execute" requests, 299 needed; at this rate that takes 30 s.' });
  });
  test('polls as often as the target is slow, in an open plan too', () => {
    expect(judged({ ...p99, requestName: 'poll' }, open, asynchronous)).toMatchObject({ expected: null, sentence: `p99 needs 299 "poll" requests in the steady part; how many there are depends on the target's speed.` });
    expect(said({ ...errors, requestName: 'poll', ...whole }, open, asynchronous)).toBe(`An error ratio needs 300 "poll" requests; how many there are depends on the target's speed.`);
  });
  test('logins as often as users begin', () => {
    expect(said({ ...p99, requestName: 'login' }, closed, asynchronous)).toBe('p99 needs 299 "login" requests in the steady part; a user sends one when it begins.');
  });
});

describe('a checks ratio counts checks', () => {
  test('as many as the checks of all executions', () => {
    expect(judged(checksRatio, open, twoChecks)).toMatchObject({ expected: 340, needed: 300, sentence: 'Can be judged: 340 checks when every execution succeeds, 300 needed.' });
    expect(said({ ...checksRatio, value: 0.995 }, open, twoChecks)).toBe('Cannot pass: 340 checks when every execution succeeds, 600 needed; at this rate that takes 30 s.');
  });
  test('in a closed plan: the target decides', () => {
    expect(said(checksRatio, closed, twoChecks)).toBe("A checks ratio needs 300 checks in the steady part; how many there are depends on the target's speed.");
  });
});

describe('a mean is of all that it is judged on', () => {
  test('executions of the steady part, or of the run', () => {
    expect(judged(mean, closed)).toMatchObject({ needed: null, sentence: 'Can be judged on all executions of the steady part, when none of them times out.' });
    expect(said({ ...mean, ...whole }, ramp)).toBe('Can be judged on all executions of the run, when none of them times out.');
  });
  test('requests of its name', () => {
    expect(said({ ...mean, requestName: 'poll' }, open, asynchronous)).toBe('Can be judged on all "poll" requests of the steady part, when none of them times out.');
  });
});

describe('throughput', () => {
  test('is of the whole steady part, or of the whole run', () => {
    expect(said(throughput, closed)).toBe('Can be judged on the whole steady part.');
    expect(said({ ...throughput, ...whole }, ramp)).toBe('Can be judged on the whole run.');
    expect(said(throughput, open)).toBe('Can be judged on the whole steady part.');
  });
  test('above what an open plan starts cannot be reached', () => {
    expect(said({ ...throughput, value: 12 }, open)).toBe('Cannot pass: the plan starts 10 executions per second in the steady part.');
    expect(said({ ...throughput, value: 12, ...whole }, open)).toBe('Cannot pass: the plan starts 10 executions per second in the run.');
  });
});

describe('a strict objective', () => {
  test('says that a narrow verdict is none', () => {
    expect(said({ ...p99, statistic: 'p95', strict: true }, open)).toBe('Can be judged: 170 executions, 59 needed. It is strict: a narrow verdict is none.');
  });
  test('of which there is no narrow verdict changes nothing, and that is said', () => {
    for (const objective of [mean, throughput, { ...p99, statistic: 'max' }, { metric: 'error_ratio', comparison: '<=', value: 0 }, { metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 }])
      expect(said({ ...objective, strict: true }, open)).toMatch(/\. That it is strict changes nothing: there is no narrow verdict of it\.$/);
  });
});

test('an objective that is held to the baseline needs one, and as many samples as any other', () => {
  expect(judged({ metric: 'latency', statistic: 'p99', maxChangeRatio: 0.1 }, open)).toEqual({ objective: 0, expected: 170, needed: 299, sentence: 'Is held to what the baseline measured, on 299 executions or more: without a pinned run it is not evaluated.' });
  expect(said({ metric: 'throughput', maxChangeRatio: 0.1 }, open)).toBe('Is held to what the baseline measured: without a pinned run it is not evaluated.');
});
