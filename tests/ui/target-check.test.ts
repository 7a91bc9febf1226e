/** What a check of the connection takes of a plan that is still being written. */
import { expect, test } from 'vitest';
import { parsePlan } from '../../server/script/plan.ts';
import { againstCheck, planOfCheck } from '../../ui/src/lib/plan/target-check.ts';
import { plans } from './plans.ts';

test.each(Object.entries(plans))('of a plan its target and what is sent there: %s', (_name, plan) => {
  const checked = planOfCheck(plan as never);
  expect(checked).toMatchObject({ target: plan.target, load: { preset: { key: 'smoke' } } });
  expect(checked).not.toHaveProperty('objectives');
  expect(parsePlan(checked).problems).toBeUndefined();
});

test('a load and objectives that are wrong do not keep it back; a target, inputs and checks that are do', () => {
  const at = (...paths: string[]) => paths.map((path) => ({ path, message: 'Wrong.' }));
  expect(againstCheck(at('load.closed.stages[0].users', 'objectives[0].value', 'thinkTime', 'name', 'targets'))).toEqual([]);
  const against = at('target.baseUrl', 'inputs.fixed', 'checks[1].path', 'secrets[0].path', 'requestTimeoutMs', 'pollIntervalMs', 'pollDeadlineMs', 'target');
  expect(againstCheck(against)).toEqual(against);
});
