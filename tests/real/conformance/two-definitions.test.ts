/** Two definitions in one run: each framework sends each of them half of the time, byte for byte, in the same order of numbers. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Truth } from '../../../plugin/demo/truth.ts';
import { counted, eachFramework, executionOutcomes, expectHonest, requestNames, requestOutcomes, startTarget, usual } from '../../helpers/conformance.ts';
import { given } from '../../helpers/generated.ts';

const definition = (demo: object, key: string) => `{"nodes":[{"id":"ask","type":"LLMAgentNode","parameters":{"api_key":"${key}","big":12345678901234567890,"text":"{{ x }} \\u00e9"}}],"edges":[],"metadata":{"demo":${JSON.stringify(demo)}}}`;
const [CURRENT, BASELINE] = [definition({ delayMs: 5 }, 'sk-0123456789abcdefNEW'), ` ${definition({ delayMs: 60 }, 'sk-0123456789abcdefOLD')}\n`];
const SLOW = definition({ delayMs: 1000 }, 'sk-0123456789abcdefOLD');
const FAILS = definition({ fault: 'node_failed' }, 'sk-0123456789abcdefOLD');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** How often each body arrived. */
const bodies = ({ requests }: Truth) => counted(requests.map(({ bodySha256 }) => bodySha256 ?? 'none'));
const p90 = { metric: 'latency', statistic: 'p90', comparison: '<', value: 800, during: 'whole' };

/** By hand, the whole way from what a user sends. */
const planFor = (baseUrl: string, load: object, more: object = {}) => ({ target: { preset: 'studio', baseUrl }, load, requestTimeoutMs: 5000, ...more });
const users = (count: number, durationMs: number) => ({ closed: { stages: [{ durationMs: 0, users: count }, { durationMs, users: count }] } });
const open = (ratePerSecond: number, durationMs: number) => ({ open: { stages: [{ durationMs: 0, ratePerSecond }, { durationMs, ratePerSecond }], maxUsers: 50 } });

describe.concurrent('two definitions', () => {
  eachFramework(({ run }) => {
    test('open: each is sent half of the planned times, its secrets put back; executions, and objectives, are of one alone', { timeout: 60_000 }, async () => {
      await using target = await startTarget();
      const { input, secretValues } = given(CURRENT, planFor(target.url, open(20, 4000), { objectives: [p90] }), SLOW);
      const result = await run(input, { env: secretValues });
      const truth = await target.truth();
      expect(result.end, result.stderr).toMatchObject({ cause: 'planned', iterationsStarted: 80, dropped: 0 });
      expectHonest(result, truth);
      expect(bodies(truth)).toEqual({ [sha256(CURRENT)]: 40, [sha256(SLOW)]: 40 });
      expect(requestNames(result)).toEqual({ execute: 40, baseline: 40 });
      expect(executionOutcomes(result)).toEqual({ ok: 40 });
      // The baseline takes 1,000 ms, and a limit of 800 holds all the same.
      expect(result.code, result.stdout).toBe(0);
      expect(result.begin?.info).toMatchObject({ workflowHash: sha256(CURRENT), baselineHash: sha256(SLOW) });
    });

    test('closed: at its end neither has more than one iteration more, whatever they take', { timeout: 60_000 }, async () => {
      await using target = await startTarget();
      const { input, secretValues } = given(CURRENT, planFor(target.url, users(3, 4000)), BASELINE);
      const result = await run(input, { env: secretValues });
      const truth = await target.truth();
      expectHonest(result, truth);
      const { execute = 0, baseline = 0 } = requestNames(result);
      expect(execute + baseline, result.stderr).toBe(result.end?.iterationsStarted);
      expect(execute).toBeGreaterThan(10);
      expect(Math.abs(execute - baseline)).toBeLessThanOrEqual(1);
      expect(bodies(truth)).toEqual({ [sha256(CURRENT)]: execute, [sha256(BASELINE)]: baseline });
    });

    test('of one user: the order is the one that the seed draws', { timeout: 60_000 }, async () => {
      await using target = await startTarget();
      const { input, secretValues } = given(CURRENT, planFor(target.url, { preset: { key: 'smoke' } }), BASELINE);
      const result = await run({ ...input, plan: { ...input.plan, seed: 1, maxIterations: 12, plannedIterations: 12 } }, { env: secretValues });
      // As in vectors/alternate.json.
      const order = [...'.b.bb..b.b.b'].map((turn) => (turn === 'b' ? sha256(BASELINE) : sha256(CURRENT)));
      expect((await target.truth()).requests.map(({ bodySha256 }) => bodySha256), result.stderr).toEqual(order);
    });

    test('a baseline that always fails is told under its name, and fails no objective', { timeout: 60_000 }, async () => {
      await using target = await startTarget();
      const { input, secretValues } = given(CURRENT, planFor(target.url, { preset: { key: 'smoke' } }), FAILS);
      const result = await run({ ...input, plan: { ...input.plan, maxIterations: 10, plannedIterations: 10 } }, { env: secretValues });
      expect(requestOutcomes(result, 'baseline'), result.stderr).toEqual({ workflow_failed: 5 });
      expect(executionOutcomes(result)).toEqual({ ok: 5 });
      expect(result.lastLine).toMatch(/^LOADTEST_VERDICT passed/);
      expect(result.code).toBe(0);
    });
  }, usual);
});
