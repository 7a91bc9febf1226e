/**
 * A stored plan that the form shows unchanged is sent back as it came. The form would write some of it otherwise (an empty list is left
 * out), and although that says the same, it has another hash: its runs could not be compared any more. Pure.
 */
import type { TestPlan } from '../../../../server/script/plan.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { type Fields, fromPlan, toPlan } from './fields.ts';

/** @param opened the plan that the form was opened with; null: a new one */
export function planWriter(opened: TestPlan | null): (fields: Fields) => PlanInput {
  if (opened === null) return toPlan;
  const shown = toPlan(fromPlan(opened, '', ''));
  return (fields) => {
    const plan = toPlan(fields);
    return same(plan, shown) ? (opened as PlanInput) : plan;
  };
}

/** Plans hold JSON. Texts of megabytes are compared, not copied: this happens with each change of a field. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]));
}
