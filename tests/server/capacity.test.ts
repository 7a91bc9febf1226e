import { describe, expect, test } from 'vitest';
import { capacityWarnings } from '../../server/script/capacity.ts';
import { warningsOf } from '../../server/script/generate.ts';
import { parsePlan } from '../../server/script/plan.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { frameworks } from '../../templates/index.ts';

const planOf = (load: object) => {
  const { plan, problems } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load });
  if (!plan) throw new Error(JSON.stringify(problems));
  return resolvePlan(plan);
};
const users = (count: number) => planOf({ preset: { key: 'constant', users: count, durationMs: 20_000 } });
const rate = (perSecond: number) => planOf({ preset: { key: 'constant', ratePerSecond: perSecond, durationMs: 20_000 } });
const said = (plan: ReturnType<typeof planOf>, key: string, cores: number) => capacityWarnings(plan, frameworks.find((framework) => framework.key === key) ?? null, cores);

describe('above 100 users of one machine', () => {
  test('the cloud is suggested, with what this machine can do', () => {
    expect(said(users(101), 'locust', 8)).toEqual(["101 users from one machine: Locust can send about 2500 requests/s on this machine's 8 cores (it uses one core). What needs more is measured wrong here. Spread a larger load over several machines, in the cloud for instance."]);
    expect(said(users(1200), 'artillery', 2)).toEqual([expect.stringContaining("1200 users from one machine: Artillery can send about 1000 requests/s on this machine's 2 cores (it uses one core).")]);
    expect(said(users(101), 'k6', 8)).toEqual([expect.stringContaining("k6 can send about 3500 requests/s on this machine's 8 cores (500 with each core, one left free).")]);
    expect(said(users(101), 'k6', 1)).toEqual([expect.stringContaining("about 500 requests/s on this machine's 1 core (")]);
  });
  test('also while no framework is chosen', () => {
    expect(said(users(101), '', 8)).toEqual(["101 users from one machine: watch the generator's CPU. Spread a larger load over several machines, in the cloud for instance."]);
  });
  test('and not up to them', () => {
    for (const key of ['locust', 'k6', 'artillery', '']) expect(said(users(100), key, 1)).toEqual([]);
  });
});

describe('above the rate that a machine can send', () => {
  test.for([['locust', 8, 2500], ['artillery', 8, 1000], ['k6', 2, 500], ['k6', 8, 3500], ['k6', 1, 500]] as const)('of %s on %i cores: %i/s is the last that is not told', ([key, cores, most]) => {
    expect(said(rate(most), key, cores)).toEqual([]);
    expect(said(rate(most + 1), key, cores)).toEqual([expect.stringMatching(new RegExp(`^The plan starts up to ${most + 1} iterations/s, each of one request at least: .* can send about ${most} requests/s .*\\. Above that the generator may be the slow part\\. Spread `))]);
  });
  test('nobody can tell while no framework is chosen', () => {
    expect(said(rate(100_000), '', 1)).toEqual([]);
  });
});

test('they stand among the warnings of a plan', () => {
  expect(warningsOf(users(150))[0]).toContain('150 users from one machine');
  expect(warningsOf(users(150), frameworks[0])[0]).toContain('Locust can send about');
});
