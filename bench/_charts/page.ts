/** In the page of `bench/charts.ts`: the charts of a run, as its page draws them, with seconds that were never measured. */
import { flushSync, mount, unmount } from 'svelte';
import { type Course, drawn, extended, NOTHING } from '../../ui/src/lib/metrics/course.ts';
import LiveCharts from '../../ui/src/lib/metrics/LiveCharts.svelte';
import type { IntervalRow } from '../../ui/src/lib/metrics/points.ts';
import type { ChartsBench } from './asked.ts';
import { props } from './props.svelte.ts';

/** With failures, seconds without an answer, and noise: nothing that could be left out of a drawing. */
function second(i: number): IntervalRow {
  const noise = (Math.imul(i + 1, 2_654_435_761) >>> 0) / 2 ** 32;
  const silent = i % 500 > 495;
  const failed = !silent && i % 7 === 0 ? 1 + Math.floor(noise * 4) : 0;
  const p50 = 80 + 40 * noise;
  return {
    offsetMs: i * 1000,
    seconds: 1,
    requestName: null,
    executions: silent ? 0 : 200 + failed,
    failed,
    failures: failed > 0 ? [{ class: i % 2 === 0 ? 'timeout' : 'http_5xx', count: failed }] : [],
    throughputPerSecond: silent ? 0 : 180 + 40 * noise,
    users: 50,
    inFlight: 12,
    dropped: 0,
    plannedUsers: 50,
    plannedRatePerSecond: null,
    latency: silent ? null : { p50Ms: p50, p95Ms: p50 * (1.5 + noise), p99Ms: p50 * (2 + 3 * noise) },
  };
}

const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => second(from + i));
const limits = [{ statistic: 'p95', value: 400 }];

function shown(rows: readonly IntervalRow[], durationMs: number, nowMs: number | null) {
  const target = document.body.appendChild(document.createElement('main'));
  const given = props({ rows, model: 'closed' as const, planned: null, until: durationMs, limits, nowMs });
  const charts = mount(LiveCharts, { target, props: given });
  return {
    given,
    target,
    async remove() {
      await unmount(charts);
      target.remove();
    },
  };
}

/** Script, styles and layout; painting is the browser's own. */
function timed(run: () => void): number {
  const from = performance.now();
  run();
  flushSync();
  document.body.getBoundingClientRect();
  return performance.now() - from;
}

/** Until what the browser tells of sizes has been answered, too. */
const settled = () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));

async function drawnOnce(points: number): Promise<{ ms: number; pathLength: number }> {
  const rows = seconds(0, points);
  let charts: ReturnType<typeof shown> | undefined;
  const ms = timed(() => {
    charts = shown(rows, points * 1000, null);
  });
  await settled();
  const pathLength = [...(charts?.target.querySelectorAll('path') ?? [])].reduce((sum, path) => sum + (path.getAttribute('d')?.length ?? 0), 0);
  await charts?.remove();
  return { ms, pathLength };
}

let live: { charts: ReturnType<typeof shown>; course: Course<IntervalRow>; at: number } | undefined;

async function watched(further: number, durationMs: number): Promise<number[]> {
  live ??= { charts: shown([], durationMs, 0), course: NOTHING, at: 0 };
  const times: number[] = [];
  for (let i = 0; i < further; i++) {
    const { charts, at } = live;
    live.course = extended(live.course, [second(at)], false);
    live.at = at + 1;
    const rows = drawn(live.course);
    times.push(timed(() => Object.assign(charts.given, { rows, nowMs: (at + 1) * 1000 })));
    if (i % 60 === 0) await settled();
  }
  return times;
}

Object.assign(globalThis, { bench: { drawnOnce, watched } satisfies ChartsBench });
