/** Workflow + plan -> the bundle of one framework. Deterministic: the same input gives the same bytes. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { frameworks } from '../../templates/index.ts';
import type { Framework, ScriptFile, ScriptInput, ScriptPlan } from '../../templates/framework.ts';
import { Refusal } from '../refusal.ts';
import { type Effect, effectsOf } from '../workflow/effects.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { scriptObjective } from './objective.ts';
import { requestOf } from './request.ts';
import type { ResolvedPlan } from './resolve.ts';

export const GENERATOR_VERSION = '0.1.0';

export interface Script {
  readonly framework: string;
  readonly files: readonly ScriptFile[];
  readonly entryFile: string;
  /** How a user runs it by hand. */
  readonly command: string;
  /** SHA-256 over paths and texts of all files, hex. */
  readonly hash: string;
  /** Environment variables without which it does not start. */
  readonly variables: readonly string[];
  readonly warnings: readonly string[];
  readonly effects: PlannedEffects;
}

/** What the workflow's nodes do outside, and how often this plan makes them do it. */
export interface PlannedEffects {
  readonly hash: string;
  readonly items: readonly PlannedEffect[];
}

/** plannedTimes: null where the speed of the target decides. */
export type PlannedEffect = Effect & { readonly plannedTimes: number | null };

export function plannedEffects(workflow: Workflow, plan: ResolvedPlan): PlannedEffects {
  const { hash, items } = effectsOf(workflow);
  return { hash, items: items.map((item) => ({ ...item, plannedTimes: plan.plannedIterations })) };
}

export function frameworkOf(key: string): Framework {
  const framework = frameworks.find((f) => f.key === key);
  if (framework) return framework;
  const message = `There is no framework "${key}". Choose one of ${frameworks.map((f) => f.key).join(', ')}.`;
  throw new Refusal('invalid_input', message, { problems: [{ path: 'framework', message }] });
}

/** Throws a Refusal when this framework cannot express the plan or the target cannot take the workflow. */
export function generateScript(framework: Framework, workflow: Workflow, plan: ResolvedPlan): Script {
  const input = scriptInput(workflow, plan);
  const refused = framework.refuse(input);
  if (refused.length > 0) throw new Refusal('framework_refuses', `${framework.name} cannot run this plan: ${refused[0]?.message}`, { problems: refused });
  const { files, entryFile, command } = framework.generate(input);
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.path}\0${file.text}\0`);
  return {
    framework: framework.key,
    files,
    entryFile,
    command,
    hash: hash.digest('hex'),
    variables: input.request.bearerVariable === null ? [] : [input.request.bearerVariable],
    warnings: warningsOf(plan),
    effects: plannedEffects(workflow, plan),
  };
}

function scriptInput(workflow: Workflow, plan: ResolvedPlan): ScriptInput {
  const mapped = requestOf(workflow, plan);
  if (mapped.problems) throw new Refusal('invalid_plan', mapped.problems[0]?.message ?? 'The plan does not fit the workflow.', { problems: mapped.problems });
  return {
    generatorVersion: GENERATOR_VERSION,
    workflowHash: workflow.hash,
    workflowShape: workflow.shape,
    planHash: plan.hash,
    planText: canonicalize(plan.plan) ?? '{}',
    plan: scriptPlan(plan),
    request: mapped.request,
    data: mapped.data,
  };
}

function scriptPlan(plan: ResolvedPlan): ScriptPlan {
  return {
    model: plan.load.model,
    stages: plan.load.stages,
    maxUsers: plan.load.maxUsers,
    maxIterations: plan.load.maxIterations,
    durationMs: plan.durationMs,
    plannedIterations: plan.plannedIterations,
    steady: plan.steady,
    thinkTimeMs: [plan.thinkTime.minMs, plan.thinkTime.maxMs],
    requestTimeoutMs: plan.requestTimeoutMs,
    connections: plan.connections,
    objectives: plan.objectives.map(scriptObjective),
  };
}

/** Above this many users one machine begins to measure itself. */
const MANY_LOCAL_USERS = 100;

export function warningsOf(plan: ResolvedPlan): string[] {
  const warnings: string[] = [];
  if (plan.load.maxUsers > MANY_LOCAL_USERS && plan.load.model === 'closed')
    warnings.push(`${plan.load.maxUsers} users from one machine: watch the generator's CPU, and spread a larger load over several machines.`);
  if (plan.steady.length === 0) warnings.push('The plan has no stage that holds its level after the warm-up, so latency will not be judged.');
  return warnings;
}
