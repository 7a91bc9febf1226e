/** The four charts of a run, and their numbers as a table. Pure. */
import type { Point } from '../metrics/point.ts';
import { segmentsOf } from '../script/load.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { valueText } from '../verdict/sentence.ts';
import { type At, chart, highestOf } from './chart.ts';
import { type Markup, markup } from './markup.ts';
import { clock, DASH, decimal, ms, span } from './words.ts';

export function charts(points: readonly Point[], plan: ResolvedPlan): Markup {
  const longest = Math.max(1, ...points.map(({ seconds }) => seconds));
  // The last one has what is left; those of an old run begin anew at each edge of the steady part.
  const width = `${points.slice(0, -1).some(({ seconds }) => seconds < longest) ? 'up to ' : ''}${span(longest * 1000)}`;
  const untilMs = Math.max(plan.durationMs, ...points.map(({ offsetMs, seconds }) => offsetMs + seconds * 1000));
  const across = { untilMs, warmUpMs: plan.warmUpMs };
  /** Of each interval, drawn in its middle. */
  const each = (value: (point: Point) => number | null | undefined): At[] => points.map((point) => [point.offsetMs + point.seconds * 500, value(point) ?? null]);
  /** A second in which only the last answers came, after the end of the load, is no rate. */
  const rates = (value: (point: Point) => number) => each((point) => (point.offsetMs >= plan.durationMs ? null : value(point)));
  /** @param known without those of which only the least is known */
  const latencies = (field: 'p50Ms' | 'p95Ms' | 'p99Ms', known = false) => each(({ latency }) => (known && latency?.atLeast.includes(field) ? null : latency?.[field]));
  const limits = plan.objectives.flatMap((objective) =>
    objective.metric === 'latency' && objective.requestName === null && objective.value !== null ? [{ name: `${objective.statistic} limit ${valueText(objective, objective.value)}`, value: objective.value }] : [],
  );
  const isClosed = plan.load.model === 'closed';
  return markup`${chart({
    ...across,
    title: 'Load, planned and achieved',
    caption: isClosed ? 'virtual users' : 'iterations per second: planned starts, and executions that finished',
    unit: isClosed ? 'users' : 'per second',
    isWhole: isClosed,
    series: [
      { name: 'achieved', look: 'achieved', points: isClosed ? each(({ users }) => users) : rates(({ executions, seconds }) => executions / seconds) },
      { name: 'planned', look: 'planned', points: segmentsOf(plan.load.stages).flatMap(({ fromMs, toMs, from, to }): At[] => [[fromMs, from], [toMs, to]]) },
    ],
    empty: 'No load was planned.',
  })}${chart({
    ...across,
    title: 'Latency',
    caption: `ms, executions that succeeded; percentiles of ${width} each`,
    unit: 'ms',
    top: latencyTop(latencies('p95Ms', true), latencies('p99Ms', true), limits.map(({ value }) => value)),
    ...(points.some(({ latency }) => latency?.atLeast.includes('p99Ms')) ? { peak: (highest) => `no answer: ≥ ${ms(highest)}` } : {}),
    limits,
    series: [
      { name: 'p50', look: 'p50', points: latencies('p50Ms') },
      { name: 'p99', look: 'p99', points: latencies('p99Ms') },
      { name: 'p95', look: 'p95', points: latencies('p95Ms') },
    ],
    empty: 'No execution succeeded.',
  })}${chart({
    ...across,
    title: 'Throughput',
    caption: `executions that succeeded per second, over ${width}`,
    unit: 'per second',
    series: [{ name: 'succeeded', look: 'throughput', points: rates(({ throughputPerSecond }) => throughputPerSecond) }],
    empty: 'Nothing was measured.',
  })}${chart({
    ...across,
    title: 'Errors',
    caption: `executions that failed per second, over ${width}`,
    unit: 'per second',
    series: points.some(({ failed }) => failed > 0) ? [{ name: 'failed', look: 'failed', isBars: true, points: each(({ failed, seconds }) => failed / seconds) }] : [],
    empty: points.length > 0 ? 'No execution failed.' : 'Nothing was measured.',
  })}${points.length > 0 && table(points, isClosed)}`;
}

/** Timeouts, a lone spike of p99, and a limit far above all that was measured do not press everything else to the ground. null: there is nothing else. */
function latencyTop(p95: readonly At[], p99: readonly At[], limits: readonly number[]): number | null {
  const measured = p99.map(([, value]) => value).filter((value) => value !== null).sort((a, b) => a - b);
  const highest = measured.at(-1);
  if (highest === undefined) return null;
  const usual = Math.max(highestOf(p95), measured[Math.floor((measured.length - 1) * 0.95)] ?? 0);
  const top = highest > 4 * usual ? usual * 1.5 : highest * 1.05;
  return Math.max(top, ...limits.filter((limit) => limit <= top * 4).map((limit) => limit * 1.2));
}

function table(points: readonly Point[], isClosed: boolean): Markup {
  const rows = points.map(({ offsetMs, seconds, latency, ...point }) => {
    const time = (field: 'p50Ms' | 'p95Ms' | 'p99Ms') => (latency === null ? DASH : `${latency.atLeast.includes(field) ? '≥ ' : ''}${decimal(latency[field], 1)}`);
    const load = isClosed ? [point.plannedUsers, point.users] : [point.plannedRatePerSecond, point.executions / seconds];
    return markup`<tr><th scope="row">${clock(offsetMs)}</th>${[...load.map((level) => decimal(level, 1)), time('p50Ms'), time('p95Ms'), time('p99Ms'), decimal(point.throughputPerSecond, 1), decimal(point.failed / seconds, 1)].map((cell) => markup`<td class="num">${cell}</td>`)}</tr>\n`;
  });
  const load = isClosed ? ['Planned users', 'Users'] : ['Planned per s', 'Finished per s'];
  return markup`<details><summary>The numbers of these charts as a table</summary>
<div class="scroll" role="group" aria-label="Numbers of the charts" tabindex="0"><table>
<thead><tr>${['Time', ...load, 'p50 ms', 'p95 ms', 'p99 ms', 'Succeeded per s', 'Failed per s'].map((name, i) => markup`<th scope="col"${i > 0 && NUM}>${name}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div></details>`;
}

const NUM = markup` class="num"`;
