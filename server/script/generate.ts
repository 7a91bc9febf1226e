/** Workflow + plan -> the bundle of one framework. Deterministic: the same input gives the same bytes. */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import canonicalize from 'canonicalize';
import type { Framework, ScriptFile, ScriptInput, ScriptPlan, ScriptVariable } from '../../templates/framework.ts';
import { invalidInput, Refusal } from '../refusal.ts';
import type { Effect } from '../workflow/effects.ts';
import { addText } from '../workflow/hash-text.ts';
import type { FoundSecret } from '../workflow/secrets.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { byHandWarnings } from './by-hand.ts';
import { tooFewInHalf } from './can-judge.ts';
import { capacityWarnings } from './capacity.ts';
import { scriptObjective } from './objective.ts';
import { halfOf, whyNotAlternating } from './flow/alternate.ts';
import { flowOf, type MadeFlow } from './flow/flow.ts';
import { earlyStopWarnings } from './early-stop.ts';
import { credentialsInClear } from './in-clear.ts';
import { hashWith, type ResolvedPlan } from './resolve.ts';

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
  readonly variables: readonly ScriptVariable[];
  /** What was cut out of the definition. */
  readonly secrets: readonly FoundSecret[];
  readonly warnings: readonly string[];
  readonly effects: PlannedEffects;
  /** Of the definition that its iterations alternate with; left out: there is none. */
  readonly baselineHash?: string;
}

/** A script, and what must never be stored with it. */
export interface Generated {
  readonly script: Script;
  /** Values of the secrets' variables: for a run of this server only, in memory only. */
  readonly secretValues: Readonly<Record<string, string>>;
}

/** What the workflow's nodes do outside, and how often this plan makes them do it. */
export interface PlannedEffects {
  /** SHA-256, hex, of the list and the origin of the target: who agreed to it for one target did not for another. */
  readonly hash: string;
  readonly items: readonly PlannedEffect[];
}

/** plannedTimes: null where the speed of the target decides. */
export type PlannedEffect = Effect & { readonly plannedTimes: number | null };

export function plannedEffects({ effects: { hash, items } }: Pick<Workflow, 'effects'>, plan: ResolvedPlan): PlannedEffects {
  const { origin } = new URL(plan.plan.target.baseUrl);
  return { hash: createHash('sha256').update(`${hash} ${origin}`).digest('hex'), items: items.map((item) => ({ ...item, plannedTimes: plan.plannedIterations })) };
}

/** Of two definitions that alternate: what both of them do stands there once, with all its times. Who agreed to one of them did not to the other. */
function alternatingEffects(workflow: Workflow, baseline: Workflow, plan: ResolvedPlan): PlannedEffects {
  const each = (one: Workflow) => plannedEffects(one, { ...plan, plannedIterations: halfOf(plan.plannedIterations) });
  const [ours, others] = [each(workflow), each(baseline)];
  const known = (among: readonly Effect[], effect: Effect) => among.some((one) => EFFECT.every((member) => one[member] === effect[member]));
  const items = ours.items.map((item) => (known(others.items, item) ? { ...item, plannedTimes: plan.plannedIterations } : item));
  const hash = createHash('sha256').update(`${ours.hash} ${others.hash} ${baseline.hash}`).digest('hex');
  return { hash, items: [...items, ...others.items.filter((item) => !known(ours.items, item))] };
}

const EFFECT = ['nodeId', 'nodeType', 'kind', 'mayAct', 'detail'] as const;

export function frameworkOf({ frameworks }: { readonly frameworks: readonly Framework[] }, key: string): Framework {
  const framework = frameworks.find((f) => f.key === key);
  if (framework) return framework;
  throw invalidInput('framework', `There is no framework "${key}". Choose one of ${frameworks.map((f) => f.key).join(', ')}.`);
}

interface Prepared {
  readonly input: ScriptInput;
  readonly made: MadeFlow;
  /** What the user should know. */
  readonly warnings: readonly string[];
}

