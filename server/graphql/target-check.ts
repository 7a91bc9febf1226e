/** One request to the target of a plan, before there is a run. */
import { checkTarget, type TargetCheck as Checked } from '../run/check/check-target.ts';
import { builder } from './builder.ts';
import { PlanInput } from './plan.ts';
import { EnvironmentValueInput } from './run.ts';
import { WorkflowInput } from './workflow.ts';

const TargetCheck = builder.objectRef<Checked>('TargetCheck').implement({
  fields: (t) => ({
    requestName: t.exposeString('requestName', { description: 'execute; or login, session, workflow, where the way did not lead so far.' }),
    status: t.exposeInt('status', { nullable: true, description: 'null: there was no answer.' }),
    outcome: t.exposeString('outcome', { description: 'ok, or why it would count as failed: refused, timeout, http_4xx, workflow_failed, bad_body ...' }),
    detail: t.exposeString('detail'),
    durationMs: t.exposeFloat('durationMs', { description: 'Of this one request, its connection included.' }),
    bodyStart: t.exposeString('bodyStart', { description: 'The first 2,000 characters of the answer, without what is secret.' }),
  }),
});

builder.mutationFields((t) => ({
  checkTarget: t.field({
    type: TargetCheck,
    description: 'Sends what one iteration sends up to the execution, once: the workflow runs for real.',
    args: {
      workflow: t.arg({ type: WorkflowInput, required: true }),
      plan: t.arg({ type: PlanInput, required: true }),
      environment: t.arg({ type: [EnvironmentValueInput] }),
    },
    errors: { union: { name: 'CheckTargetResult' } },
    resolve: (_root, { workflow, plan, environment }, ctx) => checkTarget(ctx, { workflow, plan, environment: environment ?? [] }),
  }),
}));
