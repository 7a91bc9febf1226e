/** Accepts a run, or refuses with a reason; nothing is sent before the last check has passed. */
import { randomUUID } from 'node:crypto';
import type { Framework } from '../../templates/framework.ts';
import type { Context } from '../context.ts';
import { isExecutable } from '../process/start.ts';
import { invalidInput, notFound, Refusal } from '../refusal.ts';
import { frameworkOf, generateScript } from '../script/generate.ts';
import { givenBaseline, givenPlan, type GivenWorkflow, givenWorkflow, type WorkflowInput } from '../script/input.ts';
import { MOST_REPEATS, refuseAboveLimits } from '../script/limits.ts';
import { hashWith, type ResolvedPlan } from '../script/resolve.ts';
import { findLoadTest, type LoadTest } from '../script/store.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { requireAcknowledged } from './effects/acknowledged.ts';
import { reserveCost } from './fleet/affordable.ts';
import { type CloudInput, givenPlace } from './fleet/place.ts';
import { changeCosts } from './fleet/store.ts';
import { type GivenVariable, givenVariables } from './given-variables.ts';
import { hostFingerprint } from './machine.ts';
import { whyNoRoom } from './no-room.ts';
import type { Run } from './run.ts';
import { insertRuns } from './store.ts';
import { requireAllowedTarget } from './target/require.ts';

export interface StartRunInput {
  readonly loadTestId?: string | null | undefined;
  readonly framework?: string | null | undefined;
  readonly workflow?: WorkflowInput | null | undefined;
  readonly plan?: unknown;
  /** Iterations alternate this definition, the baseline's, and `workflow`. */
  readonly compareWith?: WorkflowInput | null | undefined;
  readonly environment?: readonly GivenVariable[] | null | undefined;
  readonly acknowledgedEffects?: string | null | undefined;
  /** `local`, the default, or the key of a cloud. */
  readonly place?: string | null | undefined;
  readonly cloud?: CloudInput | null | undefined;
  /** So many runs of it, one after the other, as one group. Default 1. */
  readonly repeat?: number | null | undefined;
}

interface WhatToRun extends GivenWorkflow {
  readonly test: LoadTest | null;
  readonly framework: Framework;
  readonly plan: ResolvedPlan;
  /** null: the run is of one definition. */
  readonly baseline: Workflow | null;
}

/** Gives the first of them, where several were asked for. */
export async function startRun(ctx: Context, input: StartRunInput): Promise<Run> {
  const repeat = repeatOf(input);
  const what = await whatToRun(ctx, input);
  const { framework, workflow, plan, baseline } = what;
  refuseAboveLimits(plan, ctx.limits);
  await requireAllowedTarget(ctx, plan);
  const { script, secretValues } = generateScript(framework, workflow, plan, ctx.customTemplates, baseline);
  const place = await givenPlace(ctx, input, { plan, framework, script, runs: repeat });
  const tool = await ctx.tools.find(framework.key);
  const isHere = place === null || place.isHere;
  if (isHere && !tool.available) throw new Refusal('framework_unavailable', `${tool.problem} ${framework.tool.hint}`);
  // It was found once, and is remembered.
  if (isHere && tool.available && !isExecutable(tool.executable)) throw new Refusal('framework_unavailable', `There is no program at ${tool.executable} any more. ${framework.tool.hint}`);
  await requireAcknowledged(ctx, { workflowHash: workflow.hash, effects: script.effects, plan }, input.acknowledgedEffects ?? null);
  const variables = await givenVariables(ctx, script, secretValues, input.environment ?? []);
  place?.requireCarried(Object.keys(variables));
  // Taken before anything is waited for: of many starts at once only so many are accepted.
  using places = new DisposableStack();
  for (let i = 0; i < repeat; i++) {
    const { refused } = places.use(ctx.runner.reserve(ctx.viewer.organizationId));
    if (refused !== null) throw new Refusal('too_many_runs', repeat === 1 ? refused : `There is no place for all ${repeat}, so none was started. ${refused}`);
  }

  // Where the tool is not here, its own check is left to the shards.
  const problems = !tool.available ? [] : await ctx.validator.problemsOf(framework, tool, script).catch((error: unknown) => {
    const noRoom = whyNoRoom(error);
    throw noRoom === null ? error : new Refusal('no_room', `The script could not be checked: ${noRoom}`);
  });
  if (problems[0]) throw new Refusal('invalid_script', `The script did not pass ${framework.name}'s own check: ${problems[0].path}: ${problems[0].message}`, { problems });

  const askedAt = performance.now();
  // Sorted: they run in this order, and whoever lists them has the same.
  const ids = Array.from({ length: repeat }, () => randomUUID()).sort();
  if (place !== null) await reserveCost(ctx, place.cost, ids);
  const inserted = insertRuns(
    ctx.db,
    ctx.cipher,
    ctx.runner.owner,
    ids.map((id) => ({
      id,
      organizationId: ctx.viewer.organizationId,
      loadTestId: what.test?.id ?? null,
      workflowId: what.id,
      framework: framework.key,
      frameworkVersion: isHere ? tool.version : null,
      place: place?.key ?? 'local',
      workflowHash: workflow.hash,
      baselineWorkflowHash: baseline?.hash ?? null,
      plan: plan.plan,
      planHash: baseline ? hashWith(plan, baseline.hash) : plan.hash,
      plannedDurationMs: plan.durationMs,
      startedBy: ctx.viewer.name,
      repeatGroup: repeat > 1 ? (ids[0] ?? null) : null,
      hostFingerprint: place?.fingerprint ?? hostFingerprint,
      fleet: place?.record ?? null,
    })),
    place === null ? script : { ...script, warnings: place.warnings },
  );
  const runs = await inserted.catch(async (error: unknown) => {
    if (place !== null) await changeCosts(ctx.db, ids, 0);
    throw error;
  });
  for (const run of runs) ctx.runner.accept({ run, plan, script, framework, executable: tool.executable ?? '', variables, place }, askedAt);
  return runs[0];
}

function repeatOf({ repeat }: StartRunInput): number {
  if (repeat == null) return 1;
  if (Number.isInteger(repeat) && repeat >= 1 && repeat <= MOST_REPEATS) return repeat;
  throw invalidInput('repeat', `Give a number of runs from 1 to ${MOST_REPEATS}.`);
}

async function whatToRun(ctx: Context, input: StartRunInput): Promise<WhatToRun> {
  if (input.loadTestId) {
    const test = await findLoadTest(ctx.db, ctx.cipher, ctx.viewer.organizationId, input.loadTestId);
    if (!test) throw notFound('load test');
    return { test, framework: frameworkOf(ctx, test.framework), plan: givenPlan(input.plan ?? test.plan), baseline: await givenBaseline(ctx, input.compareWith), ...(await currentWorkflow(ctx, test)) };
  }
  if (!input.framework || !input.workflow || input.plan == null) {
    throw invalidInput('', 'Give loadTestId, or framework, workflow and plan.');
  }
  return { test: null, framework: frameworkOf(ctx, input.framework), plan: givenPlan(input.plan), baseline: await givenBaseline(ctx, input.compareWith), ...(await givenWorkflow(ctx, input.workflow)) };
}

/**
 * The host's workflow as it is now: that is what people want to test, and what a preview shows. The saved text only of a test that was
 * saved from a text: of the host's workflows it is a copy, which a viewer who may not see the workflow must not run either.
 */
function currentWorkflow(ctx: Context, test: LoadTest): Promise<GivenWorkflow> {
  return givenWorkflow(ctx, test.workflowId === null ? { definition: test.definition } : { id: test.workflowId });
}
