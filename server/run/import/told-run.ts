/** A run of which a tool tells totals: judged by them, and nothing is stored that they do not say. */
import type { Told, Totals } from '../../../templates/results.ts';
import type { Context } from '../../context.ts';
import type { LoadTest } from '../../script/store.ts';
import { assessTold } from '../../verdict/told.ts';
import { figuresOfTold } from '../figures.ts';
import { changeRun } from '../row/store.ts';
import type { Run } from '../run.ts';
import { ENDING_CAUSES } from '../state.ts';
import { howToldEnded } from './ended.ts';
import { importOfTest } from './new-import.ts';
import { insertOnce } from './take.ts';

export interface ToldFile {
  readonly totals: Totals;
  readonly framework: string;
  readonly fileName: string;
  /** "k6 summary (handleSummary)". */
  readonly format: string;
  /** SHA-256 of the file: of the run itself it tells no name. */
  readonly hash: string;
}

export async function takeTotals(ctx: Context, test: LoadTest, { totals, framework, fileName, format, hash }: ToldFile): Promise<Run> {
  const { run, plan } = importOfTest(ctx, test, framework, totals.toolVersion);
  const executions = executionsOf(totals);
  const { verdict, ...assessment } = assessTold(plan, totals, executions);
  const given = { ...run, imported: { fileName, format, told: { totals, assessment } }, importKey: `totals ${hash}` };
  return insertOnce(ctx, given, async (inserted) => {
    const { db, runner } = ctx;
    const startedAt = totals.startedAt === null ? {} : { startedAt: new Date(totals.startedAt) };
    const starting = await changeRun(db, inserted, runner.owner, { state: { to: 'starting', cause: 'import' }, ...startedAt });
    const ending = { ...howToldEnded(plan, totals.durationMs, false), exitCode: null };
    const state = { to: ENDING_CAUSES[ending.cause], cause: ending.cause };
    return changeRun(db, starting, runner.owner, { state, settled: { ending, verdict, result: null, figures: figuresOfTold(plan, totals, executions) } });
  });
}

/** The requests that run the workflow: those that our own scripts name so, or the only ones there are. */
function executionsOf({ requests }: Totals): Told | null {
  const [only, another] = requests;
  return requests.find(({ name }) => name === 'execute') ?? (another === undefined ? (only ?? null) : null);
}
