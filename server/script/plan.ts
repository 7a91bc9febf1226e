/**
 * The `TestPlan`: what a user asks for, in the shape of `PlanInput`. Framework-neutral and pure, so that the form in the
 * panel and the server refuse the same things with the same words. Defaults are filled in by `resolve.ts`, not here:
 * a stored plan can be sent back as it is. Its parts are in `plan/`.
 */
import { z } from 'zod';
import type { Problem } from '../workflow/problem.ts';
import { plannedIterations } from './load.ts';
import { checks, inputs, secrets } from './plan/inputs.ts';
import { DAY_MS, load } from './plan/load.ts';
import { objective } from './plan/objective.ts';
import { isAsync, requestNamesOf, target } from './plan/target.ts';
import { loadOf } from './presets.ts';

export { PRESETS, type Preset } from './plan/load.ts';
export { ORDERS } from './plan/inputs.ts';
export { type Objective, STATISTICS, type Statistic } from './plan/objective.ts';
export { METHODS, requestNamesOf, TARGETS } from './plan/target.ts';

const ms = (least: number, tooFew: string, most: number, tooMany: string) => z.int('Give whole milliseconds.').min(least, tooFew).max(most, tooMany);
const HOUR_MS = 3_600_000;

export const testPlan = z
  .strictObject({
    target,
    load,
    inputs: inputs.optional(),
    thinkTime: z
      .strictObject({
        minMs: ms(0, 'Think time cannot be negative.', HOUR_MS, 'At most one hour.'),
        maxMs: ms(0, 'Think time cannot be negative.', HOUR_MS, 'At most one hour.'),
      })
      .refine((t) => t.minMs <= t.maxMs, { path: ['maxMs'], message: 'The longest think time is shorter than the shortest.' })
      .optional(),
    requestTimeoutMs: ms(10, 'Give 10 ms or more.', HOUR_MS, 'At most one hour.').optional(),
    warmUpMs: ms(0, 'The warm-up cannot be negative.', DAY_MS, 'At most 24 hours.').optional(),
    connections: z.enum(['reuse', 'perIteration'], 'Give reuse or perIteration.').optional(),
    pollIntervalMs: ms(10, 'Give 10 ms or more.', 60_000, 'At most one minute.').optional(),
    pollDeadlineMs: ms(100, 'Give 100 ms or more.', HOUR_MS, 'At most one hour.').optional(),
    checks: checks.optional(),
    secrets: secrets.optional(),
    objectives: z.array(objective).max(50, 'At most 50 objectives.').optional(),
  })
  .superRefine((plan, ctx) => {
    const refuse = (path: readonly PropertyKey[], message: string) => ctx.addIssue({ code: 'custom', path: [...path], message });
    const open = plan.load.open !== undefined || plan.load.preset?.ratePerSecond !== undefined;
    if (open && plannedIterations(loadOf(plan.load)) === 0)
      refuse(plan.load.open ? ['load', 'open', 'stages'] : ['load', 'preset', 'ratePerSecond'], 'No load: at this rate not one iteration starts before the plan is over.');
    if (open && plan.thinkTime !== undefined) refuse(['thinkTime'], 'Think time belongs to the closed model; in the open model the rate decides when an iteration starts.');
    for (const key of ['pollIntervalMs', 'pollDeadlineMs'] as const)
      if (plan[key] !== undefined && !isAsync(plan.target)) refuse([key], 'Only an asynchronous execution is polled.');
    const names = requestNamesOf(plan.target);
    plan.objectives?.forEach((o, i) => {
      if (o.metric === 'throughput' && plan.load.preset?.key === 'smoke')
        refuse(['objectives', i, 'metric'], 'A smoke test ends after 5 iterations, however long they take: it has no throughput to judge.');
      if (o.metric === 'checks_ratio' && !plan.checks?.length) refuse(['objectives', i, 'metric'], 'There are no checks whose ratio could be judged: add one first.');
      if (o.requestName !== undefined && !names.includes(o.requestName))
        refuse(['objectives', i, 'requestName'], `This plan has no request of this name, only ${names.join(', ')}; without a name executions are judged.`);
    });
  });

export type TestPlan = z.infer<typeof testPlan>;

/** `['load', 'closed', 'stages', 2, 'users']` reads `load.closed.stages[2].users`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`)).join('');
}

export type ParsedPlan = { readonly plan: TestPlan; readonly problems?: undefined } | { readonly plan?: undefined; readonly problems: readonly Problem[] };

/** Reads a plan. Members that are null count as absent (GraphQL sends null for what was left out). Never throws. */
export function parsePlan(input: unknown): ParsedPlan {
  const result = testPlan.safeParse(withoutNulls(input));
  if (result.success) {
    const problems = brokenTexts(result.data);
    return problems.length === 0 ? { plan: result.data } : { problems };
  }
  return { problems: problemsOf(result.error) };
}

export function problemsOf({ issues }: Pick<z.ZodError, 'issues'>): Problem[] {
  return issues.map((issue) => ({ path: pathText(issue.path), message: sentence(issue) }));
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `Not known here: ${issue.keys.join(', ')}.`;
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) return 'This is missing or of the wrong type.';
  return issue.message;
}

/** Half of a character pair has no UTF-8: it can neither be sent nor hashed. A NUL is kept by no column of PostgreSQL. */
function brokenTexts(value: unknown, path: readonly PropertyKey[] = []): Problem[] {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return [{ path: pathText(path), message: 'This holds half of a character pair (a lone surrogate): write it as an escape, or take it out.' }];
    return value.includes('\0') ? [{ path: pathText(path), message: 'This holds a NUL character: take it out.' }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const members: [PropertyKey, unknown][] = Array.isArray(value) ? value.map((member, i) => [i, member]) : Object.entries(value);
  return members.flatMap(([key, member]) => brokenTexts(member, [...path, key]));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}
