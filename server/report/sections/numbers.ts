/** What the run came to: its steady part, which is judged, beside the whole. */
import type { Latency, Summary } from '../../metrics/summary.ts';
import type { RunResult } from '../../run/run.ts';
import { LEAST_SAMPLES } from '../../script/least-samples.ts';
import { type Markup, markup } from '../markup.ts';
import { DASH, decimal, ms, percent, perSecond, span } from '../words.ts';

type Field = Exclude<keyof Latency, 'atLeast'>;
const latency = (field: Field) => (summary: Summary) => latencyCell(summary.latency, field);

/** A percentile of too few samples is a number, but says nothing: a dash, and how many it needs. */
export function latencyCell(latency: Latency | null, field: Field): string | Markup {
  if (latency === null) return DASH;
  const least = LEAST_SAMPLES[field.replace('Ms', '')] ?? 1;
  if (latency.count < least) return markup`${DASH}<span class="sub">needs ${decimal(least)}</span>`;
  return `${latency.atLeast.includes(field) ? '≥ ' : ''}${ms(latency[field])}`;
}

const ROWS: readonly (readonly [name: string, of: (summary: Summary) => string | Markup, isOfRun?: true])[] = [
  ['Lasted', ({ durationMs }) => span(durationMs)],
  ['Executions', ({ executions }) => decimal(executions)],
  ['Failed executions', ({ failedExecutions }) => decimal(failedExecutions)],
  ['Error ratio, of executions', ({ errorRatio }) => percent(errorRatio)],
  ['Throughput, executions that succeeded', ({ throughputPerSecond }) => perSecond(throughputPerSecond)],
  ['Latency p50, half were faster', latency('p50Ms')],
  ['Latency p90', latency('p90Ms')],
  ['Latency p95, 95 of 100 were faster', latency('p95Ms')],
  ['Latency p99', latency('p99Ms')],
  ['Latency mean', latency('meanMs')],
  ['Slowest', latency('maxMs')],
  ['Requests', ({ requests }) => decimal(requests)],
  ['Failed requests', ({ failedRequests }) => decimal(failedRequests)],
  ['Request rate', ({ requestRatePerSecond }) => perSecond(requestRatePerSecond)],
  ['Checks passed', ({ checksPassed, checksFailed }) => (checksPassed + checksFailed === 0 ? DASH : `${decimal(checksPassed)} of ${decimal(checksPassed + checksFailed)}`)],
  ['New connections', ({ newConnections }) => decimal(newConnections)],
  ['Iterations started', ({ iterationsStarted }) => decimal(iterationsStarted), true],
  ['Starts not made, too many in flight', ({ iterationsDropped }) => decimal(iterationsDropped), true],
  ['Iterations interrupted by the end', ({ iterationsInterrupted }) => decimal(iterationsInterrupted), true],
  ['Requests in flight at the end', ({ inFlightAtEnd }) => (inFlightAtEnd === null ? 'not known' : decimal(inFlightAtEnd)), true],
  ['Measurements lost or unreadable', ({ linesLost, linesUnreadable }) => decimal(linesLost + linesUnreadable), true],
];

export function numbers({ summary, steady }: RunResult): Markup {
  return markup`<section aria-labelledby="numbers"><h2 id="numbers">Numbers</h2><p class="note">The steady part is without warm-up and ramps: what is judged. The whole run is as the target received it.</p>
<div class="scroll" role="group" aria-labelledby="numbers" tabindex="0"><table class="tight">
<thead><tr><th scope="col">What</th><th scope="col" class="num">Steady part</th><th scope="col" class="num">Whole run</th></tr></thead>
<tbody>
${ROWS.map(([name, of, isOfRun]) => markup`<tr><th scope="row">${name}</th><td class="num">${isOfRun ? '' : of(steady)}</td><td class="num">${of(summary)}</td></tr>\n`)}</tbody></table></div></section>`;
}
