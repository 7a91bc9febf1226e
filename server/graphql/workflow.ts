/** Workflows of the host, and the definition as everything else takes it. */
import type { HostWorkflow } from '../../plugin/host.ts';
import type { PlannedEffect, PlannedEffects } from '../script/generate.ts';
import { readWorkflow } from '../workflow/read.ts';
import { type FoundSecret as Secret, findSecrets } from '../workflow/secrets.ts';
import type { Workflow as ReadWorkflow } from '../workflow/workflow.ts';
import { builder } from './builder.ts';
import { page, type Position } from './connection.ts';

/** A definition that cannot be read is shown as what it is: the others stay usable. */
export interface WorkflowView extends HostWorkflow {
  readonly read: Pick<ReadWorkflow, 'nodes' | 'hash' | 'exampleInputs'> & { readonly shape: string };
  secrets(): readonly Secret[];
}

export function workflowView(hosted: HostWorkflow): WorkflowView {
  const { workflow } = readWorkflow(hosted.definition);
  return { ...hosted, read: workflow ?? { shape: 'unreadable', nodes: [], hash: '', exampleInputs: [] }, secrets: () => (workflow ? findSecrets(workflow, []).found : []) };
}

export const FoundSecret = builder.objectRef<Secret>('FoundSecret').implement({
  description: 'A credential in a definition. The script asks for it in an environment variable; the target receives the original bytes.',
  fields: (t) => ({ path: t.exposeString('path', { description: 'JSON pointer.' }), variable: t.exposeString('variable') }),
});

export const Workflow = builder.objectRef<WorkflowView>('Workflow').implement({
  fields: (t) => ({
    id: t.exposeID('id', { description: "The host's own id." }),
    name: t.exposeString('name'),
    shape: t.string({ resolve: ({ read }) => read.shape }),
    nodeCount: t.int({ resolve: ({ read }) => read.nodes.length }),
    hash: t.string({ resolve: ({ read }) => read.hash }),
    definition: t.exposeString('definition'),
    secrets: t.field({ type: [FoundSecret], resolve: ({ secrets }) => [...secrets()] }),
    exampleInputs: t.stringList({ resolve: ({ read }) => [...read.exampleInputs] }),
  }),
});

const Effect = builder.objectRef<PlannedEffect>('Effect').implement({
  fields: (t) => ({
    nodeId: t.exposeString('nodeId'),
    nodeType: t.exposeString('nodeType'),
    kind: t.exposeString('kind'),
    mayAct: t.exposeBoolean('mayAct', { description: 'Code that may act outside: listed, and no reason to refuse a start.' }),
    plannedTimes: t.exposeFloat('plannedTimes', { nullable: true, description: 'How often it will run; null where the speed of the target decides.' }),
    detail: t.exposeString('detail', { nullable: true }),
  }),
});

export const Effects = builder.objectRef<PlannedEffects>('Effects').implement({
  fields: (t) => ({ hash: t.exposeString('hash'), items: t.field({ type: [Effect], resolve: ({ items }) => [...items] }) }),
});

export const WorkflowInput = builder.inputType('WorkflowInput', {
  isOneOf: true,
  fields: (t) => ({ id: t.id({ description: 'Of the host.' }), definition: t.string({ description: 'JSON (or YAML) text, kept as it is.' }) }),
});

const WorkflowConnection = builder.connectionObject({ type: Workflow, name: 'WorkflowConnection' }, { name: 'WorkflowEdge' });

builder.queryFields((t) => ({
  workflows: t.field({
    type: WorkflowConnection,
    args: { first: t.arg.int(), after: t.arg.string() },
    async resolve(_root, args, { host, viewer }) {
      const all = await host.workflows.list(viewer);
      // The host's order is kept: its place in the list stands for the time.
      const placed = all.map((hosted, i) => ({ ...hosted, createdAt: new Date(all.length - i) }));
      // Only those of the page are read: a definition may have 10 MB.
      const read = async (before: Position | null, limit: number) => placed.filter((w) => !before || w.createdAt < before.createdAt).slice(0, limit).map((w) => ({ ...w, ...workflowView(w) }));
      return page(args, read, (id) => id !== '');
    },
  }),
  workflow: t.field({
    type: Workflow,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    async resolve(_root, { id }, { host, viewer }) {
      const hosted = await host.workflows.get(viewer, id);
      return hosted ? workflowView(hosted) : null;
    },
  }),
}));
