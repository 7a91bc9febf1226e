/** What a tool told of the whole run, where that is all there is. */
import { importedFrom, type ToldRequests } from '../../run/imported.ts';
import type { Imported } from '../../run/run.ts';
import { type Markup, markup } from '../markup.ts';
import { DASH, decimal, ms } from '../words.ts';

const STATISTICS = ['p50', 'p90', 'p95', 'p99', 'max', 'mean'] as const;

/** null: each request was told. */
export function told(imported: Imported): Markup | null {
  const { format, told: all } = importedFrom(imported);
  return all.length === 0 ? null : markup`<section aria-labelledby="told"><h2 id="told">What ${format} tells</h2><p class="note">The tool's own numbers, of the whole run. ≈: the tool rounded it.</p>
<div class="scroll" role="group" aria-labelledby="told" tabindex="0"><table class="cards">
<thead><tr><th scope="col">Request</th><th scope="col" class="num">Requests</th><th scope="col" class="num">Failed</th>${STATISTICS.map((statistic) => markup`<th scope="col" class="num">${statistic}</th>`)}</tr></thead>
<tbody>
${all.map(row)}</tbody></table></div></section>\n`;
}

function row({ name, requests, failed, latency, failures }: ToldRequests): Markup {
  return markup`<tr><th scope="row" class="wide"><bdi>${name ?? 'All requests'}</bdi>${failures.map(({ what, count }) => markup`<span class="sub">${decimal(count)} × ${what}</span>`)}</th>
<td class="num" data-label="Requests">${decimal(requests)}</td><td class="num" data-label="Failed">${decimal(failed)}</td>${STATISTICS.map((statistic) => markup`<td class="num" data-label="${statistic}">${numberText(latency, statistic)}</td>`)}</tr>
`;
}

function numberText(latency: ToldRequests['latency'], statistic: string): string {
  const number = latency.find((one) => one.statistic === statistic);
  return number ? `${number.leastMs === null ? '' : '≈ '}${ms(number.valueMs)}` : DASH;
}
