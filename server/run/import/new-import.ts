/** What all runs have in common that are made of somebody's results. */
import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import type { LoadTest } from '../../script/store.ts';
import { type ResolvedPlan, resolvePlan } from '../../script/resolve.ts';
import type { NewImport } from './store.ts';

/** @param test that it is a run of; null: of none */
export function newImport({ viewer }: Pick<Context, 'viewer'>, test: LoadTest | null, plan: ResolvedPlan) {
  return {
    id: randomUUID(),
    organizationId: viewer.organizationId,
    loadTestId: test?.id ?? null,
    workflowId: test?.workflowId ?? null,
    place: 'imported',
    plan: plan.plan,
    planHash: plan.hash,
    plannedDurationMs: plan.durationMs,
    startedBy: viewer.name,
    warnings: [],
  } satisfies Partial<NewImport>;
}

/** That a plan can have. */
const LEAST_TIMEOUT_MS = 10;

const BY_STATUS = 'What failed is what the tool counted as failed, most often by the status alone: an answer may have had a good one and told of a workflow that failed.';

/** Of what the file itself tells nothing, it is that of the test. @param shortestTimeoutMs after which a request was given up: that of the plan was another one if it is longer */
export function importOfTest(ctx: Pick<Context, 'viewer'>, test: LoadTest, framework: string, frameworkVersion: string | null, shortestTimeoutMs = Number.POSITIVE_INFINITY): { readonly plan: ResolvedPlan; readonly run: Omit<NewImport, 'imported' | 'importKey'> } {
  const written = resolvePlan(test.plan);
  const requestTimeoutMs = Math.max(LEAST_TIMEOUT_MS, Math.floor(shortestTimeoutMs));
  const plan = requestTimeoutMs < written.requestTimeoutMs ? resolvePlan({ ...test.plan, requestTimeoutMs }) : written;
  // Nobody knows which script made the load.
  return { plan, run: { ...newImport(ctx, test, plan), framework, frameworkVersion, workflowHash: test.workflowHash, scriptHash: '', warnings: [BY_STATUS] } };
}
