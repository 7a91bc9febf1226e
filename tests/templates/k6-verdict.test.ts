/** The verdict of a k6 script: sums that all users add to, thresholds that k6 itself judges by, and the lines at the end. They come to what the shared judge says. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { OUTCOMES } from '../../server/samples/sample.ts';
import type { ScriptObjective, ScriptPlan } from '../../templates/framework.ts';
import { k6 } from '../../templates/k6/index.ts';
import { fewFailures, mostChecks, p95Below, scriptInput, writeBundle } from '../helpers/bundle.ts';

const folder = await writeBundle(k6.generate(scriptInput('http://127.0.0.1:8000')));
afterAll(() => rm(folder, { recursive: true }));

/** A module of a bundle's instrument that imports nothing from k6, as it lies in the bundle. */
// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
const instrument = (name: string): Promise<any> => import(pathToFileURL(path.join(folder, `instrument/${name}.js`)).href);

const sums = await instrument('sums');
const { thresholdsOf } = await instrument('thresholds');
const { trendStatsOf, verdictOf } = await instrument('verdict');
const { statsFor, valueAtRank } = await instrument('rank');
const { summaryOf } = await instrument('summary');
const { count, countChecks, isCensored, judge, newTallies } = await instrument('judge');
const { newHistogram } = await instrument('histogram');
const { verdictLines } = await instrument('table');

type Plan = Pick<ScriptPlan, 'durationMs' | 'plannedIterations' | 'steady' | 'requestTimeoutMs' | 'pollDeadlineMs' | 'objectives'>;
type Sample = readonly [name: string | null, startMicros: number, durationMicros: number, outcome: string, checks?: readonly [number, number] | undefined];
interface Facts {
  readonly cutShort: boolean;
  readonly linesLost: boolean;
  readonly inFlight: number;
  readonly interrupted: number;
  readonly iterationsStarted: number;
  readonly broken: number | null;
}

/** k6's percentile (metrics/sink.go): between the two neighbours. */
function percentile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return below + (above - below) * (at - Math.floor(at));
}

/** What k6 makes of all that users add: Counters, Trends and Gauges by their names. */
class Added {
  readonly counters = new Map<string, number>();
  readonly #lists = new Map<string, number[]>();
  readonly #kinds: { counters: string[]; trends: string[]; gauges: string[] };
  readonly #stats: readonly string[];

  constructor(plan: Plan) {
    this.#kinds = sums.sumsOf(plan);
    this.#stats = trendStatsOf(plan);
  }

  readonly add = (name: string, value: number): void => {
    const { counters, trends, gauges } = this.#kinds;
    if (counters.includes(name)) this.counters.set(name, (this.counters.get(name) ?? 0) + value);
    else if (trends.includes(name) || gauges.includes(name)) this.#lists.set(name, [...(this.#lists.get(name) ?? []), value]);
    else throw new Error(`k6 has no sum ${name}`);
  };

