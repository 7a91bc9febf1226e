/** Runs compared with runs, metric by metric, each with the name of the method that says so. */
import type { Context } from '../context.ts';
import { changesOf } from '../run/comparable.ts';
import { cutBeforehand } from './beforehand.ts';
import { runValue } from './blocks.ts';
import { type Change, isUnfit, METHODS, type Statistic, type Unfit } from './change.ts';
import { compareRuns } from './compare.ts';
import { type ComparedRuns, comparedRuns, type ComparisonInput } from './compared-runs.ts';
import { compareErrors } from './errors.ts';
import { alikeFigures } from './figures/store.ts';
import { inGroups, type Metric, type Question, questionsOf } from './questions.ts';
import { compareSeveral } from './several.ts';
import type { Steady } from './steady.ts';
import { steadyParts } from './steady-parts.ts';
import { compareWithin } from './within.ts';

export interface MetricComparison {
  readonly metric: Metric['metric'];
  readonly statistic: Statistic | null;
  /** null: executions. */
  readonly requestName: string | null;
  /** Of the few that decide; the others are for looking further. */
  readonly primary: boolean;
  readonly found: Change | Unfit;
}

export interface Comparison {
  readonly comparable: boolean;
  readonly differences: readonly string[];
  readonly changes: readonly string[];
  readonly steadyMs: number;
  readonly metrics: readonly MetricComparison[];
}

const MOST_BYTES = 64_000_000;

/** @param mostBytes of steady parts that are in memory at once */
export async function comparison(ctx: Context, input: ComparisonInput, mostBytes = MOST_BYTES): Promise<Comparison> {
  const runs = await comparedRuns(ctx, input);
  const { baseline, current, differences, within } = runs;
  const all = [...baseline, ...current];
  const metrics: MetricComparison[] = [];
  let steadyMs = 0;
  for (const questions of inGroups(questionsOf(runs), all, mostBytes)) {
    const partOf = await steadyParts(ctx.db, all, questions.flatMap((question) => [question.baseline, question.current]));
    for (const question of questions) {
      const [before, after] = [baseline.map((run) => partOf(run, question.baseline)), current.map((run) => partOf(run, question.current))];
      if (question.requestName === null) steadyMs = Math.min(...[...before, ...after].map((part) => (isUnfit(part) ? 0 : part.ms)));
      for (const [metric, primary] of [...question.primary.map((each) => [each, true] as const), ...question.further.map((each) => [each, false] as const)])
        metrics.push({ ...measured(metric), requestName: question.requestName, primary, found: await compared(ctx, runs, question, metric, before, after) });
    }
  }
  return { comparable: differences.length === 0, differences, changes: within ? [] : [...new Set(current.flatMap((run) => changesOf(baseline[0], run)))], steadyMs, metrics };
}

/** The least change of the p95 of executions that these runs could have told from none; null: none can be told. */
export function smallestVisibleChange({ metrics }: Comparison): number | null {
  const found = metrics.find(({ primary, statistic }) => primary && statistic === 'p95')?.found;
  return found && !isUnfit(found) ? found.visibleFrom : null;
}

export const methodOf = (found: Change | Unfit): string => (isUnfit(found) ? 'none' : METHODS[found.method]);

async function compared({ db }: Context, { baseline, current, within }: ComparedRuns, { requestName }: Question, metric: Metric, before: readonly (Steady | Unfit)[], after: readonly (Steady | Unfit)[]): Promise<Change | Unfit> {
  const bad = [...before, ...after].find((part) => isUnfit(part));
  if (bad) return bad;
  const [from, to] = [before as readonly Steady[], after as readonly Steady[]];
  const [one, other] = [from[0], to[0]];
  if (metric.metric === 'error_ratio') return compareErrors(from, to, within);
  if (one && other && within && metric.metric === 'latency') {
    await cutBeforehand(one, other, metric, within);
    return compareWithin(one, other, metric);
  }
  if (!one || !other || from.length + to.length > 2) {
    const values = [from, to].map((runs) => runs.map((run) => runValue(run, metric)));
    const unfit = values.flat().find((value) => isUnfit(value));
    if (unfit) return unfit;
    const [ours = [], theirs = []] = values as Exclude<ReturnType<typeof runValue>, Unfit>[][];
    return compareSeveral(ours, theirs, metric);
  }
  const field = metric.metric === 'throughput' ? 'throughputPerSecond' : (`${metric.statistic}Ms` as const);
  const history = await alikeFigures(db, baseline[0], { requestName, field }, current.map(({ id }) => id));
  await cutBeforehand(one, other, metric);
  return compareRuns(one, other, metric, history);
}

function measured(metric: Metric): Pick<MetricComparison, 'metric' | 'statistic'> {
  return { metric: metric.metric, statistic: 'statistic' in metric ? metric.statistic : null };
}
