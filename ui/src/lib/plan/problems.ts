/** Problems and the fields they belong to, by path (`load.closed.stages[2].users`). Pure. */
import { parsePlan } from '../../../../server/script/plan.ts';
import type { Problem } from '../graphql/answer.ts';
import type { PlanInput } from '../graphql/graphql.ts';

/** What the plan's own schema says: the same words as the server's. */
export function problemsOf(plan: PlanInput): readonly Problem[] {
  return parsePlan(plan).problems ?? [];
}

/** The server may speak of `plan.load ...` or `input.plan.load ...` where the form has `load ...`. */
export function formPath(path: string): string {
  return path.replace(/^(input\.)?plan\.?/, '');
}

/** Is `path` the field itself, or something inside it (a field that stands for a whole group)? */
export function within(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

/**
 * A plan that can be previewed although something else in it is still wrong: target, inputs and objectives are not needed
 * to draw the curve. Null: the load itself is wrong. `objectives` maps the preview's objective numbers to the form's.
 */
export function previewable(plan: PlanInput, problems: readonly Problem[]): { plan: PlanInput; objectives: number[] } | null {
  if (problems.some(({ path }) => path === '' || ['load', 'thinkTime', 'warmUpMs', 'requestTimeoutMs', 'connections'].some((field) => within(path, field)))) return null;
  const wrong = (field: string) => problems.some(({ path }) => within(path, field));
  const all = plan.objectives ?? [];
  const objectives = all.map((_, i) => i).filter((i) => !wrong(`objectives[${i}]`));
  return {
    objectives,
    plan: {
      ...plan,
      target: wrong('target') ? { preset: 'studio', baseUrl: 'http://127.0.0.1' } : plan.target,
      ...(wrong('inputs') ? { inputs: null } : {}),
      objectives: objectives.map((i) => all[i]).filter((objective) => objective !== undefined),
    },
  };
}

/** The value at a path, to see whether a field that the server refused has been changed since. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined), value);
}