  /** As in the data of handleSummary. */
  readonly valuesOf = (name: string): Record<string, number> => {
    const counted = this.counters.get(name);
    if (counted !== undefined) return { count: counted };
    const list = this.#lists.get(name);
    if (!list) return {};
    if (this.#kinds.gauges.includes(name)) return { max: Math.max(...list) };
    const sorted = list.toSorted((a, b) => a - b);
    return Object.fromEntries(this.#stats.map((stat) => [stat, percentile(sorted, Number(stat.slice(2, -1)) / 100)]));
  };

  /** So many times all of another. */
  take(other: Added, times: number): void {
    for (const [name, value] of other.counters) this.counters.set(name, (this.counters.get(name) ?? 0) + value * times);
  }
}

type Thresholds = Readonly<Record<string, readonly (string | { readonly threshold: string; readonly abortOnFail: boolean })[]>>;

/** As k6 evaluates Counters at the end; a sum that nothing was added to is 0. */
function hold(thresholds: Thresholds, { counters }: Added): boolean {
  return Object.entries(thresholds).every(([name, rules]) =>
    rules.every((rule) => {
      const text = typeof rule === 'string' ? rule : rule.threshold;
      const [, operator, limitText] = /^count(>=|>|<|!=)(\d+(?:\.\d+)?)$/.exec(text) ?? [];
      if (operator === undefined) throw new Error(`k6 has no such threshold: ${text}`);
      const [value, limit] = [counters.get(name) ?? 0, Number(limitText)];
      return operator === '>=' ? value >= limit : operator === '>' ? value > limit : operator === '<' ? value < limit : value !== limit;
    }),
  );
}

/** What is not ended at the end had begun. */
function leaveBehind(plan: Plan, { add }: Added, { inFlight, interrupted }: Pick<Facts, 'inFlight' | 'interrupted'>): void {
  for (let i = 0; i < interrupted; i++) sums.countStart(plan, add);
  for (let i = 0; i < inFlight; i++) sums.countSent(plan, add);
}

/** All samples as users report them, each of its own: an execution began with an iteration, a request was sent. */
function reported(plan: Plan, samples: readonly Sample[], facts: Pick<Facts, 'inFlight' | 'interrupted'>): Added {
  const added = new Added(plan);
  for (const [name, startMicros, durationMicros, outcome, checks] of samples) {
    if (name === null) {
      sums.countStart(plan, added.add);
      sums.countExecution(plan, added.add, startMicros, durationMicros, outcome);
    } else {
      sums.countSent(plan, added.add);
      sums.countRequest(plan, added.add, name, startMicros, durationMicros, outcome);
    }
    if (checks) sums.countChecked(plan, added.add, startMicros, ...checks);
  }
  leaveBehind(plan, added, facts);
  return added;
}

/** What every framework prints of these samples. */
function expectedOf(plan: Plan, samples: readonly Sample[], facts: Facts): { verdict: string; lines: string[] } {
  const tallies = newTallies(plan);
  const histograms = plan.objectives.map(({ perMille }) => (perMille === null ? null : newHistogram()));
  for (const [name, startMicros, durationMicros, outcome, checks] of samples) {
    const before = tallies.map(({ n }: { n: number }) => n);
    count(plan, tallies, name, startMicros, durationMicros, outcome);
    for (const [i, histogram] of histograms.entries()) {
      if (!histogram || tallies[i].n === before[i]) continue;
      if (isCensored(outcome)) histogram.addCensored();
      else histogram.add(durationMicros);
    }
    if (checks) countChecks(plan, tallies, startMicros, ...checks);
  }
  const judgement = judge(plan, tallies, facts);
  const latencies = histograms.map((histogram, i) => {
    for (let n = tallies[i].n; histogram && n < judgement.results[i].n; n++) histogram.addCensored();
    return histogram?.at(plan.objectives[i]?.perMille) ?? null;
  });
  return { verdict: judgement.verdict, lines: verdictLines(plan, judgement, latencies) };
}

const latency = (statistic: string, perMille: number | null): ScriptObjective => ({ ...p95Below(500), statistic, perMille });
const errors = (comparison: '<' | '<=', limitPpm: number): ScriptObjective => ({ ...fewFailures, comparison, value: limitPpm / 1e6, limitPpm, added: false });
const throughput = (comparison: '>' | '>=', value: number): ScriptObjective => ({ ...fewFailures, metric: 'throughput', comparison, value, limitPpm: null, added: false });
const checked = (comparison: '>' | '>=', limitPpm: number): ScriptObjective => ({ ...mostChecks, comparison, value: 1 - limitPpm / 1e6, limitPpm });
const objectives: readonly [string, ScriptObjective][] = [
  ['p50', latency('p50', 500)], ['p90', latency('p90', 900)], ['p95', latency('p95', 950)], ['p99', latency('p99', 990)], ['max', latency('max', 1000)], ['mean', latency('mean', null)],
  ['the added error objective', fewFailures], ['errors < 1 %', errors('<', 10_000)], ['errors <= 5 %', errors('<=', 50_000)], ['no error', errors('<=', 0)], ['not all fail', errors('<', 1_000_000)],
  ['errors < 33.3333 %', errors('<', 333_333)], ['throughput >= 2.5/s', throughput('>=', 2.5)], ['throughput > 2.5/s', throughput('>', 2.5)], ['throughput >= 0/s', throughput('>=', 0)],
  ['checks >= 99 %', checked('>=', 10_000)], ['checks > 95 %', checked('>', 50_000)], ['all checks', checked('>=', 0)], ['more than no check', checked('>', 1_000_000)],
];
const planWith = (list: readonly ScriptObjective[], more: Partial<ScriptPlan> = {}): ScriptPlan => ({ ...scriptInput('http://127.0.0.1:1').plan, objectives: list, ...more });

/** One sample of an objective that counts for it, one that counts against it, and one that has no end. */
function unitsOf(plan: Plan): { good: Added; bad: Added; open: Added } {
  const [objective] = plan.objectives;
  const startMicros = (plan.steady[0]?.[0] ?? 0) * 1000;
  const name = objective?.requestName ?? null;
  const one = (sample: Sample) => reported(plan, [sample], { inFlight: 0, interrupted: 0 });
  const open = new Added(plan);
  leaveBehind(plan, open, name === null ? { inFlight: 0, interrupted: 1 } : { inFlight: 1, interrupted: 0 });
  if (objective?.metric === 'checks_ratio') return { good: one(['other', startMicros, 0, 'ok', [1, 0]]), bad: one(['other', startMicros, 0, 'ok', [0, 1]]), open };
  const failed = objective?.metric === 'latency' ? 'timeout' : 'http_5xx';
  const [goodOutcome, badOutcome] = objective?.metric === 'throughput' ? [failed, 'ok'] : ['ok', failed];
  return { good: one([name, startMicros, 0, goodOutcome]), bad: one([name, startMicros, 0, badOutcome]), open };
}

/** For n samples of which k are against (throughput: for) the objective. */
function summed(plan: Plan, n: number, k: number, unfinished: number, started: number | null, units = unitsOf(plan)): Added {
  const all = new Added(plan);
  all.take(units.good, n - k);
  all.take(units.bad, k);
  all.take(units.open, unfinished);
  if (started !== null) all.counters.set(sums.STARTED, started);
  return all;
}

const ended = (facts: Partial<Facts>): Facts => ({ cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: 0, broken: null, ...facts });

interface Vector {
  readonly name: string;
  readonly plan: ScriptPlan;
  readonly samples?: readonly Sample[];
  readonly tallies?: readonly { readonly n: number; readonly k: number }[];
  readonly facts: Facts;
  readonly expected: { readonly verdict: string; readonly results: readonly { readonly verdict: string }[] };
}
const table = (JSON.parse(readFileSync(new URL('../../templates/shared/vectors/judge.json', import.meta.url), 'utf8')) as Vector[]).filter(
  // What k6 has an exit code of its own for, what it never loses, and what only a server or shared memory knows.
  ({ facts }) => !facts.cutShort && !facts.linesLost && facts.broken === null,
);

describe('thresholds hold exactly when the judge says passed', () => {
  test.each(table.filter(({ tallies }) => tallies))('$name', ({ plan: all, tallies = [], facts, expected }) => {
    for (const [i, { n, k }] of tallies.entries()) {
      const plan = { ...all, objectives: all.objectives.slice(i, i + 1) };
      const unfinished = plan.objectives[0]?.requestName === null ? facts.interrupted : facts.inFlight;
      const added = summed(plan, n, k, unfinished, facts.iterationsStarted);
      expect(hold(thresholdsOf(plan, Number.POSITIVE_INFINITY), added)).toBe(expected.results[i]?.verdict === 'passed');
    }
  });

  test.each(table.filter(({ samples }) => samples))('$name', ({ plan, samples = [], facts, expected }) => {
    const added = reported(plan, samples, facts);
    added.counters.set(sums.STARTED, facts.iterationsStarted);
    expect(hold(thresholdsOf(plan, Number.POSITIVE_INFINITY), added)).toBe(expected.verdict === 'passed');
  });

  test('there are vectors for all of that', () => {
    expect(table.length).toBeGreaterThan(200);
    expect(new Set(table.flatMap(({ plan }) => plan.objectives.map(({ metric }) => metric)))).toEqual(new Set(['latency', 'error_ratio', 'throughput', 'checks_ratio']));
    expect(table.filter(({ facts }) => facts.interrupted > 0).length).toBeGreaterThan(2);
  });

  describe.each([['executions', null], ['requests of a name', 'execute']] as const)('of %s', (_what, requestName) => {
    // Checks are of no request.
    test.each(objectives.filter(([, { metric }]) => requestName === null || metric !== 'checks_ratio'))('%s: for every n up to 620, few against it, and some without an end', (_name, objective) => {
      const plan = planWith([{ ...objective, requestName }]);
      const thresholds = thresholdsOf(plan, Number.POSITIVE_INFINITY);
      const units = unitsOf(plan);
      for (let n = 0; n <= 620; n++)
        for (const k of new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, Math.floor(n / 20), Math.ceil(n / 20), Math.floor(n / 3), Math.ceil(n / 3), Math.floor(n / 2), Math.ceil(n / 2), n - 1, n]))
          for (const unfinished of [0, 1, 3]) {
            if (k < 0 || k > n) continue;
            const added = summed(plan, n, k, unfinished, null, units);
            const facts = ended(requestName === null ? { interrupted: unfinished } : { inFlight: unfinished });
            const { verdict } = judge(plan, [{ n, k }], facts);
            const place = `n ${n}, k ${k}, ${unfinished} without an end: the judge says ${verdict}`;
            if (hold(thresholds, added) !== (verdict === 'passed')) expect.fail(place);
            if (verdictOf(plan, added.valuesOf, false).verdict !== verdict) expect.fail(`${place}, the script does not`);
          }
    });
  });

  test('without a steady part nothing about it does', () => {
    expect(Object.values(thresholdsOf(planWith([p95Below(500), fewFailures, mostChecks], { steady: [] }), Number.POSITIVE_INFINITY))).toEqual(Array(3).fill(['count<0']));
  });

  test('and when unique rows were used up, none of that matters: k6 ends the test, with exit code 99', () => {
    const plan = planWith([fewFailures]);
    const thresholds = thresholdsOf(plan, 300);
    expect(thresholds[sums.EXHAUSTED]).toEqual([{ threshold: 'count<1', abortOnFail: true }]);
    const added = summed(plan, 300, 0, 0, 300);
    expect(hold(thresholds, added)).toBe(true);
    added.add(sums.EXHAUSTED, 1);
    expect(hold(thresholds, added)).toBe(false);
    expect(thresholdsOf(plan, Number.POSITIVE_INFINITY)).not.toHaveProperty(sums.EXHAUSTED);
  });
});

