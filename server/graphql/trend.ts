/** Runs compared with runs, and a number of a test from run to run. */
import { isUnfit } from '../trend/change.ts';
import { type Comparison as Compared, comparison, type MetricComparison as ComparedMetric, methodOf, smallestVisibleChange } from '../trend/comparison.ts';
import { type ChangePoint as Moved, type Trend as History, trend, type TrendPoint as PointOfTrend } from '../trend/history.ts';
import type { TrendRow } from '../trend/figures/store.ts';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { builder } from './builder.ts';
import { localId } from './ids.ts';
import { Verdict } from './metrics.ts';

const runIdOf = ({ runId }: TrendRow): string => encodeGlobalID('LoadTestRun', runId);

const TrendPoint = builder.objectRef<PointOfTrend>('TrendPoint').implement({
  fields: (t) => ({
    runId: t.id({ resolve: runIdOf }),
    number: t.exposeInt('number', { nullable: true, description: 'Of the run, as `LoadTestRun.number`.' }),
    at: t.expose('at', { type: 'DateTime' }),
    value: t.exposeFloat('value', { nullable: true, description: 'null: nothing was measured, the run did not come to its planned end, its generator did not keep up, or results were lost.' }),
    atLeast: t.exposeBoolean('atLeast', { description: 'The value is at least that: so many had no end in time.' }),
    verdict: t.expose('verdict', { type: Verdict, nullable: true }),
    framework: t.string({ resolve: ({ facts }) => facts.framework }),
    frameworkVersion: t.string({ nullable: true, resolve: ({ facts }) => facts.frameworkVersion }),
    place: t.string({ resolve: ({ facts }) => facts.place }),
    workflowHash: t.string({ resolve: ({ facts }) => facts.workflowHash }),
    planHash: t.string({ resolve: ({ facts }) => facts.planHash }),
    baseline: t.exposeBoolean('baseline', { description: 'It is the one that others are compared with.' }),
    series: t.exposeInt('series', { description: 'The same for runs of one framework, plan, place and machine, numbered from 0 in the order in which they first appear: change points are looked for in each alone.' }),
  }),
});

const ChangePoint = builder.objectRef<Moved>('ChangePoint').implement({
  description: 'Where the level moved: the first run of the new one.',
  fields: (t) => ({
    runId: t.id({ resolve: ({ run }) => runIdOf(run) }),
    at: t.field({ type: 'DateTime', resolve: ({ run }) => run.at }),
    before: t.exposeFloat('before'),
    after: t.exposeFloat('after'),
    changeRatio: t.float({ description: '0.1: a tenth more than before. Of ratios their difference: 0.005 is half a point.', resolve: ({ change }) => change }),
    pValue: t.float({ resolve: ({ p }) => p }),
    weak: t.boolean({ description: 'Likely, but not sure.', resolve: ({ isWeak }) => isWeak }),
  }),
});

