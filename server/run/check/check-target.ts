/** What a target answers to the plan's one request, sent now, by this server: is the address right, the access, the inputs? */
import { randomUUID } from 'node:crypto';
import { bodiesOf, newInputs, newJourney } from '../../../templates/journey.ts';
import type { Context } from '../../context.ts';
import { plannedEffects, requireFlow } from '../../script/generate.ts';
import type { MadeFlow } from '../../script/flow/flow.ts';
import { givenPlan, givenWorkflow, type WorkflowInput } from '../../script/input.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import { shown } from '../../workflow/shown.ts';
import { requireAcknowledged } from '../effects/acknowledged.ts';
import { type GivenVariable, givenVariables } from '../given-variables.ts';
import { masker } from '../masked.ts';
import { requireAllowedTarget } from '../target/require.ts';
import { send } from './send.ts';

export interface CheckTargetInput {
  readonly workflow: WorkflowInput;
  readonly plan: unknown;
  readonly environment: readonly GivenVariable[];
}

export interface TargetCheck {
  /** Of the last request that was sent: execute, or one before it without which there is none. */
  readonly requestName: string;
  /** null: no answer. */
  readonly status: number | null;
  /** As of a sample: ok, http_4xx, refused ... */
  readonly outcome: string;
  /** What went wrong; empty: nothing did. */
  readonly detail: string;
  readonly durationMs: number;
  /** The beginning of the answer, without what is secret. */
  readonly bodyStart: string;
}

const BODY_START = 2000;
/** Whoever waits for it looks at a page. */
const LONGEST_MS = 60_000;

export async function checkTarget(ctx: Context, input: CheckTargetInput): Promise<TargetCheck> {
  const plan = givenPlan(input.plan);
  const { workflow } = await givenWorkflow(ctx, input.workflow);
  await requireAllowedTarget(ctx, plan);
  const made = requireFlow(workflow, plan);
  // It runs the workflow once, for real.
  await requireAcknowledged(ctx, { workflowHash: workflow.hash, effects: plannedEffects(workflow, plan), plan }, null);
  const variables = await givenVariables(ctx, made, made.secretValues, input.environment);
  return goOnce(made, plan, variables);
}

/** The first iteration of a first user, up to the answer of execute: what is polled afterwards would be told by a run. */
async function goOnce({ flow, data }: MadeFlow, { plan, seed, polling, requestTimeoutMs }: ResolvedPlan, variables: Readonly<Record<string, string>>): Promise<TargetCheck> {
  const read = (file: string) => data[file] ?? '';
  const bodyOf = bodiesOf(flow, read, variables);
  const inputs = flow.inputs ? newInputs(flow.inputs, read(flow.inputs.file), { seed, shard: [0, 1], uuid: randomUUID, nowMs: Date.now })(0) : '';
  const journey = newJourney(flow, { pollIntervalMs: polling?.intervalMs ?? null, pollDeadlineMs: polling?.deadlineMs ?? null, seed }, variables, Date.now);
  const mask = masker(variables);
  journey.begin(null, 0);
  let last: TargetCheck | null = null;
  for (let turn = journey.next(performance.now()); turn !== null && turn.request !== flow.poll; turn = journey.next(performance.now())) {
    const { request, path, headers, values } = turn;
    const startMs = performance.now();
    const answer = await send({ url: flow.baseUrl + path, method: request.method, headers, body: bodyOf(request, values, inputs ?? ''), timeoutMs: Math.min(requestTimeoutMs, LONGEST_MS) });
    const endMs = performance.now();
    const { outcome, detail } = journey.answered(request, startMs, endMs, answer);
    // A login that succeeded answers a token.
    const isHidden = 'failure' in answer || (request === flow.login && answer.status < 300);
    const bodyStart = isHidden ? '' : shown(mask(answer.body), BODY_START);
    last = { requestName: request.name, status: 'failure' in answer ? null : answer.status, outcome, detail, durationMs: endMs - startMs, bodyStart };
  }
  if (last === null) throw new Error(`no request was sent to ${plan.target.baseUrl}`);
  return last;
}
