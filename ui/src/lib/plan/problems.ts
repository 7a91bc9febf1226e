/** Problems and the fields they belong to, by path (`load.closed.stages[2].users`). Pure. */
import { parsePlan } from '../../../../server/script/plan.ts';
import type { Problem, Refusal } from '../graphql/answer.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { text } from '../text/text.ts';

/** What the plan's own schema says: the same words as the server's, but of a duration that was typed and cannot be read. Only here there is one. */
export function problemsOf(plan: PlanInput): readonly Problem[] {
  const problems = parsePlan(plan).problems ?? [];
  return problems.map((problem) => (problem.path.endsWith('Ms') && Number.isNaN(valueAt(plan, problem.path)) ? { ...problem, message: text.plan.noDuration } : problem));
}

/** The server may speak of `plan.load ...` or `input.plan.load ...` where the form has `load ...`. */
export function formPath(path: string): string {
  return path.replace(/^(input\.)?plan\.?/, '');
}

/** `inputs.fixed: user.id` is something inside of the text of a field: the field has the problem, and its sentence says where. */
export function atField({ path, message }: Problem): Problem {
  const [at = '', ...inside] = formPath(path).split(': ');
  // The other definition has one field, whatever in it is wrong.
  const field = within(at, 'compareWith') ? 'compareWith' : at;
  return { path: field, message: inside.length > 0 ? `${inside.join(': ')}: ${message}` : message };
}

/** Is `path` the field itself, or something inside it (a field that stands for a whole group)? */
export function within(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

/** `load.stages[2].users`, `load.stages[2]`, `load.stages`, `load`. */
function upwards(path: string): string[] {
  return path === '' ? [] : [path, ...upwards(path.replace(/(^|\.|\[)[^.[]*$/, ''))];
}

/**
 * The place of a problem among those that the form has: its field, or the nearest group around it. Null: there is none. What is inside
 * of a field is not the field's: `connections[0].cycle` is of the definition, and not of the plan's `connections`.
 */
export function nearest(path: string, fields: ReadonlySet<string>, groups: ReadonlySet<string>): string | null {
  return fields.has(path) ? path : (upwards(path).find((at) => groups.has(at)) ?? null);
}

/** Is the refusal no more than one of its problems, which is said at its place? The server may put the path before it, or its last step. */
export function isOneOfItsProblems({ message, problems }: Refusal): boolean {
  return problems.some((problem) => [problem.message, `${problem.path}: ${problem.message}`, `${problem.path.split('.').at(-1)}: ${problem.message}`].includes(message));
}

/** Sent again with each change of any field, a larger one would keep the server busy; the form reads it itself. */
const LARGEST_DATASET = 200_000;

/** Takes every workflow, and no inputs. */
const STAND_IN = { preset: 'custom', method: 'GET', baseUrl: 'http://127.0.0.1', path: '/' };

/**
 * A plan that can be previewed although something else in it is still wrong: target, inputs, checks and objectives are not
 * needed to draw the curve. Null: the load itself is wrong. `objectives` maps the preview's objective numbers to the form's.
 */
export function previewable(plan: PlanInput, problems: readonly Problem[]): { plan: PlanInput; objectives: number[] } | null {
  const wrong = (field: string) => problems.some(({ path }) => within(path, field));
  if (problems.some(({ path }) => path === '') || ['load', 'thinkTime', 'warmUpMs', 'requestTimeoutMs', 'connections'].some(wrong)) return null;
  const target = wrong('target') || wrong('pollIntervalMs') || wrong('pollDeadlineMs') ? null : plan.target;
  const checks = wrong('checks') ? null : plan.checks;
  const large = plan.inputs && 'dataset' in plan.inputs && plan.inputs.dataset.text.length > LARGEST_DATASET;
  const all = plan.objectives ?? [];
  const fits = ({ metric, requestName }: (typeof all)[number]) => (target !== null || (requestName ?? 'execute') === 'execute') && (metric !== 'checks_ratio' || !!checks?.length);
  const objectives = all.flatMap((objective, i) => (fits(objective) && !wrong(`objectives[${i}]`) ? [i] : []));
  return {
    objectives,
    plan: {
      ...plan,
      ...(target === null ? { target: STAND_IN, pollIntervalMs: null, pollDeadlineMs: null } : {}),
      ...(target === null || large || wrong('inputs') ? { inputs: null } : {}),
      ...(wrong('secrets') ? { secrets: null } : {}),
      checks: checks ?? null,
      objectives: objectives.map((i) => all[i]).filter((objective) => objective !== undefined),
    },
  };
}

/** What stands at a path, to see whether something was changed since the server refused it; where nothing does, what stands around it. */
export function valueAround(value: unknown, path: string): unknown {
  return upwards(path).map((at) => valueAt(value, at)).find((found, steps) => (steps === 0 ? found !== undefined : typeof found === 'object'));
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined), value);
}
