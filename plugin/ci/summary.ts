/** What a pull request shows of a run: the verdict, why, the numbers, and what changed. Pure. */
import type { Run } from '../../server/run/run.ts';
import type { ObjectiveResult } from '../../server/verdict/assess.ts';
import { objectiveText } from '../../server/verdict/sentence.ts';
import { change, count, figure, milliseconds, seconds } from './figures.ts';
import { plain, table } from './markdown.ts';
import type { BaselineAnswer, ComparisonAnswer, MetricAnswer, RunAnswer } from './questions.ts';

export interface Told {
  readonly title: string;
  /** Locust. */
  readonly tool: string;
  /** null: there are no results at all. */
  readonly run: Run | null;
  /** Of a breakpoint run: how much the target holds. */
  readonly capacity: RunAnswer['capacity'];
  readonly comparison: ComparisonAnswer | null;
  /** What it was compared with; null: another definition in the same run. */
  readonly baseline: BaselineAnswer | null;
  /** What the reader should know beside that: the tool broke, a server was not there. */
  readonly notes: readonly string[];
}

const VERDICTS = {
  passed: { icon: '✅', word: 'passed' },
  failed: { icon: '❌', word: 'failed' },
  not_evaluated: { icon: '⚠️', word: 'not evaluated' },
} as const;

const OUTCOMES: Readonly<Record<string, string>> = { REGRESSION: '❌ regression', IMPROVEMENT: '✅ improvement', SAME: '✅ same', UNCLEAR: '❔ unclear' };

export function summaryOf(told: Told): string {
  const { title, tool, run, notes, capacity } = told;
  const { icon, word } = run?.verdict ? VERDICTS[run.verdict] : { icon: '❌', word: 'did not run' };
  const parts = [
    `## ${icon} Load test ${word}: ${plain(title)}`,
    ...(notes.length > 0 ? [notes.map((note) => `> ${plain(note)}`).join('\n>\n')] : []),
    ...(run?.result ? resultOf(tool, run, run.result) : []),
    ...(capacity ? [`**Capacity:** ${plain(capacity.reason)}`] : []),
    ...comparisonOf(told),
  ];
  return `${parts.join('\n\n')}\n`;
}

function resultOf(tool: string, run: Run, result: NonNullable<Run['result']>): string[] {
  const { objectives, verdictReasons, summary, requests, generator } = result;
  const { frameworkVersion, ending } = run;
  // What an objective says of itself stands beside it.
  const further = [...verdictReasons, ...generator.reasons, ...run.warnings].filter((reason) => !objectives.some((objective) => objective.reason === reason));
  const failures = requests.flatMap(({ name, failures }) => failures.map((failure) => ({ name, ...failure })));
  return [
    `${tool} ${plain(frameworkVersion ?? '')}, ${seconds(summary.durationMs)}, ${count(summary.executions)} executions, ${count(summary.failedExecutions)} failed, ${figure('throughput', summary.throughputPerSecond)}. ${plain(ending?.message ?? '')}`.trim(),
    ...(further.length > 0 ? [[...new Set(further)].map((reason) => `- ${plain(reason)}`).join('\n')] : []),
    table(['Objective', 'Measured', 'Verdict', 'Why'], objectives.map(objectiveRow)),
    table(['Request', 'Count', 'Failed', 'p50', 'p95', 'p99', 'Slowest'], requests.map(requestRow)),
    ...(failures.length > 0 ? [table(['Failed', 'Class', 'Count', 'Example'], failures.map(({ name, class: kind, count: n, example }) => [plain(name), plain(kind), count(n), plain(example ?? '')]))] : []),
  ];
}

function objectiveRow(objective: ObjectiveResult): string[] {
  const { icon, word } = VERDICTS[objective.verdict];
  const margin = objective.margin === 'narrow' ? ', narrowly' : '';
  return [plain(objectiveText(objective)), figure(objective.metric, objective.measured), `${icon} ${word}${margin}`, plain(objective.reason)];
}

function requestRow({ name, requests, failed, latency }: NonNullable<Run['result']>['requests'][number]): string[] {
  const at = (field: 'p50Ms' | 'p95Ms' | 'p99Ms' | 'maxMs') => (latency === null ? '–' : `${latency.atLeast.includes(field) ? '≥ ' : ''}${milliseconds(latency[field])}`);
  return [plain(name), count(requests), count(failed), at('p50Ms'), at('p95Ms'), at('p99Ms'), at('maxMs')];
}

function comparisonOf({ comparison, baseline }: Pick<Told, 'comparison' | 'baseline'>): string[] {
  if (comparison === null) return [];
  const primary = comparison.metrics.filter((metric) => metric.primary);
  const reasons = [...new Set([...comparison.differences, ...comparison.changes, ...primary.flatMap(({ reason }) => reason ?? [])])];
  const methods = [...new Set(primary.map(({ method }) => method))].filter((method) => method !== 'none');
  return [
    `### ${baseline === null ? 'The two definitions of this run' : `Compared with the baseline${baseline.run.startedAt === null ? '' : ` of ${baseline.run.startedAt.slice(0, 10)}`}, pinned by ${plain(baseline.pinnedBy)}`}`,
    table(['Metric', 'Baseline', 'Now', 'Change', 'Interval', 'Outcome'], primary.map(changeRow)),
    ...(reasons.length > 0 ? [reasons.map((reason) => `- ${plain(reason)}`).join('\n')] : []),
    ...(methods.length > 0 ? [`By ${methods.map(plain).join('; ')}.`] : []),
  ];
}

function changeRow({ metric, statistic, baseline, current, changeRatio, low, high, confidence, outcome }: MetricAnswer): string[] {
  const interval = low === null || high === null ? '–' : `${change(metric, low)} to ${change(metric, high)}${confidence === null ? '' : ` (${figure('', confidence)})`}`;
  return [plain(statistic ?? metric.replace('_', ' ')), figure(metric, baseline), figure(metric, current), changeRatio === null ? '–' : change(metric, changeRatio), interval, OUTCOMES[outcome] ?? plain(outcome)];
}
