/** Trends: a number of a test from run to run. */
import { type ChangePoint as Moved, type Trend as History, trend } from '../trend/history.ts';
import type { TrendRow } from '../trend/figures/store.ts';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { builder } from './builder.ts';
import { localId } from './ids.ts';
import { Verdict } from './metrics.ts';

const runIdOf = ({ runId }: TrendRow): string => encodeGlobalID('LoadTestRun', runId);

const TrendPoint = builder.objectRef<TrendRow>('TrendPoint').implement({
  fields: (t) => ({
    runId: t.id({ resolve: runIdOf }),
    at: t.expose('at', { type: 'DateTime' }),
    value: t.exposeFloat('value', { nullable: true, description: 'null: nothing was measured, or the run did not come to its planned end.' }),
    verdict: t.expose('verdict', { type: Verdict, nullable: true }),
    framework: t.exposeString('framework'),
    frameworkVersion: t.exposeString('frameworkVersion', { nullable: true }),
    workflowHash: t.exposeString('workflowHash'),
    planHash: t.exposeString('planHash'),
    baseline: t.exposeBoolean('baseline', { description: 'It is the one that others are compared with.' }),
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

builder.queryFields((t) => ({
  trend: t.field({
    type: Trend,
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
