/** The runs of a comparison: found, and refused where nothing could be said of them. */
import type { Context } from '../context.ts';
import { invalidInput, notFound, Refusal } from '../refusal.ts';
import type { Run } from '../run/run.ts';
import { findRuns } from '../run/store.ts';
import { areTwoModels, differencesOf, flawsOf, whyNotMeasured } from '../run/comparable.ts';

export interface ComparisonInput {
  readonly baselineRunIds: readonly string[];
  readonly runIds: readonly string[];
  /** They are compared although they differ in more than the definition. */
  readonly acceptDifferences: boolean;
}

export interface ComparedRuns {
  readonly baseline: readonly [Run, ...Run[]];
  readonly current: readonly [Run, ...Run[]];
  /** The two definitions of one run. */
  readonly within: boolean;
  readonly differences: readonly string[];
}

const MOST = 50;

export async function comparedRuns(ctx: Context, { baselineRunIds, runIds, acceptDifferences }: ComparisonInput): Promise<ComparedRuns> {
  const [baseline, current] = [await found(ctx, 'baselineRunIds', baselineRunIds), await found(ctx, 'runIds', runIds)];
  const within = baseline.length === 1 && current.length === 1 && baseline[0].id === current[0].id && baseline[0].baselineWorkflowHash !== null;
  if (!within && current.some(({ id }) => baseline.some((run) => run.id === id))) throw invalidInput('runIds', 'A run is compared with others: it cannot stand on both sides.');
  for (const run of [...baseline, ...current]) {
    const why = whyNotMeasured(run);
    if (why !== null) throw new Refusal('not_comparable', `${why} It cannot be compared.`);
  }
  const others = [...baseline, ...current].slice(1);
  if (others.some((run) => areTwoModels(baseline[0], run))) throw new Refusal('not_comparable', 'One was run with users and one with a rate: they answer different questions, and cannot be compared.');
  const named = [
    ...others.flatMap((run) => differencesOf(baseline[0], run)),
    ...([baseline, current].some(areMixed) ? ['The runs of one side are of different definitions.'] : []),
    ...baseline.flatMap((run) => flawsOf(run, 'baseline')),
    ...current.flatMap((run) => flawsOf(run, 'later')),
  ];
  const differences = within ? [] : [...new Set(named)];
  if (differences.length > 0 && !acceptDifferences)
    throw new Refusal('not_comparable', `These runs differ in more than the definition. ${differences.join(' ')}`, { problems: differences.map((message) => ({ path: 'runIds', message })) });
  return { baseline, current, within, differences };
}

/** Then a change between the sides is of no definition in particular. */
function areMixed(side: readonly Run[]): boolean {
  return new Set(side.map(({ workflowHash }) => workflowHash)).size > 1;
}

async function found({ db, cipher, viewer }: Context, path: string, ids: readonly string[]): Promise<[Run, ...Run[]]> {
  const asked = [...new Set(ids)];
  if (asked.length > MOST) throw invalidInput(path, `Give 1 to ${MOST} runs.`);
  const runs = await findRuns(db, cipher, viewer.organizationId, asked);
  const [first, ...others] = asked.map((id) => {
    const run = runs.get(id);
    if (!run) throw notFound('run');
    return run;
  });
  if (!first) throw invalidInput(path, `Give 1 to ${MOST} runs.`);
  return [first, ...others];
}
