/** The lines of a load, judged as a server judges them that they are brought to: by the same code, in a database of this process alone. */
import { randomBytes } from 'node:crypto';
import type { Framework } from '../../templates/framework.ts';
import type { Context } from '../../server/context.ts';
import { openCipher } from '../../server/db/cipher.ts';
import { type DatabasePlace, openDatabase } from '../../server/db/client.ts';
import { answer } from '../../server/graphql/answer.ts';
import { runEvents } from '../../server/run/events.ts';
import { ownRun } from '../../server/run/import/own.ts';
import { fileSource } from '../../server/run/import/source.ts';
import { takeRun } from '../../server/run/import/take.ts';
import type { Run } from '../../server/run/run.ts';
import { COMPARISON, type ComparisonAnswer, isRefusal, ONE_RUN, ONLY_RUN, type RefusalAnswer, type RunAnswer } from './questions.ts';

export interface Judged {
  readonly run: Run;
  /** The same in the words of the API. */
  readonly answer: RunAnswer;
  /** Of the two definitions of one run with each other; null: there is one only. */
  readonly comparison: ComparisonAnswer | null;
}

export interface JudgeOptions {
  readonly frameworks: readonly Framework[];
  /** Packed sample lines. */
  readonly file: string;
  readonly fileName: string;
  /** Why its tool broke; null: it did not. */
  readonly broke: string | null;
  readonly database: DatabasePlace;
}

/** Throws a Refusal when the lines tell of nothing. */
export async function judge({ frameworks, file, fileName, broke, database: place }: JudgeOptions): Promise<Judged> {
  await using resources = new AsyncDisposableStack();
  const { db } = resources.adopt(await openDatabase(place), (opened) => opened.close());
  const cipher = openCipher([randomBytes(32)]);
  const viewer = { id: 'ci', name: 'CI', organizationId: 'ci', permissions: ['load-testing:read'] };
  const source = resources.use(await fileSource(file));
  const taken = await ownRun({ frameworks, viewer }, source, fileName, null);
  const run = await takeRun({ db, cipher, runner: { owner: 'ci', events: runEvents() } }, broke === null ? taken : { ...taken, ended: () => ({ cause: 'tool_broke', message: broke }) });
  // All that reading one run takes.
  const ctx = { db, cipher, viewer } as unknown as Context;
  const { loadTestRuns } = await answer<{ loadTestRuns: { edges: [{ node: { id: string } }] } }>(ctx, ONLY_RUN);
  const { loadTestRun: told } = await answer<{ loadTestRun: RunAnswer }>(ctx, ONE_RUN, { id: loadTestRuns.edges[0].node.id });
  if (run.baselineWorkflowHash === null) return { run, answer: told, comparison: null };
  const { comparison } = await answer<{ comparison: ComparisonAnswer | RefusalAnswer }>(ctx, COMPARISON, { baseline: told.id, run: told.id });
  return { run, answer: told, comparison: isRefusal(comparison) ? null : comparison };
}
