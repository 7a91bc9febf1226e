/** Baselines: the runs that others of a test are compared with. */
import type { Context } from '../context.ts';
import type { Run } from '../run/run.ts';
import { findRuns } from '../run/store.ts';
import { type Baseline as Pinned, listBaselines, MOST_PINS, pinnedBaseline } from '../run/baseline/store.ts';
import { pinBaseline, unpinBaseline } from '../trend/pin.ts';
import { builder } from './builder.ts';
import { localId } from './ids.ts';
import { LoadTest } from './load-test.ts';
import { LoadTestRun } from './run.ts';

interface PinnedRun extends Pinned {
  run(): Promise<Run>;
}

/** When the run of one of them is asked for, those of all are read, at once. */
function withRuns(pins: readonly Pinned[], { db, cipher, viewer }: Context): PinnedRun[] {
  let reading: Promise<Map<string, Run>> | undefined;
  return pins.map((pin) => ({
    ...pin,
    async run() {
      reading ??= findRuns(db, cipher, viewer.organizationId, pins.map(({ runId }) => runId));
      const run = (await reading).get(pin.runId);
      // A run takes its pins along.
      if (!run) throw new Error('a pinned run is gone');
      return run;
    },
  }));
}

const Baseline = builder.objectRef<PinnedRun>('Baseline').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    run: t.field({ type: LoadTestRun, resolve: (pin) => pin.run() }),
    pinnedBy: t.exposeString('pinnedBy'),
    pinnedAt: t.expose('pinnedAt', { type: 'DateTime' }),
    reason: t.exposeString('reason', { nullable: true }),
    unpinnedAt: t.expose('unpinnedAt', { type: 'DateTime', nullable: true }),
  }),
});

builder.objectFields(LoadTest, (t) => ({
  baseline: t.field({
    type: Baseline,
    nullable: true,
    description: 'The run that others are compared with; null: none is pinned.',
    async resolve({ id: loadTestId, organizationId }, _args, ctx) {
      const pin = await pinnedBaseline(ctx.db, { organizationId, loadTestId });
      return pin && (withRuns([pin], ctx)[0] ?? null);
    },
  }),
  baselines: t.field({
    type: [Baseline],
    complexity: { field: 1, multiplier: MOST_PINS },
    description: `The last ${MOST_PINS} pins, the latest first.`,
    resolve: async ({ id, organizationId }, _args, ctx) => withRuns(await listBaselines(ctx.db, organizationId, id), ctx),
  }),
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
