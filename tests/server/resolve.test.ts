import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePlan, type TestPlan } from '../../server/script/plan.ts';
import { resolvePlan } from '../../server/script/resolve.ts';

const plan = (more: object = {}): TestPlan => {
  const parsed = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'constant', users: 5, durationMs: 20_000 } }, ...more });
  if (!parsed.plan) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
};

describe('defaults', () => {
  test('are filled in', () => {
    expect(resolvePlan(plan())).toMatchObject({
      durationMs: 20_000, plannedIterations: null, warmUpMs: 3000, steady: [[3000, 20_000]], thinkTime: { minMs: 0, maxMs: 0 }, requestTimeoutMs: 30_000, connections: 'reuse',
    });
  });
  test('and give way to what the user says', () => {
    expect(resolvePlan(plan({ warmUpMs: 0, requestTimeoutMs: 100, connections: 'perIteration' }))).toMatchObject({ warmUpMs: 0, steady: [[0, 20_000]], requestTimeoutMs: 100, connections: 'perIteration' });
  });
  test('a think time of 4 s or more opens a connection for each iteration, since a server has closed the idle one', () => {
    expect(resolvePlan(plan({ thinkTime: { minMs: 0, maxMs: 3999 } })).connections).toBe('reuse');
    expect(resolvePlan(plan({ thinkTime: { minMs: 0, maxMs: 4000 } })).connections).toBe('perIteration');
    expect(resolvePlan(plan({ thinkTime: { minMs: 0, maxMs: 4000 }, connections: 'reuse' })).connections).toBe('reuse');
  });
});

describe('the longest that an iteration can take', () => {
  const longest = (target: object, more: object = {}) => resolvePlan(plan({ target: { baseUrl: 'http://127.0.0.1:8000', ...target }, requestTimeoutMs: 1000, ...more })).longestIterationMs;
  const login = { login: { path: '/login', usernameVariable: 'LT_USER', passwordVariable: 'LT_PASSWORD', tokenField: 'token' } };

  test('is one request where the answer is the execution', () => expect(longest({ preset: 'studio' })).toBe(1000));
  test('is the deadline and its requests where it is polled', () => {
    expect(longest({ preset: 'gateway', workflowName: 'a', mode: 'async' }, { pollDeadlineMs: 10_000 })).toBe(12_000);
    expect(longest({ preset: 'sessions' }, { pollDeadlineMs: 10_000 })).toBe(14_000);
    expect(longest({ preset: 'sessions', workflowName: 'a' }, { pollDeadlineMs: 10_000 })).toBe(13_000);
  });
  test('has room for a login, and after a 401 for another one and the request again', () => {
    expect(longest({ preset: 'studio', auth: login })).toBe(4000);
    expect(longest({ preset: 'sessions', auth: login }, { pollDeadlineMs: 10_000 })).toBe(17_000);
  });
});

describe('the error objective that every plan has', () => {
  const added = (more: object) => resolvePlan(plan(more)).objectives.filter((o) => o.added);
  test('is added visibly, last', () => {
    const { objectives } = resolvePlan(plan({ objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500 }] }));
    expect(objectives.map((o) => [o.metric, o.added])).toEqual([['latency', false], ['error_ratio', true]]);
    expect(objectives[1]).toMatchObject({ comparison: '<', value: 0.01, during: 'steady', requestName: null });
  });
  test('gives way to one of the user, but not to one of a single request name', () => {
    expect(added({ objectives: [{ metric: 'error_ratio', comparison: '<', value: 0.5 }] })).toEqual([]);
    expect(added({ objectives: [{ metric: 'error_ratio', comparison: '<', value: 0.5, requestName: 'execute' }] })).toHaveLength(1);
  });
  test('covers the whole run where no part is steady', () => {
    expect(added({ load: { closed: { stages: [{ durationMs: 10_000, users: 5 }] } } })).toMatchObject([{ during: 'whole' }]);
  });
});

describe('the hash', () => {
  const rich = {
    objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500 }],
    thinkTime: { minMs: 1, maxMs: 2 },
    target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000', headers: [{ name: 'a', value: 'b' }], auth: { bearer: { variable: 'TOKEN' } }, failOnSuccessFalse: false },
  };

  /** The same value with the members of every object in an order that `random` decides. */
  function shuffled(value: unknown, random: () => number): unknown {
    if (Array.isArray(value)) return value.map((member) => shuffled(member, random));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map((entry) => [random(), entry] as const)
        .sort(([a], [b]) => a - b)
        .map(([, [key, member]]) => [key, shuffled(member, random)]),
    );
  }

  test('does not depend on the order of members', () => {
    const { hash } = resolvePlan(plan(rich));
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 }), (numbers) => {
        let at = 0;
        const again = shuffled(plan(rich), () => numbers[at++ % numbers.length] ?? 0);
        expect(resolvePlan(plan(again as object)).hash).toBe(hash);
      }),
    );
  });
  test('does not depend on what was left out as null, and survives a database', () => {
    const { hash } = resolvePlan(plan(rich));
    expect(resolvePlan(plan({ ...rich, warmUpMs: null, inputs: null })).hash).toBe(hash);
    expect(resolvePlan(JSON.parse(JSON.stringify(plan(rich))) as TestPlan).hash).toBe(hash);
  });
  test('changes with every value', () => {
    const variants = [{}, { warmUpMs: 1 }, { requestTimeoutMs: 30_000 }, { objectives: [] }, { thinkTime: { minMs: 1, maxMs: 3 } }, { load: { preset: { key: 'constant', users: 6, durationMs: 20_000 } } }];
    expect(new Set(variants.map((more) => resolvePlan(plan({ ...rich, ...more })).hash)).size).toBe(variants.length);
  });
});

test('stages of a user are taken as they are', () => {
  const open = { open: { stages: [{ durationMs: 2000, ratePerSecond: 10 }, { durationMs: 8000, ratePerSecond: 10 }], maxUsers: 40 } };
  expect(resolvePlan(plan({ load: open }))).toMatchObject({ load: { model: 'open', maxUsers: 40, maxIterations: null }, plannedIterations: 90, durationMs: 10_000, warmUpMs: 2000, steady: [[2000, 10_000]] });
});

describe('an objective', () => {
  const resolved = (objective: object) => resolvePlan(plan({ objectives: [objective] })).objectives[0];
  test('that is held to the baseline has no value, and the comparison of its metric', () => {
    expect(resolved({ metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 })).toMatchObject({ value: null, comparison: '<=', maxChangeRatio: 0.1 });
    expect(resolved({ metric: 'throughput', maxChangeRatio: 0.1 })).toMatchObject({ value: null, comparison: '>=' });
  });
  test('is strict only where that is asked for', () => {
    const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 500 };
    expect(resolved({ ...p95, strict: true })).toMatchObject({ strict: true });
    for (const objective of [p95, { ...p95, strict: false }]) expect(resolved(objective)).not.toHaveProperty('strict');
  });
});
