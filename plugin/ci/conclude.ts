/** What the load came to: judged, brought to the server where there is one, written, told. Gives the exit code. */
import path from 'node:path';
import { frameworks } from '../../templates/index.ts';
import type { DatabasePlace } from '../../server/db/client.ts';
import { BASE } from '../../server/links.ts';
import { Refusal } from '../../server/refusal.ts';
import { junitOf, junitOfNothing } from '../../server/report/junit.ts';
import type { Run } from '../../server/run/run.ts';
import { objectiveText } from '../../server/verdict/sentence.ts';
import { OBJECTIVES_FAILED } from './arguments.ts';
import { asJudged, withoutBaseline } from './as-judged.ts';
import { addressOn, bring, type Brought, type Server, ServerTrouble } from './bring.ts';
import { exitCodeOf, type Interruption } from './interruption.ts';
import { judge, type Judged } from './judge.ts';
import type { Results } from './results.ts';
import { summaryOf } from './summary.ts';
import type { TestFile } from './test-file.ts';

export interface Conclusion {
  readonly test: TestFile;
  readonly results: Results;
  /** Why the tool broke; null: it did not. */
  readonly broke: string | null;
  readonly interruption: Pick<Interruption, 'by'>;
  readonly database: DatabasePlace;
  /** null: there is none. */
  readonly server: Server | null;
  readonly notEvaluated: number;
  readonly requireServer: boolean;
}

const BROKE = 1;
const SERVER_MISSED = 2;

export async function conclude(conclusion: Conclusion): Promise<number> {
  const { test, results, server, interruption } = conclusion;
  const { judged, broke } = await judgedOf(conclusion);
  // By its lines alone a server would take it for a run that came to its end.
  const isWhole = broke === null && interruption.by === null;
  const brought = server === null || judged === null || !isWhole ? null : await broughtTo(server, results.packed, test.loadTestId);
  const trouble = brought instanceof ServerTrouble ? brought.message : null;
  const onServer = brought instanceof ServerTrouble ? null : brought;
  const run = judged && (onServer ? asJudged(judged.run, onServer.run) : trouble === null ? judged.run : withoutBaseline(judged.run));
  const code = exitCode(conclusion, run, broke, trouble);

  const title = test.workflow.name;
  const answer = onServer?.run ?? judged?.answer ?? null;
  const comparison = onServer?.comparison ?? judged?.comparison ?? null;
  const baseline = onServer?.comparison ? onServer.baseline : null;
  const notes = [broke, interruption.by && `It was interrupted by ${interruption.by}.`, server !== null && !isWhole && 'It was not brought to the server.', trouble && `${trouble} The verdict is that of this machine alone.`, onServer && server && `On the server: ${addressOn(server, `${BASE}/runs/${encodeURIComponent(onServer.run.id)}`)}`, onServer?.without].filter((note) => typeof note === 'string');
  await results.write('verdict.json', `${JSON.stringify({ verdict: answer?.verdict ?? null, exitCode: code, title, notes, run: answer, server: server && { url: server.url, runId: onServer?.run.id ?? null, problem: trouble }, baseline, comparison }, null, 2)}\n`);
  await results.write('junit.xml', run ? junitOf(run, title) : junitOfNothing(title, notes));
  await results.write('summary.md', summaryOf({ title, tool: test.framework.name, run, capacity: answer?.capacity ?? null, comparison, baseline, notes }));
  tell(run, notes, results.folder);
  return code;
}

/** Lines that tell of nothing are what is left of a tool that broke. */
async function judgedOf({ results, broke, test, interruption, database }: Conclusion): Promise<{ readonly judged: Judged | null; readonly broke: string | null }> {
  const silent = broke ?? (interruption.by === null ? `${test.framework.name} told of nothing.` : null);
  if (!(await results.pack())) return { judged: null, broke: silent };
  try {
    return { judged: await judge({ frameworks, file: results.packed, fileName: path.basename(results.packed), broke, database }), broke };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { judged: null, broke: broke ?? error.message };
  }
}

async function broughtTo(server: Server, file: string, loadTestId: string | null): Promise<Brought | ServerTrouble> {
  try {
    return await bring(server, file, loadTestId);
  } catch (error) {
    if (error instanceof ServerTrouble) return error;
    throw error;
  }
}

function exitCode({ interruption, requireServer, notEvaluated }: Conclusion, run: Run | null, broke: string | null, trouble: string | null): number {
  if (interruption.by !== null) return exitCodeOf(interruption.by);
  if (broke !== null) return BROKE;
  if (requireServer && trouble !== null) return SERVER_MISSED;
  if (run?.verdict === 'passed') return 0;
  return run?.verdict === 'failed' ? OBJECTIVES_FAILED : notEvaluated;
}

/** Below what the tool has printed. */
function tell(run: Run | null, notes: readonly string[], folder: string): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`\nLoad test: ${run?.verdict?.replace('_', ' ').toUpperCase() ?? 'NO RESULT'}`);
  const { objectives = [], verdictReasons = [] } = run?.result ?? {};
  const said = new Set<string>();
  for (const objective of objectives) {
    say(`  ${objective.verdict.replace('_', ' ')}: ${objectiveText(objective)}.${said.has(objective.reason) ? '' : ` ${objective.reason}`}`);
    said.add(objective.reason);
  }
  for (const reason of verdictReasons) if (!said.has(reason)) say(`  ${reason}`);
  for (const note of notes) say(`  ${note}`);
  say(`Written into ${folder}`);
}
