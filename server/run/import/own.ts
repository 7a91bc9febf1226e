/** A run of one of our own scripts, by its sample lines: its plan stands in the first of them. */
import type { Context } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import type { LoadTest } from '../../script/store.ts';
import { parsePlan } from '../../script/plan.ts';
import { hashWith, type ResolvedPlan, resolvePlan } from '../../script/resolve.ts';
import type { SampleLine } from '../../samples/sample.ts';
import { howOwnEnded } from './ended.ts';
import { ownLines } from './lines.ts';
import { newImport } from './new-import.ts';
import type { Source } from './source.ts';
import type { Taken } from './take.ts';

type Begin = Extract<SampleLine, { kind: 'begin' }>;

/** @param test that it is a run of; null: of none */
export async function ownRun({ frameworks, viewer }: Pick<Context, 'frameworks' | 'viewer'>, source: Source, fileName: string, test: LoadTest | null): Promise<Taken> {
  const { begin, lines } = await ownLines(source);
  const { framework, info, startedAt, toolVersion } = begin;
  if (!frameworks.some(({ key }) => key === framework)) throw new Refusal('invalid_results', `These results are of a framework that is not known here: ${framework}.`);
  if (info.edited) throw new Refusal('invalid_results', 'This script was edited by hand: it ran another plan than the one that it names, so its results cannot be judged by that. Change the plan, and generate the script again.');
  if (info.shard) throw new Refusal('invalid_results', `These lines are of one share of a test (LOAD_TEST_SHARD=${info.shard.join('/')}): they say nothing of the whole of it.`);
  const plan = planOf(begin);
  const { baselineHash } = info;
  return {
    run: {
      ...newImport({ viewer }, test, plan),
      framework,
      frameworkVersion: toolVersion,
      workflowHash: info.workflowHash,
      baselineWorkflowHash: baselineHash ?? null,
      ...(baselineHash === undefined ? {} : { planHash: hashWith(plan, baselineHash) }),
      hostFingerprint: hostText(info.host),
      scriptHash: info.scriptHash,
      imported: { fileName, format: 'sample lines' },
      // Two runs of one script do not begin in the same fraction of a millisecond.
      importKey: `lines ${info.scriptHash} ${startedAt}`,
    },
    plan,
    begin,
    // Of an iteration of the other definition that got no further than its login there is none.
    tellsEach: baselineHash === undefined,
    lines,
    areWhole: () => haveEnd(source),
    ended: howOwnEnded,
  };
}

async function haveEnd(source: Source): Promise<boolean> {
  const { lines } = await ownLines(source);
  for await (const some of lines) if (some.some((line) => line?.kind === 'end')) return true;
  return false;
}

function planOf({ info }: Begin): ResolvedPlan {
  const { plan, problems } = parsePlan(info.plan);
  if (!plan) throw new Refusal('invalid_results', `The plan in the first line of these results cannot be read: ${problems[0]?.path} ${problems[0]?.message}`, { problems });
  const resolved = resolvePlan(plan);
  const named = info.baselineHash === undefined ? resolved.hash : hashWith(resolved, info.baselineHash);
  if (info.planHash !== named) throw new Refusal('invalid_results', 'The first line of these results was changed: its plan is not the one that they were made with.');
  return resolved;
}

/** null: the script did not tell. */
function hostText(host: unknown): string | null {
  const { os, cpus } = (host ?? {}) as { readonly os?: unknown; readonly cpus?: unknown };
  return typeof os === 'string' && os.length <= 100 && typeof cpus === 'number' ? `${os}, ${cpus} CPUs`.toWellFormed().replaceAll('\0', '') : null;
}
