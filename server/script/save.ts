/** Saves a load test: new, or over the one with this id. It must be runnable as far as that can be known now. */
import type { Context } from '../context.ts';
import { invalidInput, notFound } from '../refusal.ts';
import { frameworkOf, prepareScript } from './generate.ts';
import { givenPlan, givenWorkflow, type WorkflowInput } from './input.ts';
import { insertLoadTest, type LoadTest, type LoadTestInput, updateLoadTest } from './store.ts';

export interface SaveLoadTestInput {
  readonly id: string | null;
  readonly name: string;
  readonly framework: string;
  readonly workflow: WorkflowInput;
  readonly plan: unknown;
}

const MAX_NAME = 200;

export async function saveLoadTest(ctx: Context, input: SaveLoadTestInput): Promise<LoadTest> {
  const name = input.name.trim();
  const framework = frameworkOf(ctx, input.framework);
  const plan = givenPlan(input.plan);
  const { workflow, id: workflowId } = await givenWorkflow(ctx, input.workflow);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL keeps no NUL, and a name is one line
  if (name === '' || name.length > MAX_NAME || /[\u0000-\u001f]/.test(name)) {
    throw invalidInput('name', `Give the test a name of 1 to ${MAX_NAME} characters on one line.`);
  }
  prepareScript(framework, workflow, plan, ctx.customTemplates);

  const test: LoadTestInput = {
    workflowId,
    name: name.toWellFormed(),
    framework: framework.key,
    definition: workflow.text,
    workflowHash: workflow.hash,
    plan: plan.plan,
    planHash: plan.hash,
  };
  const { db, cipher, viewer } = ctx;
  if (input.id === null) return insertLoadTest(db, cipher, viewer.organizationId, viewer.id, test);
  const saved = await updateLoadTest(db, cipher, viewer.organizationId, input.id, test);
  if (!saved) throw notFound('load test');
  return saved;
}
