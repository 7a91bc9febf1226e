/** Places besides this server, what a run there will cost, and the shards of a run. */
import type { OpenCloud } from '../clouds/clouds.ts';
import { estimateOf } from '../run/fleet/estimate.ts';
import type { FleetCost, FleetRecord, ShardReport } from '../run/run.ts';
import { givenPlan } from '../script/input.ts';
import { builder } from './builder.ts';
import { PlanInput } from './plan.ts';

const CloudProvider = builder.objectRef<OpenCloud>('CloudProvider').implement({
  description: 'A place that runs a load in shards.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The `place` of a run.' }),
    name: t.exposeString('name'),
    available: t.boolean({ complexity: 5, resolve: async (cloud) => (await cloud.problem()) === null }),
    problem: t.string({ nullable: true, complexity: 5, description: 'Why nothing can be run there now, and what to do.', resolve: (cloud) => cloud.problem() }),
    engine: t.exposeString('engine', { description: 'What of it runs the shards.' }),
    regions: t.stringList({ description: 'Where they can run, the default first; empty: it has one place only.', resolve: ({ regions }) => [...regions] }),
    images: t.stringList({ description: 'Container images that can be asked for, the default first.', resolve: ({ images }) => [...images] }),
    maxShards: t.int({ resolve: ({ most }) => most.shards }),
    lagMs: t.int({ description: 'What a shard measures is here within so long, as a rule.', resolve: ({ lagMs }) => lagMs }),
  }),
});

export const CostEstimate = builder.objectRef<FleetCost & { readonly shards?: number }>('CostEstimate').implement({
  fields: (t) => ({
    amount: t.exposeFloat('amount'),
    currency: t.exposeString('currency'),
    basis: t.exposeString('basis', { description: 'What it is made of, and what is not in it.' }),
    pricesAsOf: t.field({ type: 'DateTime', resolve: ({ pricesAsOf }) => new Date(pricesAsOf) }),
    shards: t.int({ nullable: true, description: 'As many as were asked for, or as the load needs.', resolve: ({ shards }) => shards ?? null }),
  }),
});

export const Shard = builder.objectRef<ShardReport>('Shard').implement({
  description: 'One of the generators of a run.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'From 0.' }),
    state: t.exposeString('state', { description: 'pending (of a run that is over: it never came) | running | succeeded (its load came to its end) | failed | stopped' }),
    requests: t.exposeInt('requests', { description: 'That it has told of.' }),
    lateMs: t.exposeInt('lateMs', { nullable: true, description: 'Between the planned second 0 and its own; null: it has not begun.' }),
    problem: t.exposeString('problem', { nullable: true }),
  }),
});

export const RunCloud = builder.objectRef<FleetRecord>('RunCloud').implement({
  description: 'What a run in a cloud asked for: given as `cloud`, it is made so again.',
  fields: (t) => ({
    region: t.exposeString('region', { nullable: true, description: 'null: it has one place only.' }),
    image: t.exposeString('image', { nullable: true, description: 'null: it runs no images.' }),
    shards: t.int({ resolve: ({ shards }) => shards.length }),
    beginsAt: t.field({ type: 'DateTime', nullable: true, description: 'When the load begins, or began, on all shards; null: they are not ordered yet.', resolve: ({ beginsAt }) => (beginsAt == null ? null : new Date(beginsAt)) }),
  }),
});

export const CloudInput = builder.inputType('CloudInput', {
  fields: (t) => ({
    region: t.string(),
    shards: t.int({ description: 'Default: as many as the load needs, with room on each.' }),
    image: t.string({ description: 'One of those that the place is set up for.' }),
  }),
});

builder.queryFields((t) => ({
  cloudProviders: t.field({ type: [CloudProvider], resolve: (_root, _args, { clouds }) => [...clouds.all] }),
  costEstimate: t.field({
    type: CostEstimate,
    args: { place: t.arg.string({ required: true }), cloud: t.arg({ type: CloudInput }), plan: t.arg({ type: PlanInput, required: true }) },
    errors: { union: { name: 'CostEstimateResult' } },
    resolve: (_root, { place, cloud, plan }, ctx) => estimateOf(ctx, { place, cloud }, givenPlan(plan)),
  }),
}));
