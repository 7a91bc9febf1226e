/** The rules of scripts, in JavaScript and in Python, held to the same files of vectors. The server's judge and watch: tests/server/judge.test.ts. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { areaUntil, type Load, plannedIterations, type Stage } from '../../server/script/load.ts';

const at = (path: string) => new URL(`../../templates/${path}`, import.meta.url);
// biome-ignore lint/suspicious/noExplicitAny: what stands in a vector file is as its README says
type Vector = any;
const fileOf = (file: string) => at(`shared/vectors/${file}.json`);
const read = (file: string): Vector => JSON.parse(readFileSync(fileOf(file), 'utf8'));
// biome-ignore lint/suspicious/noExplicitAny: constant files of the bundles, in plain JavaScript
const bundled = (name: string): Promise<any> => import(at(`shared/bundle/${name}.js`).href);

const { isRefused } = await bundled('addresses');
const { isBaselineTurn } = await bundled('alternate');
const { bodiesOf } = await bundled('body');
const { checksOf } = await bundled('checks');
const { newHistogram } = await bundled('histogram');
const { newJourney } = await bundled('journey');
const { count, countChecks, judge, newTallies } = await bundled('judge');
const { limitsOf, problemOf } = await bundled('objective');
const { outcomeOf, parse } = await bundled('outcome');
const { readPlan } = await bundled('plan');
const { dueIn, segmentsOf } = await bundled('segments');
const { verdictLines } = await bundled('table');
const { lifeOf, renewAheadOf } = await bundled('token');
const { failureLines, invalidLine } = await bundled('told');
const { numberOf, shareOf } = await bundled('share');
const { shardOf, startAtOf, targetOf, valuesOf } = await bundled('variables');
const { newWatch } = await bundled('watch');

const CENSORED = 'censored';
/** A script's own address: it may hold what a variable may not, where the tool can send it. */
const BASE_URL = 'http://127.0.0.1:8000/a%zz/';
const { flows, journeys } = read('journey') as { flows: Record<string, unknown>; journeys: Vector[] };

interface Rules {
  readonly vectors: readonly Vector[];
  /** What the vector says must come out. */
  expected(vector: Vector): unknown;
  /** What comes out of the JavaScript. */
  run(vector: Vector): unknown;
}

