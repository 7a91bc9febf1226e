import { expect, test } from 'vitest';
import { isUnfit } from '../../server/trend/change.ts';
import { compareRuns } from '../../server/trend/compare.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { visibleBefore } from '../../server/trend/visible.ts';
import { randomFrom, simulatedRun } from '../helpers/simulated.ts';
import { testPlan } from '../helpers/stored-run.ts';

const visible = (load: object) => visibleBefore(resolvePlan(testPlan({ load })));
const open = (ratePerSecond: number, seconds: number) => ({ open: { maxUsers: 100, stages: [{ durationMs: 0, ratePerSecond }, { durationMs: seconds * 1000, ratePerSecond }] } });

test('a pair of runs shows at best what runs do not differ by anyway, and is said to before it is run', () => {
  const said = visible(open(40, 210)) ?? 0;
  const random = randomFrom(5);
  const measured = compareRuns(simulatedRun(random, { seconds: 200 }), simulatedRun(random, { seconds: 200 }), { metric: 'latency', statistic: 'p95' });
  if (isUnfit(measured)) throw new Error(measured.reason);
  expect(said).toBeGreaterThan(0.15);
  expect(said).toBeLessThanOrEqual(measured.visibleFrom ?? 0);
  expect(measured.visibleFrom).toBeLessThan(said + 0.1);
});

test('users are taken to be as fast as they need to be', () => expect(visible({ preset: { key: 'constant', users: 5, durationMs: 120_000 } })).toBeGreaterThan(0.15));

test.each([
  ['a steady part of less than a minute', open(40, 55)],
  ['a load that brings less than 40 executions to each of 12 blocks', open(2, 210)],
  ['a smoke test, which is over after five iterations', { preset: { key: 'smoke' } }],
  ['a load without a steady part', { closed: { stages: [{ durationMs: 300_000, users: 5 }] } }],
])('%s shows nothing', (_, load) => expect(visible(load)).toBeNull());