describe('the lines at the end', () => {
  const outcome = fc.oneof({ weight: 40, arbitrary: fc.constant('ok') }, { weight: 1, arbitrary: fc.constantFrom('timeout', 'poll_deadline', 'http_5xx', 'refused') });
  const sample = fc.tuple(
    fc.constantFrom(null, 'execute', 'poll'),
    fc.nat(4_500_000),
    fc.oneof({ weight: 25, arbitrary: fc.nat(499_999) }, { weight: 1, arbitrary: fc.integer({ min: 500_000, max: 2_000_000_000 }) }),
    outcome,
    fc.option(fc.tuple(fc.nat(2), fc.nat(1)), { nil: undefined }),
  );
  const chosen = fc.array(fc.tuple(fc.constantFrom(...objectives.map(([, objective]) => objective)), fc.constantFrom('steady', 'whole'), fc.constantFrom(null, 'execute')), { minLength: 1, maxLength: 4 });

  test('and the exit code are those of the judge and the histogram, whatever the mixture of objectives and samples', () => {
    fc.assert(
      fc.property(chosen, fc.array(sample, { maxLength: 400, size: 'max' }), fc.option(fc.integer({ min: 1, max: 420 })), (list, samples, planned) => {
        const all = list.map(([objective, during, requestName]): ScriptObjective => ({ ...objective, during: during as 'steady' | 'whole', requestName: objective.metric === 'checks_ratio' || objective.added ? null : requestName }));
        const plan = planWith(all, { plannedIterations: planned });
        const added = reported(plan, samples, { inFlight: 0, interrupted: 0 });
        const iterationsStarted = samples.filter(([name]) => name === null).length;
        const expected = expectedOf(plan, samples, ended({ iterationsStarted }));
        expect(verdictOf(plan, added.valuesOf, false)).toEqual(expected);
        expect(hold(thresholdsOf(plan, Number.POSITIVE_INFINITY), added)).toBe(expected.verdict === 'passed');
        expect(verdictOf(plan, added.valuesOf, true)).toEqual(expectedOf(plan, samples, ended({ iterationsStarted, cutShort: true })));
      }),
      { numRuns: 400 },
    );
  });

  test('judge what is left in the end as slower than everything', () => {
    fc.assert(
      fc.property(chosen, fc.array(sample, { maxLength: 60 }), fc.nat(3), fc.nat(3), fc.boolean(), (list, samples, inFlight, interrupted, cutShort) => {
        const plan = planWith(list.map(([objective, , requestName]): ScriptObjective => ({ ...objective, requestName: objective.metric === 'checks_ratio' || objective.added ? null : requestName })));
        const added = reported(plan, samples, { inFlight, interrupted });
        const facts = ended({ inFlight, interrupted, cutShort, iterationsStarted: interrupted + samples.filter(([name]) => name === null).length });
        const { verdict } = expectedOf(plan, samples, facts);
        expect(verdictOf(plan, added.valuesOf, cutShort).verdict).toBe(verdict);
        if (!cutShort) expect(hold(thresholdsOf(plan, Number.POSITIVE_INFINITY), added)).toBe(verdict === 'passed');
      }),
      { numRuns: 300 },
    );
  });

  test('show no latency as longer than the longest that was measured, whatever a timeout took', () => {
    const plan = planWith([{ ...latency('p50', 500), value: 5000, slowerFromMicros: 5_000_000 }]);
    const samples: Sample[] = [[null, 900_000, 500_123, 'ok'], [null, 900_000, 5_000_321, 'timeout']];
    const { lines } = verdictOf(plan, reported(plan, samples, { inFlight: 0, interrupted: 0 }).valuesOf, false);
    expect(lines).toEqual(expectedOf(plan, samples, ended({ iterationsStarted: 2 })).lines);
    expect(lines[1]).toContain('500.1 ms');
  });

  test('show the longest latency that is known where the percentile has no end', () => {
    const plan = planWith([latency('p50', 500)]);
    const added = reported(plan, [[null, 900_000, 1000, 'ok']], { inFlight: 0, interrupted: 2 });
    expect(verdictOf(plan, added.valuesOf, false).lines[1]).toContain('>= 5000 ms');
  });
});