/** What is sent. Throws a Refusal when the target cannot take the workflow. @param baseline the definition that iterations alternate with; null: none */
export function requireFlow(workflow: Workflow, plan: ResolvedPlan, baseline: Workflow | null = null): MadeFlow {
  const { made, problems } = flowOf(workflow, plan, GENERATOR_VERSION, baseline);
  if (made) return made;
  throw new Refusal(problems[0]?.path === 'compareWith' ? 'invalid_input' : 'invalid_plan', problems[0]?.message ?? 'The plan does not fit the workflow.', { problems });
}

/**
 * All that can be said of a script before it is written. Throws a Refusal when this framework cannot express the plan or the target
 * cannot take the workflow.
 * @param customTemplates the operator's folder of templates; null: none
 * @param baseline the definition that iterations alternate with; null: none
 */
export function prepareScript(framework: Framework, workflow: Workflow, plan: ResolvedPlan, customTemplates: string | null, baseline: Workflow | null = null): Prepared {
  const without = baseline && whyNotAlternating(plan);
  if (without) throw new Refusal('invalid_input', without.message, { problems: [without] });
  const made = requireFlow(workflow, plan, baseline);
  const input = scriptInput(workflow, plan, made, customTemplates, baseline);
  const refused = framework.refuse(input);
  if (refused.length > 0) throw new Refusal('framework_refuses', `${framework.name} cannot run this plan: ${refused[0]?.message}`, { problems: refused });
  return { input, made, warnings: [...warningsOf(plan, framework), ...made.warnings, ...(baseline ? tooFewInHalf(plan) : []), ...(framework.warnings?.(input) ?? [])] };
}

/** @param baseline the definition that iterations alternate with; null: none */
export function generateScript(framework: Framework, workflow: Workflow, plan: ResolvedPlan, customTemplates: string | null, baseline: Workflow | null = null): Generated {
  const { input, made, warnings } = prepareScript(framework, workflow, plan, customTemplates, baseline);
  const { files, entryFile, command } = framework.generate(input);
  const script: Script = {
    framework: framework.key,
    files,
    entryFile,
    command,
    hash: hashOfFiles(files),
    variables: made.variables,
    secrets: made.secrets,
    warnings,
    effects: baseline ? alternatingEffects(workflow, baseline, plan) : plannedEffects(workflow, plan),
    ...(baseline ? { baselineHash: baseline.hash } : {}),
  };
  return { script, secretValues: made.secretValues };
}

/** SHA-256 over paths and texts, hex. */
export function hashOfFiles(files: readonly Pick<ScriptFile, 'path' | 'text'>[]): string {
  const hash = createHash('sha256');
  for (const file of files) addText(hash.update(file.path).update('\0'), file.text).update('\0');
  return hash.digest('hex');
}

function scriptInput(workflow: Workflow, plan: ResolvedPlan, { flow, data, variables }: MadeFlow, customTemplates: string | null, baseline: Workflow | null): ScriptInput {
  return {
    generatorVersion: GENERATOR_VERSION,
    workflowHash: workflow.hash,
    baselineHash: baseline?.hash ?? null,
    workflowShape: workflow.shape,
    planHash: baseline ? hashWith(plan, baseline.hash) : plan.hash,
    planText: canonicalize(plan.plan) ?? '{}',
    plan: scriptPlan(plan),
    flow,
    variables,
    data,
    customTemplates,
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
    pollIntervalMs: plan.polling?.intervalMs ?? null,
    pollDeadlineMs: plan.polling?.deadlineMs ?? null,
    longestIterationMs: plan.longestIterationMs,
    seed: plan.seed,
    connections: plan.connections,
    objectives: plan.objectives.map(scriptObjective),
  };
}

/** @param framework null: none is chosen yet */
export function warningsOf(plan: ResolvedPlan, framework: Framework | null = null): string[] {
  const warnings = capacityWarnings(plan, framework, availableParallelism());
  if (plan.steady.length === 0) warnings.push('The plan has no stage that holds its level after the warm-up, so latency will not be judged.');
  return [...warnings, ...earlyStopWarnings(plan), ...byHandWarnings(plan), ...credentialsInClear(plan.plan)];
}
