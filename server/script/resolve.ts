/** A plan with every default filled in and every derived number computed once: what scripts, judge and charts read. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { defaultWarmUp, durationOf, type Load, plannedIterations, steadyWindows, type Window } from './load.ts';
import { isMoreBetter } from './plan/objective.ts';
import { isAsync, requestNamesOf } from './plan/target.ts';
import type { Objective, TestPlan } from './plan.ts';
import { USUAL_DEADLINE_MS, USUAL_INTERVAL_MS } from './polling.ts';
import { loadOf } from './presets.ts';

export const PLAN_VERSION = 1;

export interface ResolvedObjective {
  readonly metric: Objective['metric'];
  readonly statistic: NonNullable<Objective['statistic']> | null;
  readonly comparison: NonNullable<Objective['comparison']>;
  /** ms, ratio 0..1, or executions per second; null: it is held to the baseline, by `maxChangeRatio`. */
  readonly value: number | null;
  /** null: executions. */
  readonly requestName: string | null;
  readonly during: 'steady' | 'whole';
  /** The error objective that every plan has unless the user set one. */
  readonly added: boolean;
  /** The run is stopped when it was broken over the last so many ms of its steady part; null: never. */
  readonly abortAfterMs: number | null;
  /** The most that it may be worse than the baseline's, 0.1 = 10 %. Left out: it has a value. */
  readonly maxChangeRatio?: number;
  /** A narrow verdict is none. Left out: it is one. */
  readonly strict?: true;
}

export interface ResolvedPlan {
  readonly version: number;
  readonly plan: TestPlan;
  /** SHA-256 of the canonical form (RFC 8785) of version and plan, hex. */
  readonly hash: string;
  readonly load: Load;
  readonly durationMs: number;
  readonly plannedIterations: number | null;
  readonly warmUpMs: number;
  /** Empty: nothing to judge latency on (`no_steady_part`). */
  readonly steady: readonly Window[];
  readonly thinkTime: { readonly minMs: number; readonly maxMs: number };
  readonly requestTimeoutMs: number;
  /** null: the target answers when the execution is over, and nothing is polled. */
  readonly polling: { readonly intervalMs: number; readonly deadlineMs: number } | null;
  /** The longest time that one iteration can take without its think time. */
  readonly longestIterationMs: number;
  /** Of everything random in the inputs. */
  readonly seed: number;
  readonly connections: 'reuse' | 'perIteration';
  readonly objectives: readonly ResolvedObjective[];
}

export function resolvePlan(plan: TestPlan): ResolvedPlan {
  const load = loadOf(plan.load);
  const spikeBase = plan.load.preset?.key === 'spike' ? load.stages[0]?.target : undefined;
  const warmUpMs = plan.warmUpMs ?? defaultWarmUp(load);
  const steady = steadyWindows(load, warmUpMs, spikeBase);
  const thinkTime = plan.thinkTime ?? { minMs: 0, maxMs: 0 };
  const requestTimeoutMs = plan.requestTimeoutMs ?? 30_000;
  const polling = isAsync(plan.target) ? { intervalMs: plan.pollIntervalMs ?? USUAL_INTERVAL_MS, deadlineMs: plan.pollDeadlineMs ?? USUAL_DEADLINE_MS } : null;
  const hash = hashOf({ version: PLAN_VERSION, plan });
  return {
    version: PLAN_VERSION,
    plan,
    hash,
    load,
    durationMs: durationOf(load),
    plannedIterations: plannedIterations(load),
    warmUpMs,
    steady,
    thinkTime,
    requestTimeoutMs,
    polling,
    longestIterationMs: requestTimeoutMs * mostRequests(plan.target) + (polling?.deadlineMs ?? 0),
    seed: plan.inputs?.dataset?.seed ?? Number.parseInt(hash.slice(0, 8), 16),
    // Real servers close a connection that was idle for 5 s; from 4 s on a reused one may be reset under our hands.
    connections: plan.connections ?? (thinkTime.maxMs >= 4000 ? 'perIteration' : 'reuse'),
    objectives: objectivesOf(plan.objectives ?? [], steady.length > 0 ? 'steady' : 'whole'),
  };
}

/** Requests of one iteration that may each take the whole timeout, besides polls within the deadline: after a 401 another login, and the request again. */
function mostRequests(target: TestPlan['target']): number {
  return requestNamesOf(target).length + (target.auth?.login ? 2 : 0);
}

/** The plan as far as it ran: what lies behind `atMs` is no part of it, and how many starts it planned until then nobody asks. */
export function cutAt(plan: ResolvedPlan, atMs: number): ResolvedPlan {
  const steady = plan.steady.map(([from, to]) => [Math.min(from, atMs), Math.min(to, atMs)] as const);
  return { ...plan, steady, durationMs: Math.min(plan.durationMs, atMs), plannedIterations: null };
}

function objectivesOf(given: readonly Objective[], addedDuring: 'steady' | 'whole'): ResolvedObjective[] {
  const objectives: ResolvedObjective[] = given.map((o) => ({
    metric: o.metric,
    statistic: o.statistic ?? null,
    comparison: o.comparison ?? (isMoreBetter(o.metric) ? '>=' : '<='),
    value: o.value ?? null,
    requestName: o.requestName ?? null,
    during: o.during ?? 'steady',
    added: false,
    abortAfterMs: o.abortAfterMs ?? null,
    ...(o.maxChangeRatio === undefined ? {} : { maxChangeRatio: o.maxChangeRatio }),
    ...(o.strict ? { strict: true as const } : {}),
  }));
  if (!objectives.some((o) => o.metric === 'error_ratio' && o.requestName === null))
    objectives.push({ metric: 'error_ratio', statistic: null, comparison: '<', value: 0.01, requestName: null, during: addedDuring, added: true, abortAfterMs: null });
  return objectives;
}

/** Of a run whose iterations alternate with another definition: it is no run of the plan alone, and is compared with none. */
export function hashWith({ plan }: Pick<ResolvedPlan, 'plan'>, baselineHash: string): string {
  return hashOf({ version: PLAN_VERSION, plan, compareWith: baselineHash });
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalize(value) ?? '').digest('hex');
}
