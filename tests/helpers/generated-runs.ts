/** Runs that nobody would run: any load, objectives, samples and ends. Their rows go the way of real ones. */
import fc from 'fast-check';
import { Collector } from '../../server/metrics/collector.ts';
import type { IntervalRow } from '../../server/metrics/interval.ts';
import { OUTCOMES, type Outcome, type SampleLine } from '../../server/samples/sample.ts';
import { scriptObjective } from '../../server/script/objective.ts';
import { parsePlan, type TestPlan } from '../../server/script/plan.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';
import type { Grounds } from '../../server/verdict/grounds.ts';

export interface GeneratedRun {
  readonly plan: ResolvedPlan;
  readonly lines: readonly SampleLine[];
  readonly rows: readonly IntervalRow[];
  readonly grounds: Grounds;
}

const limit = fc.constantFrom(1, 50, 99.9, 100, 500);
const common = { during: fc.option(fc.constantFrom('steady', 'whole'), { nil: undefined }), strict: fc.option(fc.boolean(), { nil: undefined }) };
const anyObjective = fc.oneof(
  // One and the same, that stops the run or does not.
  fc.constantFrom(undefined, 1000, 5000).map((abortAfterMs) => ({ metric: 'latency', statistic: 'p95', comparison: '<', value: 100, abortAfterMs })),
  fc.record({ metric: fc.constant('latency'), statistic: fc.constantFrom('p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'), comparison: fc.constantFrom('<', '<='), value: limit, requestName: fc.option(fc.constantFrom('execute', 'poll'), { nil: undefined }), ...common }),
  fc.record({ metric: fc.constant('latency'), statistic: fc.constantFrom('p50', 'p95'), comparison: fc.constant('<'), value: limit, abortAfterMs: fc.constantFrom(1000, 5000), ...common }),
  fc.record({ metric: fc.constant('error_ratio'), comparison: fc.constantFrom('<', '<='), value: fc.constantFrom(0.01, 0.2, 0.5), ...common }),
  fc.record({ metric: fc.constant('throughput'), comparison: fc.constantFrom('>', '>='), value: fc.constantFrom(0.1, 1, 5), ...common }),
  fc.record({ metric: fc.constant('checks_ratio'), comparison: fc.constantFrom('>', '>='), value: fc.constantFrom(0.5, 0.9), ...common }),
  fc.record({ metric: fc.constantFrom('latency', 'error_ratio'), maxChangeRatio: fc.constantFrom(0.1, 1), ...common }).map((one) => (one.metric === 'latency' ? { ...one, statistic: 'p95' } : one)),
);

const load = fc.constantFrom<object>(
  { preset: { key: 'constant', users: 2, durationMs: 20_000 } },
  { preset: { key: 'constant', ratePerSecond: 4, durationMs: 20_000 } },
  { preset: { key: 'breakpoint', users: 20, durationMs: 40_000 } },
  { preset: { key: 'spike', users: 10, durationMs: 20_000 } },
  { closed: { stages: [{ durationMs: 10_000, users: 5 }] } },
);

const target = { preset: 'gateway', baseUrl: 'http://127.0.0.1:8000', workflowName: 'fast', mode: 'async' };

export function planOf(parts: object): TestPlan | null {
  return parsePlan({ target, checks: [{ name: 'a price', path: '/price', equals: '1' }], ...parts }).plan ?? null;
}

const sample = fc.record({
  startMs: fc.integer({ min: 0, max: 40_000 }),
  durationMicros: fc.oneof(fc.integer({ min: 0, max: 3_000_000 }), fc.constantFrom(999, 1000, 49_999, 50_000, 99_899, 99_900, 99_901, 100_000, 100_001, 500_000)),
  outcome: fc.oneof({ weight: 8, arbitrary: fc.constant<Outcome>('ok') }, fc.constantFrom(...OUTCOMES)),
  name: fc.constantFrom('execute', 'poll', null),
  times: fc.integer({ min: 1, max: 40 }),
});

function linesOf({ startMs, durationMicros, outcome, name, times }: (typeof sample extends fc.Arbitrary<infer T> ? T : never)): SampleLine[] {
  return Array.from({ length: times }, (_, i): SampleLine => {
    const startMicros = (startMs + i * 37) * 1000;
    if (name === null) return { kind: 'execution', startMicros, durationMicros, outcome };
    return { kind: 'request', name, startMicros, durationMicros, outcome, status: 200, extra: name === 'execute' && outcome === 'ok' ? { checks: [1, i % 5 === 0 ? ['a price'] : []] } : {} };
  });
}

const missed = fc.option(fc.constantFrom('target_could_not_hold_load', 'max_users_too_low', 'load_missed').map((reason) => ({ reason, sentence: `Why: ${reason}.` }) as const));

export const generatedRuns: fc.Arbitrary<GeneratedRun> = fc
  .record({
    load,
    warmUpMs: fc.option(fc.constantFrom(0, 2000, 19_000), { nil: undefined }),
    objectives: fc.array(anyObjective, { maxLength: 4 }),
    samples: fc.array(sample, { maxLength: 25 }),
    end: fc.record({ cutShort: fc.boolean(), linesLost: fc.boolean(), inFlight: fc.integer({ min: 0, max: 3 }), interrupted: fc.integer({ min: 0, max: 3 }), unhealthy: fc.option(fc.constant('The generator was late.')), missed, endedMs: fc.constantFrom(0, 3999.5, 12_345.678, 40_000), broken: fc.nat({ max: 3 }) }),
  })
  .map(({ load, warmUpMs, objectives, samples, end }) => {
    const parsed = planOf({ load, objectives, ...(warmUpMs === undefined ? {} : { warmUpMs }) });
    if (!parsed) throw new Error(`no plan: ${JSON.stringify({ load, objectives })}`);
    const plan = resolvePlan(parsed);
    const lines = samples.flatMap(linesOf);
    const collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: plan.objectives.map(scriptObjective) });
    for (const line of lines) collector.add(line);
    const { cutShort, endedMs, broken, ...facts } = end;
    const stopped = cutShort && (plan.objectives[broken]?.abortAfterMs ?? null) !== null;
    const grounds: Grounds = { facts: { ...facts, cutShort, iterationsStarted: 7, broken: stopped ? broken : null, missed: cutShort ? null : facts.missed }, endedMs, said: cutShort ? 'It was stopped.' : null };
    return { plan, lines, rows: collector.close(collector.end)?.rows ?? [], grounds };
  });

/** Where a result holds what is no number; none: nowhere. */
export function noNumbersIn(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}: ${value}`];
  if (typeof value === 'string') return /NaN|Infinity|undefined|∞/.test(value) ? [`${path}: ${value}`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => noNumbersIn(member, `${path}.${key}`));
}
