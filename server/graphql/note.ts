/** What somebody wrote beside a run. */
import { annotateRun } from '../run/notes/annotate.ts';
import { listNotes, type Note as RunNote } from '../run/notes/store.ts';
import { builder } from './builder.ts';
import { localId } from './ids.ts';
import { LoadTestRun } from './run.ts';

const Note = builder.objectRef<RunNote>('Note').implement({
  fields: (t) => ({ text: t.exposeString('text'), by: t.exposeString('by'), at: t.expose('at', { type: 'DateTime' }) }),
});

builder.objectField(LoadTestRun, 'notes', (t) =>
  t.field({ type: [Note], complexity: 5, description: 'The oldest first.', resolve: (run, _args, { db }) => listNotes(db, run) }),
);

builder.mutationFields((t) => ({
  annotateRun: t.field({
    type: LoadTestRun,
    description: 'Of whatever state; at most 2,000 characters.',
    args: { runId: t.arg.id({ required: true }), text: t.arg.string({ required: true }) },
    errors: { union: { name: 'AnnotateRunResult' } },
    resolve: (_root, { runId, text }, ctx) => annotateRun(ctx, localId(runId, 'LoadTestRun'), text),
  }),
}));
