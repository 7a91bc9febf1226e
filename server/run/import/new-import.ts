/** What all runs have in common that are made of somebody's results. */
import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import type { LoadTest } from '../../script/store.ts';
import { type ResolvedPlan, resolvePlan } from '../../script/resolve.ts';
import type { NewImport } from './store.ts';

/** Of what the file itself tells nothing, it is that of the test. */
export function importOfTest({ viewer }: Pick<Context, 'viewer'>, test: LoadTest, framework: string, frameworkVersion: string | null): { readonly plan: ResolvedPlan; readonly run: Omit<NewImport, 'imported' | 'importKey'> } {
  const plan = resolvePlan(test.plan);
  return {
    plan,
    run: {
      id: randomUUID(),
      organizationId: viewer.organizationId,
      loadTestId: test.id,
      workflowId: test.workflowId,
      framework,
      frameworkVersion,
      place: 'imported',
      workflowHash: test.workflowHash,
      plan: plan.plan,
      planHash: plan.hash,
      plannedDurationMs: plan.durationMs,
      startedBy: viewer.name,
      // Nobody knows which script made the load.
      scriptHash: '',
      warnings: [],
    },
  };
}
