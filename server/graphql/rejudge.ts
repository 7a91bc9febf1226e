/** A run that is over, judged once more. */
import { rejudge } from '../run/rejudge.ts';
import type { Judgement as Judged } from '../verdict/rejudge.ts';
import { builder } from './builder.ts';
import { localId } from './ids.ts';
import { ObjectiveResult, Verdict } from './metrics.ts';
import { ObjectiveInput } from './plan.ts';

const Judgement = builder.objectRef<Judged>('Judgement').implement({
  fields: (t) => ({
    verdict: t.expose('verdict', { type: Verdict }),
    verdictReasons: t.stringList({ resolve: ({ verdictReasons }) => [...verdictReasons] }),
    objectives: t.field({ type: [ObjectiveResult], resolve: ({ objectives }) => [...objectives] }),
    exact: t.exposeBoolean('exact', { description: 'Each sample was counted by these limits when it came. Else a limit is kept to 0.1 %, and another warm-up to the second.' }),
  }),
});

builder.queryFields((t) => ({
  rejudge: t.field({
    type: Judgement,
    complexity: 100,
    description: 'By its stored intervals; nothing of the run is changed. With its own objectives: its own verdict.',
    args: { runId: t.arg.id({ required: true }), objectives: t.arg({ type: [ObjectiveInput], required: true }), warmUpMs: t.arg.int() },
    errors: { union: { name: 'RejudgeResult' } },
    resolve: (_root, { runId, objectives, warmUpMs }, ctx) => rejudge(ctx, { runId: localId(runId, 'LoadTestRun'), objectives, warmUpMs: warmUpMs ?? null }),
  }),
}));