describe('the value of a rank out of percentiles of k6', () => {
  const told = (sorted: readonly number[], perMille: number) => Object.fromEntries((statsFor(perMille) as string[]).map((stat) => [stat, percentile(sorted, Number(stat.slice(2, -1)) / 100)]));

  test.each([500, 900, 950, 990, 999, 1000])('%i: is that of the nearest rank, for any number of values', (perMille) => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const counts = [...Array.from({ length: 700 }, (_, i) => i + 1), 999, 1000, 1001, 4999, 20_000, 123_457, 400_001];
    for (const n of counts) {
      // Steep at its end, and with some that have no end.
      const sorted = Array.from({ length: n }, () => (random() < 0.002 ? sums.CENSORED : Math.floor(1000 / (1.0001 - random())))).sort((a, b) => a - b);
      const index = Math.max(1, Math.ceil((perMille * n) / 1000)) - 1;
      const value = valueAtRank(told(sorted, perMille), n, perMille, index);
      if (Math.round(value) !== sorted[index]) expect.fail(`${n} values: ${value} in the place of ${sorted[index]}`);
    }
  });

  test('is near it where the rank is far from the percentile, and unknown where k6 was asked for others', () => {
    const sorted = Array.from({ length: 100 }, (_, i) => i * 100);
    expect(Math.abs(valueAtRank(told(sorted, 950), 100, 950, 97) - 9700)).toBeLessThanOrEqual(300);
    expect(valueAtRank({}, 100, 950, 94)).toBeNull();
  });
});

