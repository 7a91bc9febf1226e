/** A run of which a tool tells totals: judged by them, and nothing is stored that they do not say. */
import type { Totals } from '../../../templates/results.ts';
import type { Context } from '../../context.ts';
import type { LoadTest } from '../../script/store.ts';
import { assessTold } from '../../verdict/told.ts';
import { figuresOfTold } from '../figures.ts';
import { changeRun } from '../row/store.ts';
import type { Run } from '../run.ts';
import { ENDING_CAUSES } from '../state.ts';
import { howToldEnded } from './ended.ts';
import { executionName, whichExecute } from './execution-name.ts';
import { importOfTest } from './new-import.ts';
import { mostTold } from './most-told.ts';
import { insertOnce } from './take.ts';

export interface ToldFile {
  readonly totals: Totals;
  readonly framework: string;
  readonly fileName: string;
  /** "k6 summary (handleSummary)". */
  readonly format: string;
  /** SHA-256 of the file, unpacked: of the run itself it tells no name. */
  readonly hash: string;
}

export async function takeTotals(ctx: Context, test: LoadTest, { totals: told, framework, fileName, format, hash }: ToldFile): Promise<Run> {
  const { run, plan } = importOfTest(ctx, test, framework, told.toolVersion);
  const names = told.requests.map((one) => one.name);
  const name = executionName(plan, names);
  const { totals, warnings } = mostTold(plan, told, name);
  const executions = totals.requests.find((one) => one.name === name) ?? null;
  const ending = { ...howToldEnded(plan, totals.durationMs, false), exitCode: null };
  const { verdict, ...assessment } = assessTold(plan, { totals, executions, cutShort: ending.cause !== 'planned_end' });
  const given = { ...run, warnings: [...run.warnings, ...whichExecute(plan, name, names), ...warnings], imported: { fileName, format, told: { totals, assessment } }, importKey: `totals ${test.id} ${hash}` };
  return insertOnce(ctx, given, async (inserted) => {
    const { db, runner } = ctx;
    const startedAt = totals.startedAt === null ? {} : { startedAt: new Date(totals.startedAt) };
    const starting = await changeRun(db, inserted, runner.owner, { state: { to: 'starting', cause: 'import' }, ...startedAt });
    const state = { to: ENDING_CAUSES[ending.cause], cause: ending.cause };
    return changeRun(db, starting, runner.owner, { state, settled: { ending, verdict, result: null, figures: figuresOfTold(plan, totals, executions) } });
  });
}
