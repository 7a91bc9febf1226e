/** What a plan comes to, before it is run. */
import { type CanJudge as Judgeable, canJudge } from '../script/can-judge.ts';
import { frameworkOf, prepareScript, plannedEffects, type PlannedEffects, warningsOf } from '../script/generate.ts';
import { givenPlan, givenWorkflow } from '../script/input.ts';
import { type PlannedPoint as PointOfPlan, plannedCurve, stagesText } from '../script/preview.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { visibleBefore } from '../trend/visible.ts';
import { builder } from './builder.ts';
import { PlanInput } from './plan.ts';
import { Effects, WorkflowInput } from './workflow.ts';

const PlannedPoint = builder.objectRef<PointOfPlan>('PlannedPoint').implement({
  fields: (t) => ({ offsetMs: t.exposeInt('offsetMs'), users: t.exposeFloat('users', { nullable: true }), ratePerSecond: t.exposeFloat('ratePerSecond', { nullable: true }) }),
});

const CanJudge = builder.objectRef<Judgeable>('CanJudge').implement({
  fields: (t) => ({
    objective: t.exposeInt('objective', { description: "Index in the plan's objectives; the error objective that every plan has comes last." }),
    expected: t.exposeInt('expected', { nullable: true }),
    needed: t.exposeInt('needed', { nullable: true }),
    sentence: t.exposeString('sentence'),
  }),
});

const PlanPreview = builder.objectRef<{ plan: ResolvedPlan; effects: PlannedEffects | null; warnings: string[] }>('PlanPreview').implement({
  fields: (t) => ({
    points: t.field({ type: [PlannedPoint], resolve: ({ plan }) => plannedCurve(plan.load) }),
    durationMs: t.int({ resolve: ({ plan }) => plan.durationMs }),
    plannedIterations: t.float({ nullable: true, resolve: ({ plan }) => plan.plannedIterations }),
    stages: t.field({ type: 'JSON', description: 'Presets expanded, in the words of PlanInput, with warm-up and steady windows.', resolve: ({ plan }) => stagesText(plan) }),
    effects: t.expose('effects', { type: Effects, nullable: true }),
    canJudge: t.field({ type: [CanJudge], resolve: ({ plan }) => canJudge(plan) }),
    smallestVisibleChange: t.float({ nullable: true, description: 'Of the p95 of executions, when a run of this plan is compared with one other and both scatter little within themselves: a smaller one cannot be told from none. null: none can.', resolve: ({ plan }) => visibleBefore(plan) }),
    warnings: t.stringList({ resolve: ({ warnings }) => warnings }),
  }),
});

builder.queryFields((t) => ({
  previewPlan: t.field({
    type: PlanPreview,
    args: { framework: t.arg.string(), workflow: t.arg({ type: WorkflowInput }), plan: t.arg({ type: PlanInput, required: true }) },
    errors: { union: { name: 'PreviewPlanResult' } },
    async resolve(_root, args, ctx) {
      const plan = givenPlan(args.plan);
      const given = args.workflow ? await givenWorkflow(ctx, args.workflow) : null;
      const framework = args.framework ? frameworkOf(ctx, args.framework) : null;
      // What the framework or the target cannot take is refused here already, with the same words as at the start.
      const warnings = given && framework ? [...prepareScript(framework, given.workflow, plan, ctx.customTemplates).warnings] : warningsOf(plan, framework);
      return { plan, effects: given ? plannedEffects(given.workflow, plan) : null, warnings };
    },
  }),
}));
