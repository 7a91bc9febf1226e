/** What a new form proposes. Pure. */
import { parsePlan } from '../../../../server/script/plan.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import { emptyFields, type Fields, fromPlan } from './fields.ts';
import { proposedObjective } from './objective.ts';
import type { FormContext } from './operations.ts';

export type FormFacts = ResultOf<typeof FormContext>;

/** Where requests go, and how often what they began is asked for. */
export type Going = Pick<Fields, 'target' | 'pollInterval' | 'pollDeadline'>;

/** Where a Studio answers when nothing else is known. */
const USUAL_TARGET = 'http://127.0.0.1:8000';

/**
 * Target, framework, inputs and secrets as in the newest test of this workflow. A definition that never ran is offered the smoke test first
 * (1 user, 5 iterations), without latency objectives: five executions cannot answer them. Example inputs are offered, not filled in: a
 * Studio would otherwise be sent another body than the definition.
 */
export function startFields(facts: FormFacts): Fields {
  const fields = emptyFields();
  const newest = facts.loadTests.edges[0]?.node;
  const known = ofNewest(facts);
  if (known) {
    const { target, pollInterval, pollDeadline, inputs, secrets } = known;
    Object.assign(fields, { target, pollInterval, pollDeadline, inputs, secrets });
  } else Object.assign(fields, usualGoing(facts));
  fields.framework = proposedFramework(facts, newest?.framework);
  const ran = facts.loadTestRuns.edges.some(({ node }) => node.workflowHash === facts.workflow?.hash);
  if (ran) {
    fields.shape = 'constant';
    fields.objectives = [proposedObjective('latency')];
  }
  return fields;
}

/** Null: there is no test yet, or none that can be read. */
function ofNewest({ loadTests }: FormFacts): Fields | null {
  const newest = loadTests.edges[0]?.node;
  const { plan } = newest ? parsePlan(newest.plan) : {};
  return newest && plan ? fromPlan(plan, newest.framework, '') : null;
}

/** What a new form took over from the newest test, by its name; null: nothing. */
export function takenOver(facts: FormFacts): { readonly name: string; readonly going: Going } | null {
  const known = ofNewest(facts);
  const name = facts.loadTests.edges[0]?.node.name;
  if (known === null || name === undefined) return null;
  const { target, pollInterval, pollDeadline } = known;
  return { name, going: { target, pollInterval, pollDeadline } };
}

/** Of a workflow without a test. */
export function usualGoing({ limits }: FormFacts): Going {
  const { target, pollInterval, pollDeadline } = emptyFields();
  return { target: { ...target, baseUrl: limits.allowedTargets.find((allowed) => isAddress(allowed)) ?? USUAL_TARGET }, pollInterval, pollDeadline };
}

function proposedFramework({ frameworks }: FormFacts, last: string | undefined): string {
  const available = frameworks.filter((framework) => framework.available);
  return (available.find((framework) => framework.key === last) ?? available[0] ?? frameworks[0])?.key ?? '';
}

/** Allowed targets are origins, or bare host names, which cannot be proposed. */
function isAddress(target: string): boolean {
  return /^https?:/.test(target) && URL.parse(target) !== null;
}
