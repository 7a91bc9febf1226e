/** Baselines: the runs that others of a test are compared with. */
import { findRun } from '../run/store.ts';
import { type Baseline as Pinned, listBaselines, pinnedBaseline } from '../run/baseline/store.ts';
import { pinBaseline, unpinBaseline } from '../trend/pin.ts';
import { builder } from './builder.ts';
import { localId } from './ids.ts';
import { LoadTest } from './load-test.ts';
import { LoadTestRun } from './run.ts';

const Baseline = builder.objectRef<Pinned>('Baseline').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    run: t.field({
      type: LoadTestRun,
      async resolve({ organizationId, runId }, _args, { db, cipher }) {
        const run = await findRun(db, cipher, organizationId, runId);
        // A run takes its pins along.
        if (!run) throw new Error('a pinned run is gone');
        return run;
      },
    }),
    pinnedBy: t.exposeString('pinnedBy'),
    pinnedAt: t.expose('pinnedAt', { type: 'DateTime' }),
    reason: t.exposeString('reason', { nullable: true }),
    unpinnedAt: t.expose('unpinnedAt', { type: 'DateTime', nullable: true }),
  }),
});

builder.objectFields(LoadTest, (t) => ({
  baseline: t.field({ type: Baseline, nullable: true, description: 'The run that others are compared with; null: none is pinned.', resolve: ({ id: loadTestId, organizationId }, _args, { db }) => pinnedBaseline(db, { organizationId, loadTestId }) }),
  baselines: t.field({ type: [Baseline], description: 'All pins there were, the latest first.', resolve: ({ id, organizationId }, _args, { db }) => listBaselines(db, organizationId, id) }),
}));

/** One union of two fields: that is the same to Pothos when they name the same result. */
const PIN_RESULT = { result: { name: 'PinBaseline' }, union: { name: 'PinBaselineResult' } };

builder.mutationFields((t) => ({
  pinBaseline: t.field({
    type: LoadTest,
    args: { runId: t.arg.id({ required: true }), reason: t.arg.string() },
    errors: PIN_RESULT,
    resolve: (_root, { runId, reason }, ctx) => pinBaseline(ctx, localId(runId, 'LoadTestRun'), reason ?? null),
  }),
  unpinBaseline: t.field({
    type: LoadTest,
    args: { loadTestId: t.arg.id({ required: true }) },
    errors: PIN_RESULT,
    resolve: (_root, { loadTestId }, ctx) => unpinBaseline(ctx, localId(loadTestId, 'LoadTest')),
  }),
}));
