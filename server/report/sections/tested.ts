/** What was tested, with what, when and how; and by what it is known. */
import type { Run } from '../../run/run.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import { type Markup, markup } from '../markup.ts';
import { planWords } from '../plan-words.ts';
import { when } from '../words.ts';

export function tested(run: Run, plan: ResolvedPlan, frameworkName: string): Markup {
  const { imported, ending } = run;
  return markup`<section aria-labelledby="tested"><h2 id="tested">What was tested</h2>
${list([
    ['Framework', `${frameworkName} ${run.frameworkVersion ?? ''}`.trim()],
    ...planWords(plan),
    ...(run.baselineWorkflowHash === null ? [] : [['Two definitions', 'iterations alternated with another one, whose requests are named baseline'] as const]),
    imported === null ? ['Where', run.place === 'local' ? `on the machine of the server${run.hostFingerprint === null ? '' : `, ${run.hostFingerprint}`}` : run.place] : ['Brought from', `${imported.fileName} (${imported.format})`],
    [imported === null ? 'Started by' : 'Brought by', run.startedBy],
    ['Started', when(run.startedAt)],
    [imported === null ? 'Over' : 'Brought', when(run.finishedAt)],
    ['Ended', ending?.message ?? run.state],
  ])}</section>`;
}

export function identity(run: Run): Markup {
  return markup`<section class="foot" aria-labelledby="identity"><h2 id="identity">To find it again</h2>
${list([
    ['Run', run.id],
    ['Workflow, SHA-256', run.workflowHash],
    ...(run.baselineWorkflowHash === null ? [] : [['Other definition, SHA-256', run.baselineWorkflowHash] as const]),
    ['Plan, SHA-256', run.planHash],
    ['Script, SHA-256', run.scriptHash],
  ])}
<p>${run.imported?.told ? markup`Every number is the tool's own.` : markup`Every number is computed from one line for each request; percentiles are nearest rank, from merged histograms, and never averaged.`}</p></section>`;
}

export function list(rows: readonly (readonly [name: string, value: string])[]): Markup {
  return markup`<dl>${rows.map(([name, value]) => markup`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>\n`)}</dl>`;
}
