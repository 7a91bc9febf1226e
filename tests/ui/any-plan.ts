/** Plans of every kind. Some are not allowed: what belongs together is left to the plan's own rules. */
import fc from 'fast-check';
import { METHODS, ORDERS, parsePlan, PRESETS, STATISTICS, type TestPlan } from '../../server/script/plan.ts';

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/);
const variable = word.map((name) => `MY_${name}`);
const path = fc.stringMatching(/^\/[!-~]{0,20}$/);
const pointer = fc.array(fc.stringMatching(/^[^~/\0]{0,8}$/).filter((step) => step.isWellFormed()), { minLength: 1, maxLength: 3 }).map((steps) => steps.map((step) => `/${step}`).join('')).filter((text) => text.trim() !== '');
const ms = (least: number, most: number) => fc.integer({ min: least, max: most });
const positive = fc.double({ min: 1e-5, max: 1000, noNaN: true });
const json = fc.json();

const auth = fc.oneof(
  fc.constant({ none: true }),
  fc.record({ bearer: fc.record({ variable }) }),
  fc.record({ apiKey: fc.record({ header: word, variable }) }),
  fc.record({ login: fc.record({ path, usernameVariable: variable, passwordVariable: variable, tokenField: fc.stringMatching(/^(\/[^\0]{0,10}|[^/\0]{1,10})$/).filter((text) => text.isWellFormed()) }) }),
);

const ofTarget = {
  baseUrl: fc.constantFrom('http://127.0.0.1:8000', 'https://example.test/app'),
  headers: optional(fc.array(fc.record({ name: word, value: fc.stringMatching(/^[ -~]{0,10}$/) }), { minLength: 1, maxLength: 3 })),
  failOnSuccessFalse: optional(fc.boolean()),
  auth: optional(auth),
};
const workflowName = fc.stringMatching(/^[A-Za-z0-9_.ä-]{1,10}$/);
const target = fc.oneof(
  fc.record({ preset: fc.constant('studio' as const), path: optional(path), mode: optional(fc.constant('sync' as const)), ...ofTarget }),
  fc.record({ preset: fc.constant('gateway' as const), path: optional(path), workflowName, mode: optional(fc.constantFrom('sync' as const, 'async' as const)), ...ofTarget }),
  fc.record({ preset: fc.constant('sessions' as const), workflowName: optional(workflowName), mode: optional(fc.constant('async' as const)), ...ofTarget }),
  fc.record({ preset: fc.constant('custom' as const), path, method: optional(fc.constantFrom(...METHODS)), body: optional(fc.string()), ...ofTarget }),
);

const load = fc.oneof(
  fc.record({ closed: fc.record({ stages: fc.array(fc.record({ durationMs: ms(0, 5_000_000), users: ms(0, 100) }), { minLength: 1, maxLength: 4 }) }) }),
  fc.record({ open: fc.record({ stages: fc.array(fc.record({ durationMs: ms(0, 5_000_000), ratePerSecond: positive }), { minLength: 1, maxLength: 4 }), maxUsers: ms(1, 500) }) }),
  fc.record({ preset: fc.record({ key: fc.constantFrom(...PRESETS), users: optional(ms(1, 100)), durationMs: optional(ms(1000, 5_000_000)) }) }),
  fc.record({ preset: fc.record({ key: fc.constantFrom(...PRESETS), ratePerSecond: positive, durationMs: optional(ms(1000, 5_000_000)) }) }),
);

const inputs = fc.oneof(
  fc.record({ fixed: fc.dictionary(word, fc.jsonValue()).map((value) => JSON.stringify(value)) }),
  fc.record({ dataset: fc.record({ format: fc.constantFrom('csv' as const, 'json' as const), text: fc.string(), order: fc.constantFrom(...ORDERS) }) }),
  fc.record({ dataset: fc.record({ format: fc.constant('csv' as const), text: fc.string(), order: fc.constant('random' as const), seed: optional(fc.nat()) }) }),
);

/** In the millionths that a ratio is judged in. */
const share = fc.integer({ min: 1, max: 999_999 }).map((parts) => parts / 1e6);

const objective = fc.oneof(
  fc.record({ metric: fc.constant('latency' as const), statistic: fc.constantFrom(...STATISTICS), comparison: fc.constantFrom('<' as const, '<=' as const), value: positive, requestName: optional(fc.constantFrom('execute', 'poll', 'login')), during: optional(fc.constantFrom('steady' as const, 'whole' as const)), abortAfterMs: optional(ms(1000, 5_000_000)), strict: optional(fc.constant(true)) }),
  fc.record({ metric: fc.constant('latency' as const), statistic: fc.constantFrom(...STATISTICS), comparison: fc.constantFrom('<' as const, '<=' as const), maxChangeRatio: share, requestName: optional(fc.constant('execute')) }),
  fc.record({ metric: fc.constant('error_ratio' as const), comparison: fc.constantFrom('<' as const, '<=' as const), value: share, requestName: optional(fc.constant('execute')), abortAfterMs: optional(ms(1000, 60_000)) }),
  fc.record({ metric: fc.constantFrom('throughput' as const), comparison: fc.constantFrom('>' as const, '>=' as const), value: positive }),
  fc.record({ metric: fc.constant('checks_ratio' as const), comparison: fc.constantFrom('>' as const, '>=' as const), value: share, abortAfterMs: optional(ms(1000, 60_000)) }),
);

const plan = fc.record({
  target,
  load,
  inputs: optional(inputs),
  thinkTime: optional(fc.tuple(ms(0, 5000), ms(0, 5000)).map(([minMs, more]) => ({ minMs, maxMs: minMs + more }))),
  requestTimeoutMs: optional(ms(10, 3_600_000)),
  warmUpMs: optional(ms(0, 5_000_000)),
  connections: optional(fc.constantFrom('reuse' as const, 'perIteration' as const)),
  pollIntervalMs: optional(ms(10, 60_000)),
  pollDeadlineMs: optional(ms(100, 3_600_000)),
  checks: optional(fc.uniqueArray(fc.record({ name: word, path: pointer, equals: json }), { maxLength: 3, selector: ({ name }) => name })),
  secrets: optional(fc.array(fc.record({ path: pointer, secret: fc.boolean() }), { maxLength: 3 })),
  objectives: optional(fc.array(objective, { maxLength: 4 })),
});

/** What does not go with the rest is left out, where it can be. */
function fitting(value: TestPlan): TestPlan {
  const dropped = new Set((parsePlan(value).problems ?? []).map(({ path: at }) => at.split(/[.[]/)[0] ?? '').filter((key) => key !== 'target' && key !== 'load'));
  return Object.fromEntries(Object.entries(value).filter(([key]) => !dropped.has(key))) as TestPlan;
}

/** As a plan comes back from the server: what is not there is not there. */
export const anyPlan: fc.Arbitrary<TestPlan> = plan.map((value) => fitting(JSON.parse(JSON.stringify(value)) as TestPlan));