const files: Readonly<Record<string, Rules>> = {
  addresses: {
    vectors: read('addresses'),
    expected: ({ refused }) => refused,
    run: ({ address }) => isRefused(address),
  },
  alternate: {
    vectors: read('alternate'),
    expected: ({ baseline }) => baseline,
    run: ({ seed, from, baseline }) => [...baseline].map((_: string, i: number) => (isBaselineTurn(from + i, seed) ? 'b' : '.')).join(''),
  },
  outcome: {
    vectors: read('outcome'),
    expected: ({ outcome, detail, execution }) => ({ outcome, detail, execution }),
    run({ rule, status, body }) {
      const { outcome, detail, execution } = outcomeOf(rule, status, body);
      return { outcome, detail, execution };
    },
  },
  checks: {
    vectors: read('checks'),
    expected: ({ expected }) => expected,
    run: ({ checks, answer }) => checksOf(checks, parse(answer)),
  },
  token: {
    vectors: read('token'),
    expected: ({ lifeMs, renewAheadMs }) => ({ lifeMs, renewAheadMs }),
    run({ token, expiresIn, nowEpochMs }) {
      const lifeMs = lifeOf(token, expiresIn === null ? undefined : JSON.parse(expiresIn), nowEpochMs);
      return { lifeMs, renewAheadMs: lifeMs === null ? null : renewAheadOf(lifeMs) };
    },
  },
  body: {
    vectors: read('body'),
    expected: ({ expected }) => expected,
    run({ body, secrets, files, variables, values, inputs }) {
      const bodyOf = bodiesOf({ secrets }, (path: string) => files[path], variables);
      const request = { name: 'execute', body };
      // Another iteration of another user sent another body.
      bodyOf(request, Object.fromEntries(Object.keys(values).map((name) => [name, 'other'])), '"other"');
      return bodyOf(request, values, inputs);
    },
  },
  histogram: {
    vectors: read('histogram'),
    expected: (vector) => vector.at,
    run({ micros, censored, at }) {
      const histogram = newHistogram();
      for (const [value, times] of micros) for (let i = 0; i < times; i++) histogram.add(value);
      for (let i = 0; i < censored; i++) histogram.addCensored();
      return at.map(([perMille]: [number]) => [perMille, histogram.at(perMille) === Number.POSITIVE_INFINITY ? CENSORED : histogram.at(perMille)]);
    },
  },
  judge: {
    vectors: read('judge'),
    expected: ({ expected }) => expected,
    run({ plan, samples, tallies, facts, latencies }) {
      const counted = tallies ?? newTallies(plan);
      for (const [name, startMicros, durationMicros, outcome, checks] of samples ?? []) {
        count(plan, counted, name, startMicros, durationMicros, outcome);
        if (checks) countChecks(plan, counted, startMicros, ...checks);
      }
      const judgement = judge(plan, counted, facts);
      const measured = latencies.map((latency: number | string | null) => (latency === CENSORED ? Number.POSITIVE_INFINITY : latency));
      return { ...judgement, lines: verdictLines(plan, judgement, measured) };
    },
  },
  watch: {
    vectors: read('watch'),
    expected: ({ steps }) => steps.filter((step: Vector) => 'at' in step).map((step: Vector) => step.broken),
    run({ plan, steps }) {
      const watch = newWatch(plan);
      return steps.flatMap(({ at, add, times, checks }: Vector) => {
        if (add === undefined) return [watch.brokenAt(at)];
        const [, startMicros, durationMicros] = add;
        for (let i = 0; i < times; i++) {
          watch.add(...add);
          if (checks) watch.addChecks(startMicros, startMicros + durationMicros, ...checks);
        }
        return [];
      });
    },
  },
  segments: {
    vectors: read('segments'),
    expected: ({ segments, starts }) => ({ segments, starts }),
    run({ stages }) {
      const segments = segmentsOf(stages);
      const starts: number[] = [];
      for (let at = dueIn(segments, 0); at !== null; at = dueIn(segments, starts.length)) starts.push(Math.round(at * 1000));
      return { segments: segments.map(({ fromMs, toMs, from, to }: Vector) => [fromMs, toMs, from, to]), starts };
    },
  },
  variables: {
    vectors: read('variables'),
    expected: ({ value, problem }) => (problem === undefined ? { value } : { problem }),
    run: ({ shard, startAt, nowMs, target, texts, kind, text }) =>
      unlessStopped((stop) => {
        if (shard !== undefined) return shardOf({ LOAD_TEST_SHARD: shard ?? undefined }, stop);
        if (startAt !== undefined) return startAtOf({ LOAD_TEST_START_AT: startAt ?? undefined }, nowMs, stop);
        if (target !== undefined) return targetOf({ LOAD_TEST_TARGET: target ?? undefined }, BASE_URL, stop).url;
        if (texts !== undefined) return valuesOf(texts, Object.keys(texts).map((name) => ({ name, holds: `the value of ${name}`, kind: 'header' })), stop);
        return valuesOf({ VALUE: text ?? undefined }, [{ name: 'VALUE', holds: 'the value of it', kind }], stop).VALUE;
      }),
  },
  objective: {
    vectors: read('objective'),
    expected: ({ problem, limits }) => ({ problem, limits }),
    run({ objective }) {
      const problem = problemOf(objective);
      return { problem, limits: problem === null ? limitsOf(objective) : null };
    },
  },
  plan: {
    vectors: read('plan'),
    expected: ({ problem, derived }) => ({ problem, derived }),
    run({ plan: given, flow }) {
      const { plan, problem } = readPlan(given, flow);
      if (plan === null) return { problem, derived: null };
      const { durationMs, maxUsers, plannedIterations, longestIterationMs } = plan;
      return { problem, derived: { durationMs, maxUsers, plannedIterations, longestIterationMs } };
    },
  },
  share: {
    vectors: read('share'),
    expected: ({ problem, share }) => ({ problem, share }),
    run({ plan: whole, inputs, shard }) {
      const { plan, problem } = shareOf(whole, { inputs }, shard);
      if (plan === null) return { problem, share: null };
      const { maxUsers, maxIterations, plannedIterations, objectives } = plan;
      const values = objectives.map(({ value }: Vector) => value);
      return { problem, share: { maxUsers, maxIterations, plannedIterations, values, first: numberOf(shard, 0), last: numberOf(shard, maxUsers - 1) } };
    },
  },
  told: {
    vectors: read('told'),
    expected: ({ line, lines }) => line ?? lines,
    run: ({ detail, outcomes }) => (detail === undefined ? failureLines(outcomes) : invalidLine(detail)),
  },
  journey: {
    vectors: journeys,
    expected: ({ iterations }) => iterations,
    run({ flow, plan, variables, epochMs, iterations }) {
      const journey = newJourney(flows[flow], plan, variables, () => epochMs);
      return iterations.map((iteration: Vector) => iterated(journey, iteration));
    },
  },
};

/** A problem: the script does not start, and says so. */
function unlessStopped(read: (stop: (message: string) => never) => unknown): { value: unknown } | { problem: string } {
  class Stopped extends Error {}
  try {
    return { value: read((message) => { throw new Stopped(message); }) };
  } catch (error) {
    if (error instanceof Stopped) return { problem: error.message };
    throw error;
  }
}