const Trend = builder.objectRef<History>('Trend').implement({
  fields: (t) => ({
    points: t.field({ type: [TrendPoint], complexity: { field: 1, multiplier: 1 }, description: 'The oldest first.', resolve: ({ points }) => [...points] }),
    changePoints: t.field({ type: [ChangePoint], resolve: ({ changePoints }) => [...changePoints] }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it cannot be told where the level moved; null: it can.' }),
  }),
});

const MetricComparison = builder.objectRef<ComparedMetric>('MetricComparison').implement({
  fields: (t) => ({
    metric: t.exposeString('metric'),
    statistic: t.exposeString('statistic', { nullable: true }),
    requestName: t.exposeString('requestName', { nullable: true, description: 'null: executions.' }),
    primary: t.exposeBoolean('primary', { description: 'Of the few that decide; the others are for looking further.' }),
    baseline: t.float({ nullable: true, description: 'ms, executions per second, or a ratio.', resolve: ({ found }) => (isUnfit(found) ? null : found.baseline) }),
    current: t.float({ nullable: true, resolve: ({ found }) => (isUnfit(found) ? null : found.current) }),
    changeRatio: t.float({ nullable: true, description: '0.1: a tenth more than the baseline. Of error ratios their difference: 0.005 is half a point.', resolve: ({ found }) => (isUnfit(found) ? null : found.change) }),
    low: t.float({ nullable: true, description: 'Ends of the interval of changeRatio.', resolve: ({ found }) => (isUnfit(found) ? null : found.low) }),
    high: t.float({ nullable: true, resolve: ({ found }) => (isUnfit(found) ? null : found.high) }),
    limit: t.float({ nullable: true, description: 'From here on a change matters, in the direction that is worse.', resolve: ({ found }) => (isUnfit(found) ? null : found.limit) }),
    confidence: t.float({ nullable: true, description: 'Of the interval.', resolve: ({ found }) => (isUnfit(found) ? null : found.confidence) }),
    outcome: t.string({ description: 'REGRESSION, IMPROVEMENT, SAME or UNCLEAR.', resolve: ({ found }) => (isUnfit(found) ? 'UNCLEAR' : found.outcome) }),
    method: t.string({ resolve: ({ found }) => methodOf(found) }),
    calledFrom: t.float({ nullable: true, description: 'A measured change of so much would have been called a REGRESSION; null: it depends on the number of errors.', resolve: ({ found }) => (isUnfit(found) ? null : found.calledFrom) }),
    repeats: t.int({ nullable: true, description: 'UNCLEAR: so many further runs of each side would settle it.', resolve: ({ found }) => found.repeats }),
    reason: t.string({ nullable: true, description: 'Why it is UNCLEAR.', resolve: ({ found }) => found.reason }),
  }),
});

const Comparison = builder.objectRef<Compared>('Comparison').implement({
  fields: (t) => ({
    comparable: t.exposeBoolean('comparable', { description: 'false: they differ in more than the definition, which was accepted.' }),
    differences: t.stringList({ resolve: ({ differences }) => [...differences] }),
    changes: t.stringList({ description: 'What may have made the difference: another definition.', resolve: ({ changes }) => [...changes] }),
    steadyMs: t.int({ description: 'Of the shortest of these runs.', resolve: ({ steadyMs }) => Math.round(steadyMs) }),
    smallestVisibleChange: t.float({ nullable: true, description: 'Of the p95 of executions: a smaller one could not have been told from none.', resolve: smallestVisibleChange }),
    metrics: t.field({ type: [MetricComparison], resolve: ({ metrics }) => [...metrics] }),
  }),
});

builder.queryFields((t) => ({
  comparison: t.field({
    type: Comparison,
    // The rows of up to a hundred runs.
    complexity: 1500,
    description: 'One run with one, or several with several; a run of two definitions with itself.',
    args: { baselineRunIds: t.arg.idList({ required: true }), runIds: t.arg.idList({ required: true }), acceptDifferences: t.arg.boolean() },
    errors: { union: { name: 'ComparisonResult' } },
    resolve: (_root, { baselineRunIds, runIds, acceptDifferences }, ctx) =>
      comparison(ctx, { baselineRunIds: baselineRunIds.map((id) => localId(id, 'LoadTestRun')), runIds: runIds.map((id) => localId(id, 'LoadTestRun')), acceptDifferences: acceptDifferences ?? false }),
  }),
  trend: t.field({
    type: Trend,
    complexity: 500,
    description: 'Of the steady part of the last runs of a test; computed as it is asked for.',
    args: {
      loadTestId: t.arg.id({ required: true }),
      metric: t.arg.string({ required: true }),
      statistic: t.arg.string(),
      requestName: t.arg.string(),
      last: t.arg.int({ description: 'How many runs; default 1,000, at most 10,000.' }),
    },
    errors: { union: { name: 'TrendResult' } },
    resolve: (_root, { loadTestId, metric, statistic, requestName, last }, ctx) =>
      trend(ctx, { loadTestId: localId(loadTestId, 'LoadTest'), metric, statistic: statistic ?? null, requestName: requestName ?? null, last: last ?? null }),
  }),
}));
