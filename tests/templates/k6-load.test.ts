/** The load of a k6 script: which scenarios make exactly the load that the plan describes. k6's executors stand here as arithmetic. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { areaUntil, durationOf, type Load, levelAt, plannedIterations, type Stage } from '../../server/script/load.ts';
import type { ScriptPlan } from '../../templates/framework.ts';
import { k6 } from '../../templates/k6/index.ts';
import { scriptInput, writeBundle } from '../helpers/bundle.ts';
import { goldenInputs } from '../helpers/golden.ts';

const folder = await writeBundle(k6.generate(scriptInput('http://127.0.0.1:8000')));
afterAll(() => rm(folder, { recursive: true }));
// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
const instrument = (name: string): Promise<any> => import(pathToFileURL(path.join(folder, `instrument/${name}.js`)).href);
const { lastLoadMs, limitProblem, scenariosOf } = await instrument('load');
const { arrivalsOf } = await instrument('arrivals');
const { partOf, shareOf } = await instrument('share');

const load = (model: Load['model'], ...stages: [durationMs: number, target: number][]): Load =>
  ({ model, stages: stages.map(([durationMs, target]) => ({ durationMs, target })), maxUsers: 1000, maxIterations: null });
/** As the instrument has it: all of the plan, or a share. */
type Shared = ScriptPlan & { readonly shard: Shard };
type Shard = readonly [index: number, count: number];
const planOf = ({ model, stages }: Load, more: Partial<Shared> = {}): Shared =>
  ({ ...scriptInput('http://127.0.0.1:1').plan, shard: [0, 1], model, stages, durationMs: stages.reduce((sum, s) => sum + s.durationMs, 0), ...more });

describe('a limited number of iterations', () => {
  const smoke = goldenInputs['smoke']?.plan as ScriptPlan;

  test('needs a constant number of users, else the plan is refused', () => {
    const ramp = [{ durationMs: 1000, target: 1 }, { durationMs: 59_000, target: 1 }];
    expect(k6.refuse(scriptInput('http://127.0.0.1:1', { ...smoke, stages: ramp }))).toHaveLength(1);
    expect(k6.refuse(scriptInput('http://127.0.0.1:1', { ...smoke, model: 'open' }))).toHaveLength(1);
  });

  test('that an edited PLAN gives a ramp stops the script', () => {
    const ramp = [{ durationMs: 1000, target: 1 }, { durationMs: 59_000, target: 1 }];
    for (const stages of [ramp, [{ durationMs: 0, target: 1 }, { durationMs: 60_000, target: 3 }]])
      expect(limitProblem({ ...smoke, stages, maxUsers: Math.max(...stages.map(({ target }) => target)) })).toBe('PLAN.maxIterations: k6 runs a limited number of iterations with a constant number of users only: leave the ramp out.');
    expect([limitProblem(smoke), limitProblem({ ...smoke, stages: ramp, maxIterations: null })]).toEqual([null, null]);
  });

  test('is shared among the users, and no user waits for one in vain', () => {
    expect(scenariosOf(smoke, false)).toEqual({ load: { executor: 'shared-iterations', vus: 1, iterations: 5, maxDuration: '60000ms', gracefulStop: '7000ms' } });
    expect(scenariosOf({ ...smoke, maxUsers: 20 }, false).load.vus).toBe(5);
  });
});

/** What each of so many processes has as its plan. */
const sharesOf = (whole: ScriptPlan, count: number): Shared[] =>
  Array.from({ length: count }, (_, index) => {
    const { plan, problem } = shareOf(whole, { inputs: null }, [index, count]);
    expect(problem).toBeNull();
    return plan;
  });

