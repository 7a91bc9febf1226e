/** What the tool of a run printed. */
import type { LogLines as Lines } from '../run/log/live.ts';
import { runLog } from '../run/log/live.ts';
import { builder } from './builder.ts';
import { abortable, runOrError } from './subscription.ts';

const LogLines = builder.objectRef<Lines>('LogLines').implement({
  description: 'Bounded, and without the values of variables and secrets.',
  fields: (t) => ({
    nextLine: t.exposeInt('nextLine', { description: 'Ask with this as `afterLine` for what comes next.' }),
    lines: t.stringList({ resolve: ({ lines }) => [...lines] }),
  }),
});

builder.subscriptionFields((t) => ({
  runLog: t.field({
    type: LogLines,
    description: 'Everything from line `afterLine` on at once (null as 0, the first), then each second; completes when the run is settled.',
    args: { runId: t.arg.id({ required: true }), afterLine: t.arg.int() },
    subscribe: async (_root, { runId, afterLine }, ctx) => {
      const run = await runOrError(ctx, runId);
      return abortable((signal) => runLog(ctx, run, afterLine ?? 0, signal));
    },
    resolve: (lines) => lines,
  }),
}));
