import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan, type TestPlan } from '../../server/script/plan.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { planWriter } from '../../ui/src/lib/plan/as-opened.ts';
import { emptyFields, fromPlan } from '../../ui/src/lib/plan/fields.ts';
import { keptFields } from '../../ui/src/lib/plan/kept.ts';
import { anyPlan } from './any-plan.ts';
import { plans } from './plans.ts';

const target = { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' } as const;

/** As a user finds it in the README. */
const documented = JSON.parse(/"plan": (\{.*?\}) \} \} \}\n *JSON/s.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'))?.[1] ?? '') as TestPlan;

describe('a plan that is opened and saved again', () => {
  const studio = { target, load: { preset: { key: 'smoke' } } } as const;
  const others: Record<string, TestPlan> = {
    'the one of the README': documented,
    'empty lists': { ...studio, target: { ...target, headers: [] }, checks: [], secrets: [], objectives: [] },
    'some empty lists': { ...studio, checks: [] },
    'words that say nothing': { ...studio, target: { ...target, auth: { none: false } }, thinkTime: { minMs: 0, maxMs: 0 }, secrets: [{ path: '', secret: true }] },
  };
  const hashOf = (plan: unknown) => {
    const read = parsePlan(plan);
    return read.plan ? resolvePlan(read.plan).hash : JSON.stringify(read.problems);
  };

  it.each(Object.entries({ ...plans, ...others }))('keeps its hash: %s', (_name, plan) => {
    const fields = fromPlan(plan, 'k6', 'A name');
    expect(hashOf(planWriter(plan)(fields))).toBe(hashOf(plan));
    // Under another name, for another tool, and from a copy that the browser kept.
    Object.assign(fields, { name: 'Another', framework: 'locust' });
    expect(hashOf(planWriter(plan)(keptFields(JSON.stringify(fields)) ?? emptyFields()))).toBe(hashOf(plan));
  });

  it('has its hash again when a change is taken back, and another one as long as it is not', () => {
    const plan = { ...studio, objectives: [] };
    const fields = fromPlan(plan, 'k6', '');
    const write = planWriter(plan);
    fields.sizes.smoke.users = '7';
    expect(hashOf(write(fields))).not.toBe(hashOf(plan));
    fields.sizes.smoke.users = '';
    expect(hashOf(write(fields))).toBe(hashOf(plan));
  });

  it('keeps its hash, whatever plan it is', () => {
    fc.assert(fc.property(anyPlan, (plan) => {
      fc.pre(parsePlan(plan).plan !== undefined);
      expect(hashOf(planWriter(plan)(fromPlan(plan, 'k6', '')))).toBe(hashOf(plan));
    }), { numRuns: 100 });
  });
});
