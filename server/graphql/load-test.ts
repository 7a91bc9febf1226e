/** Saved load tests. */
import { notFound } from '../refusal.ts';
import { listRuns } from '../run/store.ts';
import { saveLoadTest } from '../script/save.ts';
import { findLoadTest, type LoadTest as Test, listLoadTests, removeLoadTest } from '../script/store.ts';
import { builder } from './builder.ts';
import { page } from './connection.ts';
import { idOrNull, isUuid, localId } from './ids.ts';
import { PlanInput } from './plan.ts';
import { LoadTestRunConnection } from './run.ts';
import { Workflow, WorkflowInput, workflowView } from './workflow.ts';

export const LoadTest = builder.objectRef<Test>('LoadTest');

builder.node(LoadTest, {
  id: { resolve: ({ id }) => id },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'planHash' in value && !('moves' in value),
  loadWithoutCache: (id, ctx) => (isUuid(id) ? findLoadTest(ctx.db, ctx.cipher, ctx.viewer.organizationId, id) : null),
  fields: (t) => ({
    name: t.exposeString('name'),
    framework: t.exposeString('framework'),
    workflow: t.field({
      type: Workflow,
      nullable: true,
      description: 'As the host has it now; null for a definition given as text, or when the host has it no more.',
      async resolve({ workflowId }, _args, { host, viewer }) {
        const hosted = workflowId === null ? null : await host.workflows.get(viewer, workflowId);
        return hosted ? workflowView(hosted) : null;
      },
    }),
    workflowId: t.exposeID('workflowId', { nullable: true }),
    plan: t.expose('plan', { type: 'JSON', description: "In PlanInput's shape; can be sent back." }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    runs: t.field({
      type: LoadTestRunConnection,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: ({ id }, args, { db, cipher, viewer }) => page(args, (before, limit) => listRuns(db, cipher, viewer.organizationId, { loadTestId: id, before, limit })),
    }),
  }),
});

export const LoadTestConnection = builder.connectionObject({ type: LoadTest, name: 'LoadTestConnection' }, { name: 'LoadTestEdge' });

const SaveLoadTestInput = builder.inputType('SaveLoadTestInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the test to change; without it a new one is made.' }),
    name: t.string({ required: true }),
    framework: t.string({ required: true }),
    workflow: t.field({ type: WorkflowInput, required: true }),
    plan: t.field({ type: PlanInput, required: true }),
  }),
});

/** One union of two fields: that is the same to Pothos when they name the same result. */
export const DELETE_RESULT = { result: { name: 'Delete' }, union: { name: 'DeleteResult' } };
export const Deleted = builder.objectRef<{ id: string }>('Deleted').implement({ fields: (t) => ({ id: t.exposeID('id') }) });

builder.queryFields((t) => ({
  loadTests: t.field({
    type: LoadTestConnection,
    args: { workflowId: t.arg.id(), first: t.arg.int(), after: t.arg.string() },
    resolve: (_root, { workflowId, ...args }, { db, cipher, viewer }) =>
      page(args, (before, limit) => listLoadTests(db, cipher, viewer.organizationId, { workflowId: workflowId ?? null, before, limit })),
  }),
  loadTest: t.field({
    type: LoadTest,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve(_root, { id }, { db, cipher, viewer }) {
      const local = idOrNull(id, 'LoadTest');
      return local === null ? null : findLoadTest(db, cipher, viewer.organizationId, local);
    },
  }),
}));

builder.mutationFields((t) => ({
  saveLoadTest: t.field({
    type: LoadTest,
    args: { input: t.arg({ type: SaveLoadTestInput, required: true }) },
    errors: { union: { name: 'SaveLoadTestResult' } },
    resolve: (_root, { input }, ctx) => saveLoadTest(ctx, { ...input, id: input.id ? localId(input.id, 'LoadTest') : null }),
  }),
  deleteLoadTest: t.field({
    type: Deleted,
    args: { id: t.arg.id({ required: true }) },
    errors: DELETE_RESULT,
    async resolve(_root, { id }, { db, viewer }) {
      if (!(await removeLoadTest(db, viewer.organizationId, localId(id, 'LoadTest')))) throw notFound('load test');
      return { id };
    },
  }),
}));

