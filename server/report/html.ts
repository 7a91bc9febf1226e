/** A run as one HTML file: it opens from a disk, asks for nothing, runs no script, and can be printed. Pure. */
import type { Point } from '../metrics/point.ts';
import type { Note } from '../run/notes/store.ts';
import type { Run } from '../run/run.ts';
import { resolvePlan } from '../script/resolve.ts';
import type { Capacity } from '../verdict/capacity.ts';
import { charts } from './charts.ts';
import { markup } from './markup.ts';
import { generator, warnings } from './sections/generator.ts';
import { notes } from './sections/notes.ts';
import { numbers } from './sections/numbers.ts';
import { objectives } from './sections/objectives.ts';
import { failures, requests } from './sections/requests.ts';
import { identity, tested } from './sections/tested.ts';
import { told } from './sections/told.ts';
import { verdict, verdictWord } from './sections/verdict.ts';
import { STYLE } from './style.ts';
import { when } from './words.ts';

export interface RunAsHtml {
  /** Of what was tested. */
  readonly title: string;
  readonly frameworkName: string;
  readonly capacity: Capacity | null;
  readonly points: readonly Point[];
  readonly notes: readonly Note[];
}

/** Of the page, wherever it is opened: were something in it no text, it could do nothing. */
export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function htmlOf(run: Run, { title, frameworkName, capacity, points, notes: written }: RunAsHtml): string {
  const plan = resolvePlan(run.plan);
  const { result } = run;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdictWord(run)}: ${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><p>Load test report</p><h1><bdi>${title}</bdi></h1><p>${when(run.startedAt ?? run.createdAt)}</p></header>
${verdict(run)}
${warnings(run)}
${notes(written)}
${objectives(run)}
${capacity && markup`<section><h2>How much it holds</h2><p>${capacity.reason}</p></section>\n`}
${run.imported && told(run.imported)}
${result && numbers(result)}
${result && markup`<section class="charts"><h2>Over the time of the run</h2>${charts(points, plan)}</section>\n`}
${result && requests(result)}
${result && failures(result)}
${tested(run, plan, frameworkName)}
${result && generator(result)}
${identity(run)}
</main>
</body>
</html>
`.text;
}
