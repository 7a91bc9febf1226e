/** Runs compared with runs, metric by metric, each with the name of the method that says so. */
import type { Context } from '../context.ts';
import { rowsNamed } from '../metrics/store.ts';
import type { Run } from '../run/run.ts';
import type { SampleKind } from '../samples/sample.ts';
import { type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import { partThatRan } from '../verdict/grounds.ts';
import { runValue } from './blocks.ts';
import { type Change, isUnfit, type Measure, METHODS, type Statistic, type Unfit } from './change.ts';
import { changesOf } from '../run/comparable.ts';
import { compareRuns } from './compare.ts';
import { type ComparedRuns, comparedRuns, type ComparisonInput } from './compared-runs.ts';
import { compareErrors } from './errors.ts';
import { alikeFigures } from './figures/store.ts';
import { compareSeveral } from './several.ts';
import { type Steady, steadyOf } from './steady.ts';
import { compareWithin } from './within.ts';

export type Metric = Measure | { readonly metric: 'error_ratio' };

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

/** What is compared on each side: the executions, or the requests of a name. */
interface Subject {
  readonly requestName: string | null;
  readonly baseline: Source;
  readonly current: Source;
}

interface Source {
  readonly kind: SampleKind;
  readonly name: string;
}

const EXECUTIONS: Source = { kind: 'execution', name: '' };
const request = (name: string): Source => ({ kind: 'request', name });
const latency = (statistic: Statistic) => ({ metric: 'latency', statistic }) as const;

const PRIMARY: readonly Metric[] = [latency('p50'), latency('p95'), { metric: 'throughput' }, { metric: 'error_ratio' }];
/** A rate is set by the plan: what was missed of it is a matter of the verdict. */
const PRIMARY_OF_A_RATE = PRIMARY.filter(({ metric }) => metric !== 'throughput');
const FURTHER: readonly Metric[] = [latency('p90'), latency('p99')];
const OF_A_REQUEST: readonly Metric[] = [latency('p50'), latency('p95'), { metric: 'error_ratio' }];
/** Two definitions of one run take turns: they have the same throughput by design. */
const WITHIN: readonly Metric[] = [latency('p50'), latency('p95'), { metric: 'error_ratio' }];
/** Names of requests that are looked at. */
const MOST_NAMES = 20;

export async function comparison(ctx: Context, input: ComparisonInput): Promise<Comparison> {
  const runs = await comparedRuns(ctx, input);
  const metrics: MetricComparison[] = [];
  let steadyMs = 0;
  for (const { subject, primary, further } of questionsOf(runs)) {
    const [before, after] = [await steadyParts(ctx, runs.baseline, subject.baseline), await steadyParts(ctx, runs.current, subject.current)];
    if (subject.requestName === null) steadyMs = Math.min(...[...before, ...after].map((part) => (isUnfit(part) ? 0 : part.ms)));
    for (const [metric, isPrimary] of [...primary.map((each) => [each, true] as const), ...further.map((each) => [each, false] as const)])
      metrics.push({ ...measured(metric), requestName: subject.requestName, primary: isPrimary, found: await compared(ctx, runs, subject, metric, before, after) });
  }
  const { baseline, current, differences, within } = runs;
  return { comparable: differences.length === 0, differences, changes: within ? [] : [...new Set(current.flatMap((run) => changesOf(baseline[0], run)))], steadyMs, metrics };
}

/** The least change of the p95 of executions that these runs could have told from none; null: none can be told. */
export function smallestVisibleChange({ metrics }: Comparison): number | null {
  const found = metrics.find(({ primary, statistic }) => primary && statistic === 'p95')?.found;
  return found && !isUnfit(found) ? found.visibleFrom : null;
}

export const methodOf = (found: Change | Unfit): string => (isUnfit(found) ? 'none' : METHODS[found.method]);

function questionsOf({ baseline, current, within }: ComparedRuns): { subject: Subject; primary: readonly Metric[]; further: readonly Metric[] }[] {
  if (within) return [{ subject: { requestName: null, baseline: request('baseline'), current: request('execute') }, primary: WITHIN, further: [] }];
  const namesOf = (run: Run) => (run.result?.requests ?? []).map(({ name }) => name);
  const names = namesOf(baseline[0]).filter((name) => [...baseline, ...current].every((run) => namesOf(run).includes(name)));
  const isRate = resolvePlan(baseline[0].plan).load.model === 'open';
  const executions = { subject: { requestName: null, baseline: EXECUTIONS, current: EXECUTIONS }, primary: isRate ? PRIMARY_OF_A_RATE : PRIMARY, further: FURTHER };
  // A single one is the execution.
  if (names.length < 2) return [executions];
  return [executions, ...names.slice(0, MOST_NAMES).map((name) => ({ subject: { requestName: name, baseline: request(name), current: request(name) }, primary: [], further: OF_A_REQUEST }))];
}

async function steadyParts({ db }: Context, runs: readonly Run[], { kind, name }: Source): Promise<(Steady | Unfit)[]> {
  const parts: (Steady | Unfit)[] = [];
  // One after the other: the rows of all of them need not be in memory at once.
  for (const run of runs) {
    const plan = planThatRan(run);
    parts.push(steadyOf({ rows: await rowsNamed(db, run.organizationId, run.id, kind, name), steady: plan.steady, least: plan, kind, name }));
  }
  return parts;
}

/** A smoke test has as much of a steady part as its iterations took, not as they might have taken. */
function planThatRan({ plan, ending, result }: Run): ResolvedPlan {
  const resolved = resolvePlan(plan);
  const endedMs = result?.grounds?.endedMs ?? result?.summary.durationMs ?? resolved.durationMs;
  return partThatRan(resolved, { facts: { cutShort: ending?.cause !== 'planned_end' }, endedMs });
}

async function compared({ db }: Context, { baseline, current, within }: ComparedRuns, { requestName }: Subject, metric: Metric, before: readonly (Steady | Unfit)[], after: readonly (Steady | Unfit)[]): Promise<Change | Unfit> {
  const bad = [...before, ...after].find((part) => isUnfit(part));
  if (bad) return bad;
  const [from, to] = [before as readonly Steady[], after as readonly Steady[]];
  const [one, other] = [from[0], to[0]];
  if (metric.metric === 'error_ratio') return compareErrors(from, to, within);
  if (one && other && within && metric.metric === 'latency') return compareWithin(one, other, metric);
  if (!one || !other || from.length + to.length > 2) {
    const values = [from, to].map((runs) => runs.map((run) => runValue(run, metric)));
    const unfit = values.flat().find((value) => isUnfit(value));
    if (unfit) return unfit;
    const [ours = [], theirs = []] = values as Exclude<ReturnType<typeof runValue>, Unfit>[][];
    return compareSeveral(ours, theirs, metric);
  }
  const field = metric.metric === 'throughput' ? 'throughputPerSecond' : `${metric.statistic}Ms`;
  const history = await alikeFigures(db, baseline[0], requestName === null ? ['executions', field] : ['requests', requestName, field], current.map(({ id }) => id));
  return compareRuns(one, other, metric, history);
}

function measured(metric: Metric): Pick<MetricComparison, 'metric' | 'statistic'> {
  return { metric: metric.metric, statistic: 'statistic' in metric ? metric.statistic : null };
}
