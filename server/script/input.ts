/** From what a user sends to what the verbs work with; a Refusal names what is wrong and where. */
import type { Context } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { readWorkflow } from '../workflow/read.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { parsePlan } from './plan.ts';
import { type ResolvedPlan, resolvePlan } from './resolve.ts';

/** Exactly one of the two: the host's own id, or the definition's text. */
export interface WorkflowInput {
  readonly id?: string | null | undefined;
  readonly definition?: string | null | undefined;
}

export interface GivenWorkflow {
  readonly workflow: Workflow;
  /** null for a definition given as text. */
  readonly id: string | null;
}

/** The definition that a run is compared with within itself; what is wrong with it is told under `compareWith`. */
export async function givenBaseline(ctx: Context, input: WorkflowInput | null | undefined): Promise<Workflow | null> {
  if (!input) return null;
  try {
    return (await givenWorkflow(ctx, input)).workflow;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const at = (path: string) => `compareWith${path.startsWith('workflow') ? path.slice('workflow'.length) : path && `: ${path}`}`;
    throw new Refusal(error.code, error.message, { problems: error.problems.map(({ path, message }) => ({ path: at(path), message })) });
  }
}

/** The host's workflow as it is now, under the host's own name; refused where the viewer has none of this id. */
export async function givenWorkflow(ctx: Context, input: WorkflowInput): Promise<GivenWorkflow> {
  if (typeof input.definition === 'string') return { workflow: parseWorkflow(input.definition), id: null };
  const id = input.id ?? '';
  const hosted = await ctx.host.workflows.get(ctx.viewer, id);
  if (!hosted) {
    const message = `There is no workflow "${id.slice(0, 100)}" in the host that you may see.`;
    throw new Refusal('not_found', message, { problems: [{ path: 'workflow.id', message }] });
  }
  const workflow = parseWorkflow(hosted.definition);
  return { workflow: { ...workflow, name: hosted.name }, id: hosted.id };
}

export function parseWorkflow(text: string): Workflow {
  const read = readWorkflow(text);
  if (read.workflow) return read.workflow;
  throw new Refusal('invalid_workflow', read.problems[0]?.message ?? 'The definition could not be read.', { problems: read.problems });
}

export function givenPlan(input: unknown): ResolvedPlan {
  const parsed = parsePlan(input);
  if (parsed.plan) return resolvePlan(parsed.plan);
  const [first] = parsed.problems;
  throw new Refusal('invalid_plan', first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : 'The plan cannot be run.', { problems: parsed.problems });
}