/** Each answer in its turn, each after so long as the vector says, until the execution is over or no answer is left. */
function iterated(journey: Vector, { atMs, plannedMs, number, steps }: Vector): unknown {
  journey.begin(plannedMs, number);
  let now = atMs;
  const taken: unknown[] = [];
  for (const given of steps) {
    const step = journey.next(now);
    if (step === null) break;
    now = step.atMs + given.endMs - given.atMs;
    const sample = journey.answered(step.request, step.atMs, now, given.answer);
    taken.push({ request: step.request.name, path: step.path, headers: step.headers, values: step.values, atMs: step.atMs, endMs: now, answer: given.answer, sample });
  }
  const after = journey.next(now);
  return after === null ? { atMs, plannedMs, ...(number === undefined ? {} : { number }), steps: taken, execution: journey.execution() } : { steps: taken, notOver: after.request.name };
}

/** One process for a whole file. */
function inPython(file: string): unknown[] {
  const args = [fileURLToPath(new URL('vectors.py', import.meta.url)), fileURLToPath(at('locust/instrument')), fileURLToPath(fileOf(file))];
  return JSON.parse(execFileSync('python3', args, { encoding: 'utf8', maxBuffer: 1e9 }));
}

describe.each(Object.entries(files))('%s', (file, { vectors, expected, run }) => {
  test.each(vectors)('in JavaScript: $name', (vector) => {
    expect(run(vector)).toEqual(expected(vector));
  });

  test('in Python', () => {
    const came = inPython(file);
    expect(came.length).toBe(vectors.length);
    vectors.forEach((vector, i) => {
      expect(came[i], vector.name).toEqual(expected(vector));
    });
  });
});

/** Where the vectors of another rule go through these as well. */
const WITHIN: Readonly<Record<string, string>> = { 'refused-addresses': 'addresses', table: 'judge', fit: 'plan', stages: 'plan' };

test('every rule of the bundles has vectors', () => {
  const modules = readdirSync(at('shared/bundle')).filter((file) => !file.endsWith('.d.ts'));
  const rules = modules.map((file) => path.parse(file).name).map((name) => WITHIN[name] ?? name);
  // Which errors of Node mean what is a rule of Node alone: artillery.test.ts.
  expect([...new Set(rules)].sort()).toEqual([...Object.keys(files), 'inputs', 'failure'].sort());
});

test('every vector file is run here, but for the inputs, which have a test of their own', () => {
  const names = readdirSync(at('shared/vectors')).filter((name) => name.endsWith('.json') && name !== 'inputs.json');
  expect(names.sort()).toEqual(Object.keys(files).map((file) => `${file}.json`).sort());
});

interface Starts { readonly stages: readonly Stage[]; readonly starts: readonly number[]; readonly planned: number }
test.each<Starts>(files['segments']?.vectors as Starts[])('the server plans the same: $name', ({ stages, starts, planned }) => {
  const load: Load = { model: 'open', stages, maxUsers: 1, maxIterations: null };
  expect(plannedIterations(load)).toBe(planned);
  for (const [i, micros] of starts.entries()) expect(areaUntil(load, micros / 1000)).toBeCloseTo(i, 4);
});

test('a judge has at least two hundred vectors', () => {
  expect(files['judge']?.vectors.length).toBeGreaterThanOrEqual(200);
});

test('where JSON.parse refuses a number beyond every double, as that of k6 does, the number is JSON all the same', async () => {
  const parse = JSON.parse;
  const refusing = (text: string) => parse(text, (_, value) => { if (value === Infinity || value === -Infinity) throw new SyntaxError(text); return value; });
  vi.spyOn(JSON, 'parse').mockImplementation(refusing);
  try {
    const { parse } = await import(`${at('shared/bundle/outcome.js').href}?refusing`);
    expect(() => JSON.parse('1e400')).toThrow();
    expect(['{"a":1e400,"b":"1e400","c":[-2.5E+999]}', `[${'9'.repeat(400)}]`, '1e400', '{"a":1e40}'].map(parse)).toEqual([
      { a: Number.MAX_VALUE, b: '1e400', c: [-Number.MAX_VALUE] }, [Number.MAX_VALUE], Number.MAX_VALUE, { a: 1e40 },
    ]);
    expect(['{"a":01e400}', '{"a":1e400.5}', '{"a":"1e400}', '{"a":1e400', '', 'e400'].map(parse)).toEqual(Array(6).fill(undefined));
  } finally {
    vi.restoreAllMocks();
  }
});

describe('a watch', () => {
  test('of a plan whose objectives stop nothing is none', () => {
    const plan = { ...read('watch')[0].plan };
    plan.objectives = plan.objectives.map((objective: object) => ({ ...objective, abortAfterMs: null }));
    expect(newWatch(plan)).toBeNull();
    expect(newWatch({ ...plan, objectives: [] })).toBeNull();
  });
});
