/** One line for each request name, and what failed by class. */
import type { RequestSummary } from '../../metrics/summary.ts';
import type { RunResult } from '../../run/run.ts';
import { OUTCOME_WORDS } from '../../samples/outcome-words.ts';
import { type Markup, markup } from '../markup.ts';
import { decimal, percent } from '../words.ts';
import { latencyCell } from './numbers.ts';

const COLUMNS = ['Requests', 'Failed', 'Error ratio', 'p50', 'p90', 'p95', 'p99', 'Slowest'];

export function requests({ requests }: RunResult): Markup {
  if (requests.length === 0) return markup`<section><h2>Requests</h2><p>No request was made.</p></section>`;
  return markup`<section aria-labelledby="requests"><h2 id="requests">Requests</h2><p class="note">Whole run, as the target received them.</p>
<div class="scroll" role="group" aria-labelledby="requests" tabindex="0"><table class="cards">
<thead><tr><th scope="col">Request</th>${COLUMNS.map((name) => markup`<th scope="col" class="num">${name}</th>`)}</tr></thead>
<tbody>
${requests.map(row)}</tbody></table></div></section>`;
}

function row({ name, requests, failed, errorRatio, latency }: RequestSummary): Markup {
  const times = (['p50Ms', 'p90Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const).map((field) => latencyCell(latency, field));
  return markup`<tr><th scope="row"><bdi>${name}</bdi></th>${[decimal(requests), decimal(failed), percent(errorRatio), ...times].map((cell, i) => markup`<td class="num" data-label="${COLUMNS[i] ?? ''}">${cell}</td>`)}</tr>\n`;
}

export function failures({ requests }: RunResult): Markup {
  const all = requests.flatMap(({ name, failures }) => failures.map((failure) => ({ name, ...failure })));
  if (all.length === 0) return markup`<section><h2>Failures</h2><p>${requests.length === 0 ? 'No request was made.' : 'No request failed.'}</p></section>`;
  return markup`<section aria-labelledby="failures"><h2 id="failures">Failures</h2><p class="note">Requests of the whole run, by class.</p>
<div class="scroll" role="group" aria-labelledby="failures" tabindex="0"><table class="cards">
<thead><tr><th scope="col">Class</th><th scope="col">Request</th><th scope="col" class="num">Requests</th><th scope="col">Example</th></tr></thead>
<tbody>
${all.map((failure) => markup`<tr><th scope="row">${OUTCOME_WORDS[failure.class]}<span class="sub"><code>${failure.class}</code></span></th><td data-label="Request"><bdi>${failure.name}</bdi></td><td class="num" data-label="Requests">${decimal(failure.count)}</td><td class="wide" data-label="Example"><code><bdi>${failure.example}</bdi></code></td></tr>\n`)}</tbody></table></div></section>`;
}