describe('closed load', () => {
  const msOf = (duration: string) => (duration.endsWith('us') ? Number(duration.slice(0, -2)) / 1000 : Number(duration.slice(0, -2).replace(/s$/, '')) * (duration.endsWith('ms') ? 1 : 1000));

  /** What k6's ramping-vus does: up, a user comes when the line reaches its number; down, it goes when the line is one below it. */
  function usersAt(stages: readonly { duration: string; target: number }[], atMs: number): number {
    let from = 0;
    let begin = 0;
    let users = 0;
    for (const { duration, target } of stages) {
      const ms = msOf(duration);
      if (begin > atMs) break;
      const level = ms === 0 || atMs >= begin + ms ? target : from + ((target - from) * (atMs - begin)) / ms;
      users = target >= from ? Math.floor(level + 1e-9) : Math.ceil(level - 1e-9);
      from = target;
      begin += ms;
    }
    return users;
  }

  test.each([
    ['up, level, down', load('closed', [10_000, 4], [5000, 4], [5000, 0])],
    ['a spike', load('closed', [0, 2], [4000, 2], [200, 9], [2000, 9], [0, 1], [3000, 3])],
    ['a pause', load('closed', [0, 3], [1000, 3], [0, 0], [1000, 0], [0, 3], [1000, 3])],
    ['one user more', load('closed', [3000, 1], [3000, 2])],
  ])('%s: at any moment as many users are there as the line says, rounded up', (_name, profile) => {
    const { stages } = scenariosOf(planOf(profile), false).load;
    for (let at = 1; at < durationOf(profile); at += 37) expect(usersAt(stages, at), `at ${at} ms`).toBe(Math.max(0, Math.ceil(levelAt(profile, at) - 1e-6)));
    expect(stages.reduce((sum: number, stage: { duration: string }) => sum + msOf(stage.duration), 0)).toBeCloseTo(durationOf(profile), 6);
  });

  const jump = fc.record({ durationMs: fc.constant(0), target: fc.nat(12) });
  const line = fc.record({ durationMs: fc.integer({ min: 1, max: 20_000 }), target: fc.nat(12) });

  test('in shares: at any moment each has its own of the users that are there, whatever the line', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(jump, line), { minLength: 1, maxLength: 7 }), fc.integer({ min: 1, max: 12 }), (stages, most) => {
        const profile = load('closed', ...stages.map(({ durationMs, target }): [number, number] => [durationMs, target]));
        const peak = Math.max(...stages.map(({ target }) => target));
        const count = Math.min(most, peak);
        fc.pre(count > 0 && durationOf(profile) > 0);
        for (const plan of sharesOf(planOf(profile, { maxUsers: peak }), count)) {
          const { stages: own } = scenariosOf(plan, false).load;
          for (const { duration } of own) expect(duration).toMatch(/^\d+(ms|us)$/);
          // k6 counts in microseconds.
          expect(Math.abs(own.reduce((sum: number, stage: { duration: string }) => sum + msOf(stage.duration), 0) - durationOf(profile))).toBeLessThan(0.01);
          expect(Math.max(...own.map(({ target }: { target: number }) => target))).toBe(plan.maxUsers);
          for (let at = 0.5; at < durationOf(profile); at += durationOf(profile) / 97) {
            const level = levelAt(profile, at);
            // Somebody comes or goes just now.
            if (Math.abs(level - Math.round(level)) < 0.01 && levelAt(profile, at - 0.4) !== levelAt(profile, at + 0.4)) continue;
            expect(usersAt(own, at), `${plan.shard} at ${at} ms of ${JSON.stringify(stages)}`).toBe(partOf(plan.shard, Math.ceil(level - 1e-6)));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a share is over when its last user has gone', () => {
    const shares = sharesOf(planOf(load('closed', [4000, 2], [2000, 0]), { maxUsers: 2 }), 2);
    expect(shares.map((plan) => lastLoadMs(plan))).toEqual([6000, 5000]);
  });

  test('is over when the plan asks for no user any more', () => {
    expect(lastLoadMs(planOf(load('closed', [0, 2], [4000, 2], [0, 0], [5000, 0])))).toBe(4000);
    expect(lastLoadMs(planOf(load('closed', [4000, 2], [2000, 0])))).toBe(6000);
  });

  test('waits for iterations longer than they may take', () => {
    expect(scenariosOf(planOf(load('closed', [1000, 1]), { longestIterationMs: 30_000 }), false).load).toMatchObject({ startVUs: 0, gracefulStop: '32000ms', gracefulRampDown: '32000ms' });
  });
});

describe('open load', () => {
  const loads: [string, Load][] = [
    ['constant', load('open', [0, 10], [6000, 10])],
    ['a ramp', load('open', [0, 10], [20_000, 200])],
    ['below one a second, and down to nothing', load('open', [0, 0.3], [7000, 0.3], [3000, 0])],
    ['a pause', load('open', [0, 10], [1000, 10], [0, 0], [5000, 0], [0, 10], [1000, 10])],
    ['an area that is not exact in binary', load('open', [700, 0.1], [2900, 7.7], [9100, 7.7])],
  ];
  const open = (profile: Load) => planOf(profile, { plannedIterations: plannedIterations(profile), maxUsers: 40 });

  test.each(loads)('%s: number i is due where the area under the rate passes i', (_name, profile) => {
    const plan = open(profile);
    const arrivals = arrivalsOf(plan);
    for (let i = 0; i < (plan.plannedIterations ?? 0); i++) {
      expect(areaUntil(profile, arrivals.dueAt(i))).toBeCloseTo(i, 6);
      expect(areaUntil(profile, arrivals.dueAt(i) + 50)).toBeGreaterThan(i);
      // Nobody has completed an iteration, so as many tickets are missing as are due.
      expect(arrivals.waitingAt(arrivals.dueAt(i) + 0.001, 0)).toBe(-(i + 1));
    }
    expect(arrivals.waitingAt(plan.durationMs + 1, 0)).toBe(-(plan.plannedIterations ?? 0));
  });

  test('any profile: starts are in order, in time, and as many as planned; what is beyond them is due at its end', () => {
    const stage = fc.record({ durationMs: fc.nat(20_000), target: fc.double({ min: 0, max: 50, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 6 }), (stages: Stage[]) => {
        const profile: Load = { model: 'open', stages, maxUsers: 10, maxIterations: null };
        const plan = open(profile);
        const { dueAt } = arrivalsOf(plan);
        let last = 0;
        for (let i = 0; i < (plan.plannedIterations ?? 0); i++) {
          const due = dueAt(i);
          expect(due).toBeGreaterThanOrEqual(last);
          expect(Math.abs(areaUntil(profile, due) - i)).toBeLessThan(1e-5);
          last = due;
        }
        expect(last).toBeLessThanOrEqual(plan.durationMs);
        for (const beyond of [plan.plannedIterations, Number.POSITIVE_INFINITY]) expect(dueAt(beyond)).toBeGreaterThanOrEqual(last);
        expect(dueAt(Number.POSITIVE_INFINITY)).toBe(plan.durationMs);
      }),
      { numRuns: 100 },
    );
  });

  test.each(loads)('%s, in shares: each makes its own of the starts, when they are due in the plan', (_name, profile) => {
    const whole = open(profile);
    const planned = whole.plannedIterations ?? 0;
    const count = Math.min(3, planned);
    const due = Array.from({ length: planned }, (_, i) => arrivalsOf(whole).dueAt(i));
    const shares = sharesOf(whole, count);
    expect(shares.reduce((sum, plan) => sum + (plan.plannedIterations ?? 0), 0)).toBe(planned);
    for (const plan of shares) {
      const arrivals = arrivalsOf(plan);
      for (let i = 0; i < (plan.plannedIterations ?? 0); i++) {
        expect(arrivals.dueAt(i)).toBe(due[i * count + plan.shard[0]]);
        // Of those of the others none is missing here.
        expect(arrivals.waitingAt(arrivals.dueAt(i) + 0.001, 0)).toBe(-(i + 1));
      }
      expect(arrivals.waitingAt(plan.durationMs + 1, 0)).toBe(-(plan.plannedIterations ?? 0));
    }
  });

  test('in shares: the tickets, the users and the ones that are held are the share\'s', () => {
    const shares = sharesOf(open(load('open', [0, 40], [5000, 40])), 3);
    expect(shares.map((plan) => scenariosOf(plan, false).load)).toMatchObject([{ vus: 14, iterations: 14 + 67 }, { vus: 13, iterations: 13 + 67 }, { vus: 13, iterations: 13 + 66 }]);
    expect(shares.map((plan) => arrivalsOf(plan).neededAt(1000))).toEqual([7, 7, 7]);
  });

  test('tickets for each start of the plan and one for each user to be parked in; at least one is held, and those of the next half second', () => {
    const plan = open(load('open', [0, 1], [5000, 1], [0, 40], [5000, 40]));
    expect(scenariosOf(plan, false).load).toMatchObject({ executor: 'shared-iterations', vus: 40, iterations: 40 + 205, gracefulStop: '0s' });
    const { neededAt, ticketOf } = arrivalsOf(plan);
    expect([ticketOf(39), ticketOf(40)]).toEqual([-1, 0]);
    expect([0, 3900, 4100, 6000, 10_000].map(neededAt)).toEqual([1, 1, 20, 20, 1]);
  });

  test('with samples, one more user writes the gauge', () => {
    expect(scenariosOf(open(load('open', [0, 10], [6000, 10])), true).gauge).toEqual({ executor: 'per-vu-iterations', exec: 'gauge', vus: 1, iterations: 1, maxDuration: '15052ms', gracefulStop: '0s' });
  });
});
