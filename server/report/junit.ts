/** A run as JUnit XML, which every CI system reads: one case for each objective. Pure. */
import type { Run } from '../run/run.ts';
import type { ObjectiveResult } from '../verdict/assess.ts';
import { limitText, objectiveText, valueText } from '../verdict/sentence.ts';

/** @param title of what was tested */
export function junitOf({ result, startedAt, framework }: Run, title: string): string {
  const objectives = result?.objectives ?? [];
  const counted = (verdict: ObjectiveResult['verdict']) => objectives.filter((objective) => objective.verdict === verdict).length;
  const time = ((result?.summary.durationMs ?? 0) / 1000).toFixed(3);
  const counts = `tests="${objectives.length}" failures="${counted('failed')}" errors="0" skipped="${counted('not_evaluated')}" time="${time}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escaped(title)}" ${counts}${startedAt ? ` timestamp="${startedAt.toISOString()}"` : ''}>`,
    ...objectives.map((objective) => caseOf(objective, `${title} (${framework})`)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseOf(objective: ObjectiveResult, className: string): string {
  const head = `    <testcase classname="${escaped(className)}" name="${escaped(objectiveText(objective))}"`;
  if (objective.verdict === 'passed') return `${head}/>`;
  const message = `message="${escaped(objective.reason)}"`;
  if (objective.verdict === 'not_evaluated') return `${head}><skipped ${message}/></testcase>`;
  return `${head}><failure ${message} type="${escaped(objective.reasonCode ?? '')}">${escaped(`measured ${valueText(objective, objective.measured)}, limit ${limitText(objective)}`)}</failure></testcase>`;
}

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' };

/** What XML cannot hold in any spelling (control characters, halves of a pair) is shown by U+FFFD. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"'\n\r\t]/g, (sign) => MARKUP[sign] ?? sign)
  );
}
