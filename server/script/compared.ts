/** What of a plan changes what is measured. Objectives do not: they judge it. Pure. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { TestPlan } from './plan.ts';
import type { ResolvedPlan } from './resolve.ts';

/** As it is run, whether a default or the user said so. */
export type ComparedPlan = Pick<ResolvedPlan, 'load' | 'thinkTime' | 'requestTimeoutMs' | 'warmUpMs' | 'connections' | 'polling'> & Pick<TestPlan, 'target' | 'inputs' | 'checks'>;

const PARTS: Readonly<Record<keyof ComparedPlan, string>> = {
  target: 'Another target',
  load: 'Another load',
  inputs: 'Other inputs',
  thinkTime: 'Another think time',
  requestTimeoutMs: 'Another request timeout',
  warmUpMs: 'Another warm-up',
  connections: 'Connections are kept in another way',
  polling: 'Executions are polled in another way',
  checks: 'Other checks',
};

function comparedOf({ plan: { target, inputs, checks }, load, thinkTime, requestTimeoutMs, warmUpMs, connections, polling }: ResolvedPlan): ComparedPlan {
  return { target, inputs, checks, load, thinkTime, requestTimeoutMs, warmUpMs, connections, polling };
}

/** Sentences; empty: the same is measured. */
export function planDifferences(a: ResolvedPlan, b: ResolvedPlan): string[] {
  if (a.hash === b.hash) return [];
  const [ours, theirs] = [comparedOf(a), comparedOf(b)];
  return (Object.keys(PARTS) as (keyof ComparedPlan)[]).filter((part) => textOf(ours[part]) !== textOf(theirs[part])).map((part) => `${PARTS[part]}.`);
}

/** The same of plans that measure the same. @param alternatesWith hash of the definition that iterations alternate with; null: there is one only */
export function comparedHash(plan: ResolvedPlan, alternatesWith: string | null): string {
  return createHash('sha256').update(textOf(comparedOf(plan))).update(alternatesWith ?? '').digest('hex');
}

const textOf = (value: unknown): string => canonicalize(value ?? null) ?? '';
