import { describe, expect, test } from 'vitest';
import { capacityOf, type Step } from '../../server/verdict/capacity.ts';

const step = (level: number, more: Partial<Step> = {}): Step => ({ level, succeededPerSecond: level * 10, endedPerSecond: level * 10, complete: true, broken: null, unhealthy: null, ...more });
const users = (...steps: Step[]) => capacityOf('closed', steps, null);
const rates = (...steps: Step[]) => capacityOf('open', steps.map((one) => ({ ...one, succeededPerSecond: Math.min(one.succeededPerSecond, one.level), endedPerSecond: Math.min(one.endedPerSecond, one.level) })), null);
const broken = '31 of 400 executions were slower than 500 ms, 20 allowed.';

describe('a target holds the highest step', () => {
  test('before the first at which an objective was broken', () => {
    expect(users(step(2), step(4), step(6, { broken }), step(8))).toEqual({ users: 4, ratePerSecond: 40, limitedBy: 'objective', reason: `Up to 4 users (40 executions/s) every objective held. At 6 users: ${broken}` });
    expect(rates(step(2), step(4), step(6, { broken }))).toEqual({ users: null, ratePerSecond: 4, limitedBy: 'objective', reason: `Up to 4/s every objective held. At 6/s: ${broken}` });
  });
  test('also where throughput had stopped to rise before: it is the objectives that say what is too slow', () => {
    expect(users(step(2), step(4, { succeededPerSecond: 20 }), step(6, { succeededPerSecond: 20 }), step(8, { broken }))).toMatchObject({ users: 6, ratePerSecond: 20, limitedBy: 'objective' });
  });
  test('before the generator did not keep up, and then says nothing of the target', () => {
    expect(users(step(2), step(4, { unhealthy: 'The generator was late by 40 ms.' }), step(6, { broken }))).toEqual({ users: 2, ratePerSecond: 20, limitedBy: 'generator', reason: 'Up to 2 users (20 executions/s) every objective held. At 4 users: The generator was late by 40 ms.' });
  });
  test('before an objective that was broken for sure, also where the generator did not keep up', () => {
    expect(users(step(2), step(4, { unhealthy: 'The generator was late by 40 ms.', broken }))).toMatchObject({ users: 2, limitedBy: 'objective', reason: expect.stringMatching(/At 4 users: 31 of 400/) });
  });
  test('of an open plan, before the rate that the target did not keep up with', () => {
    expect(rates(step(10), step(20, { endedPerSecond: 19 }), step(30, { endedPerSecond: 28.4 }))).toEqual({ users: null, ratePerSecond: 20, limitedBy: 'plateau', reason: 'Up to 20/s every objective held. At 30/s the target did not keep up: 28.4 executions/s came to an end.' });
  });
  test('of all, where more users brought no more: from which on, is said', () => {
    expect(users(step(1), step(2), step(3, { succeededPerSecond: 20.5 }), step(4, { succeededPerSecond: 19 }))).toEqual({ users: 4, ratePerSecond: 19, limitedBy: 'plateau', reason: 'Every objective held up to 4 users (19 executions/s), but from 2 users (20 executions/s) on more users brought no more: they only waited longer.' });
  });
  test('of all, where nothing broke: it may hold more', () => {
    expect(users(step(9), step(10))).toEqual({ users: 10, ratePerSecond: 100, limitedBy: 'nothing', reason: 'Every objective held up to 10 users (100 executions/s), the highest step of the plan: the target may hold more.' });
    // The last step adds so little that it could not show a plateau.
    expect(users(step(9), step(10, { succeededPerSecond: 90 })).limitedBy).toBe('nothing');
  });
  test('that came to its end, where the run was ended before', () => {
    expect(capacityOf('closed', [step(2), step(4), step(6, { complete: false })], 'Stopped by ada.')).toEqual({ users: 4, ratePerSecond: 40, limitedBy: 'nothing', reason: 'Every objective held up to 4 users (40 executions/s), and nothing was broken when the run ended. Stopped by ada.' });
    expect(capacityOf('closed', [step(2), step(4, { complete: false, broken })], 'The load was ended.')).toMatchObject({ users: 2, limitedBy: 'objective' });
  });
});

describe('a target that holds no step', () => {
  test('has no capacity, and what broke is said', () => {
    expect(users(step(2, { broken }), step(4))).toEqual({ users: null, ratePerSecond: null, limitedBy: 'objective', reason: `No step held. At 2 users: ${broken}` });
    expect(users(step(1, { succeededPerSecond: 0, endedPerSecond: 0 }))).toEqual({ users: null, ratePerSecond: null, limitedBy: 'plateau', reason: 'No step held. At 1 user no execution came to an end.' });
  });
  test('nor has one that came to none', () => {
    expect(capacityOf('open', [], 'Locust could not be started.')).toEqual({ users: null, ratePerSecond: null, limitedBy: 'nothing', reason: 'No step was run to its end. Locust could not be started.' });
    expect(users()).toMatchObject({ limitedBy: 'nothing', reason: 'No step was run to its end.' });
  });
});