describe('the end of a run', () => {
  const counts = (started: number, dropped: number, over: number, done = over): Record<string, number> =>
    ({ [sums.STARTED]: started, [sums.DROPPED]: dropped, [sums.ENDED]: over, [sums.SENT]: started, [sums.DONE]: done });
  const data = (of: Readonly<Record<string, number>>, testRunDurationMs: number) =>
    ({ metrics: Object.fromEntries(Object.entries(of).map(([name, sum]) => [name, { values: { count: sum } }])), state: { testRunDurationMs }, setup_data: { zeroMs: 10, startedAt: 1 } });

  const closed = { ...scriptInput('http://127.0.0.1:1').plan, shard: [0, 1] };
  const open: ScriptPlan = { ...closed, model: 'open', stages: [{ durationMs: 0, target: 10 }, { durationMs: 4000, target: 10 }], plannedIterations: 40 };
  const smoke: ScriptPlan = { ...closed, maxIterations: 5, plannedIterations: 5 };

  test.each<[what: string, plan: ScriptPlan, of: Record<string, number>, elapsedMs: number, cause: string]>([
    ['closed, to its end', closed, counts(9, 0, 9), 4010, 'planned'],
    ['closed, stopped before its end', closed, counts(9, 0, 9), 3000, 'interrupted'],
    ['closed, stopped while it waited for the last answers', closed, counts(9, 0, 8), 5000, 'interrupted'],
    ['closed, stopped while it waited for the next poll', closed, counts(9, 0, 8, 9), 5000, 'interrupted'],
    ['closed, an iteration was cut after all waiting', closed, counts(9, 0, 8), 11_010, 'planned'],
    ['closed, the rows were used up', closed, { ...counts(9, 0, 9), [sums.EXHAUSTED]: 3 }, 2000, 'exhausted'],
    ['closed, the script broke', closed, { ...counts(9, 0, 8), [sums.BROKE]: 1 }, 2000, 'broke'],
    ['closed, the script broke, and of the rows none is left', closed, { ...counts(9, 0, 8), [sums.BROKE]: 2, [sums.EXHAUSTED]: 1 }, 4010, 'broke'],
    ['closed, the rows were used up just at its end', closed, { ...counts(9, 0, 9), [sums.EXHAUSTED]: 1 }, 4010, 'exhausted'],
    ['open, to its end', open, counts(38, 2, 38), 4010, 'planned'],
    ['open, k6 dropped the rest itself', open, { ...counts(30, 2, 30), dropped_iterations: 8 }, 11_000, 'planned'],
    ['open, stopped', open, counts(20, 0, 20), 2000, 'interrupted'],
    ['smoke, to its end', smoke, counts(5, 0, 5), 300, 'planned'],
    ['smoke, stopped', smoke, counts(3, 0, 2), 300, 'interrupted'],
  ])('%s', (_what, plan, of, elapsedMs, cause) => {
    const summary = summaryOf(plan, data(of, elapsedMs));
    expect(summary.cause).toBe(cause);
    expect(summary.text.trimEnd().split('\n').at(-1)).toMatch(/^LOADTEST_VERDICT /);
    if (cause !== 'planned') expect(summary.text).not.toContain('LOADTEST_VERDICT passed');
  });

  test('stopped before it began', () => {
    const { cause, text } = summaryOf(closed, { ...data({}, 100), setup_data: undefined });
    expect(cause).toBe('interrupted');
    expect(text).toContain('LOADTEST_VERDICT not_evaluated');
  });

  test('counts iterations without an end, and requests without one, which are others', () => {
    const of = { ...counts(9, 0, 7, 0), [sums.SENT]: 30, [sums.DONE]: 29 };
    expect(summaryOf(closed, data(of, 20_000)).counts).toEqual({ started: 9, dropped: 0, interrupted: 2, inFlight: 1 });
  });

  test('tells of executions that failed by their classes, all that there are', () => {
    expect([...sums.FAILURES, 'ok'].sort()).toEqual([...OUTCOMES].sort());
    const added = new Added(closed);
    const outcomes = [...sums.FAILURES, 'invalid_request', 'ok', 'ok', 'ok'];
    for (const outcome of outcomes) sums.countExecution(closed, added.add, 900_000, 1000, outcome);
    for (const outcome of ['ok', 'reset']) sums.countRequest(closed, added.add, 'execute', 900_000, 1000, outcome);
    const { text } = summaryOf(closed, data(Object.fromEntries(added.counters), 4010));
    expect(text).toContain(`\nfailed executions: 2 invalid_request, 1 auth, 1 bad_body, ${sums.FAILURES.filter((name: string) => !['invalid_request', 'auth', 'bad_body'].includes(name)).sort().map((name: string) => `1 ${name}`).join(', ')}\nverdict `);
    expect(summaryOf(closed, data(counts(9, 0, 9), 4010)).text).not.toContain('failed executions');
  });

  test('says once that an objective which is to stop the test needs the server', () => {
    const said = (plan: ScriptPlan) => summaryOf(plan, data(counts(9, 0, 9), 4010)).text.split('needs the server').length - 1;
    expect(said(closed)).toBe(0);
    expect(said({ ...closed, objectives: [fewFailures, { ...p95Below(1), abortAfterMs: 2000 }, { ...p95Below(2), abortAfterMs: 2000 }] })).toBe(1);
  });
});

test('an iteration that is no execution, because it was the turn of a baseline, leaves nothing in any objective', () => {
  const named = { ...p95Below(100), requestName: 'execute' };
  const { plan } = scriptInput('http://127.0.0.1:8000', { objectives: [p95Below(100), named, fewFailures, mostChecks] });
  const added = new Added(plan);
  sums.countStart(plan, added.add);
  expect(added.valuesOf(sums.judged(0))).toEqual({ count: 1 });
  sums.countNoExecution(plan, added.add);
  const left = [...added.counters].filter(([, value]) => value !== 0);
  expect(Object.fromEntries(left)).toEqual({ [sums.STARTED]: 1, [sums.ENDED]: 1 });
});
