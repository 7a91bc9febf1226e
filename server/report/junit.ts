/**
 * A run as JUnit XML, which every CI reads: one case for each objective. Not met is a failure; not evaluated is an error, because nothing
 * was proved, and a case that is skipped would let a pipeline pass. Pure.
 */
import { judgedOf } from '../run/judged.ts';
import type { Run, RunResult } from '../run/run.ts';
import type { ObjectiveResult } from '../verdict/assess.ts';
import { objectiveText } from '../verdict/sentence.ts';
import { type Markup, markup } from './markup.ts';
import { heldTo, measuredText } from './measured.ts';

interface Case {
  readonly name: string;
  /** Of the element; null: it passed. */
  readonly trouble: 'failure' | 'error' | null;
  readonly type: string;
  readonly message: string;
  readonly details: string;
}

/** @param title of what was tested */
export function junitOf(run: Run, title: string): string {
  const { result } = run;
  const cases = [...judgedOf(run).objectives.map((objective) => caseOf(result, objective)), ...casesOfRun(run)];
  const timestamp = (run.startedAt ?? run.createdAt).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  const properties = markup`    <properties>
${propertiesOf(run).map(([name, value]) => markup`      <property name="${name}" value="${value}"/>\n`)}    </properties>
`;
  return suiteOf(title, cases, { durationMs: result?.summary.durationMs ?? 0, timestamp: markup` timestamp="${timestamp}"`, properties });
}

/** Of what was not run at all. @param sentences why */
export function junitOfNothing(title: string, sentences: readonly string[]): string {
  return suiteOf(title, [{ name: 'the run as a whole', trouble: 'error', type: 'not_run', message: sentences[0] ?? 'Nothing was run.', details: sentences.join('\n') }], { durationMs: 0, timestamp: null, properties: null });
}

interface OfRun {
  readonly durationMs: number;
  /** null: there was none. */
  readonly timestamp: Markup | null;
  readonly properties: Markup | null;
}

function suiteOf(title: string, cases: readonly Case[], { durationMs, timestamp, properties }: OfRun): string {
  const count = (trouble: Case['trouble']) => cases.filter((each) => each.trouble === trouble).length;
  const counts = markup`tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="0" time="${(durationMs / 1000).toFixed(3)}"`;
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${title}" ${counts}>
  <testsuite name="${title}" ${counts}${timestamp}>
${properties}${cases.map((each) => testcase(each, title))}  </testsuite>
</testsuites>
`.text;
}

function testcase({ name, trouble, type, message, details }: Case, title: string): Markup {
  const start = markup`    <testcase name="${name}" classname="${title}"`;
  if (trouble === 'failure') return markup`${start}>\n      <failure type="${type}" message="${message}">${details}</failure>\n    </testcase>\n`;
  if (trouble === 'error') return markup`${start}>\n      <error type="${type}" message="${message}">${details}</error>\n    </testcase>\n`;
  return markup`${start}>\n      <system-out>${details}</system-out>\n    </testcase>\n`;
}

const TROUBLES = { passed: null, failed: 'failure', not_evaluated: 'error' } as const;

function caseOf(result: RunResult | null, objective: ObjectiveResult): Case {
  const { verdict, reasonCode, reason, samples, during } = objective;
  const measured = `Measured ${measuredText(result, objective)}, limit ${heldTo(objective)}, of ${samples} samples${objective.margin ? `, ${objective.margin}` : ''}.`;
  return {
    name: `${objectiveText(objective)}${during === 'whole' ? ', whole run' : ''}`,
    trouble: TROUBLES[verdict],
    type: reasonCode ?? verdict,
    message: `${measured} ${reason}`,
    details: `${measured}\n${reason}`,
  };
}

/** What no objective says: the target did not hold the load, or nothing was judged at all. */
function casesOfRun(run: Run): Case[] {
  const { verdict, state, ending } = run;
  const { objectives, reasons, reasonCodes } = judgedOf(run);
  const isOfObjectives = reasonCodes[0] !== 'target_could_not_hold_load' && objectives.some((objective) => objective.verdict === verdict);
  if (verdict === 'passed' || isOfObjectives) return [];
  const message = reasons[0] ?? ending?.message ?? `The run is ${state}.`;
  return [{ name: 'the run as a whole', trouble: verdict === 'failed' ? 'failure' : 'error', type: reasonCodes[0] ?? ending?.cause ?? 'not_evaluated', message, details: message }];
}

function propertiesOf(run: Run): [name: string, value: string][] {
  const { summary } = run.result ?? {};
  return [
    ['run', run.id],
    ['verdict', run.verdict ?? 'none'],
    ['state', run.state],
    ['ending', run.ending?.message ?? ''],
    ['framework', `${run.framework} ${run.frameworkVersion ?? ''}`.trim()],
    ['workflowHash', run.workflowHash],
    ['planHash', run.planHash],
    ['scriptHash', run.scriptHash],
    ['executions', String(summary?.executions ?? 0)],
    ['requests', String(summary?.requests ?? 0)],
    ...run.warnings.map((warning): [string, string] => ['warning', warning]),
  ];
}
