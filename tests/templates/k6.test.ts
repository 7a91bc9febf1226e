/** Bundles for k6 as text, and their JavaScript without k6: golden files, values only as literals, arithmetic, and thresholds that agree with the judge. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { areaUntil, durationOf, type Load, levelAt, plannedIterations, type Stage } from '../../server/script/load.ts';
import type { ScriptInput, ScriptObjective, ScriptPlan } from '../../templates/framework.ts';
import { k6 } from '../../templates/k6/index.ts';
import { fewFailures, goldenInputs, p95Below, scriptInput, textOf, writeBundle } from '../helpers/bundle.ts';

const folderOf = (name: string) => fileURLToPath(new URL(`../../templates/${name}/`, import.meta.url));
const vectors = (name: string) => JSON.parse(readFileSync(`${folderOf('shared/vectors')}${name}.json`, 'utf8'));

let folder: string;
/** A module of a bundle's instrument that imports nothing from k6, as it lies in the bundle. */
// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
const instrument = (name: string): Promise<any> => import(pathToFileURL(path.join(folder, `instrument/${name}.js`)).href);

beforeAll(async () => {
  folder = await writeBundle(k6.generate(scriptInput('http://127.0.0.1:8000')));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(Object.entries(goldenInputs))('the bundle %s', (name, input) => {
  test('is the golden one', async () => {
    await expect(textOf(k6.generate(input), 'loadtest.js')).toMatchFileSnapshot(`${folderOf('k6/fixtures')}${name}/loadtest.js`);
  });

  test('is the same bytes each time', () => {
    expect(k6.generate(structuredClone(input))).toEqual(k6.generate(input));
  });

  test('carries the hash of its script, taken with the hash left empty', () => {
    const script = textOf(k6.generate(input), 'loadtest.js');
    const [literal, hash] = /"scriptHash": "([0-9a-f]{64})"/.exec(script) ?? [];
    expect(hash).toBe(createHash('sha256').update(script.replace(literal ?? '', '"scriptHash": ""')).digest('hex'));
  });
});

describe('files of a bundle', () => {
  test('data files and the plan are what was given, byte for byte', () => {
    const text = `\ufeff{"a":"{{ x }} \${y} {% z %}\u2028","n":12345678901234567890,"big":1e400,"__proto__":{},"":0,"a":1}\r\n`;
    const bundle = k6.generate({ ...scriptInput('http://127.0.0.1:1'), data: { 'data/definition.json': text }, planText: '{"load":1e400}' });
    expect(textOf(bundle, 'data/definition.json')).toBe(text);
    expect(textOf(bundle, 'plan.json')).toBe('{"load":1e400}');
  });

  test('hold every module of the instrument, and the shared ones', () => {
    const paths = k6.generate(scriptInput('http://127.0.0.1:1')).files.map((file) => file.path);
    const modules = [...readdirSync(folderOf('k6/instrument')), ...readdirSync(folderOf('shared/bundle'))].filter((name) => name !== 'README.md');
    expect(paths.filter((p) => p.startsWith('instrument/')).sort()).toEqual(modules.map((name) => `instrument/${name}`).sort());
  });

  test('the command for an https target asks for HTTP/1.1', () => {
    expect(k6.generate(scriptInput('http://127.0.0.1:1')).command).toBe('k6 run --quiet loadtest.js');
    expect(k6.generate(scriptInput('https://example.com')).command).toBe('env GODEBUG=http2client=0 k6 run --quiet loadtest.js');
  });
});

describe('text of the user', () => {
  const nasty = `"'\`\\ \${1} {{ y }} {% raw %} {# z #} // */ </script>\r\n\t\0\u0085\u2028\u2029\x7f 12345678901234567890 \u{1f600}`;
  const withText = (text: string): ScriptInput =>
    scriptInput(
      `http://${text}`,
      { objectives: [{ ...p95Below(500), requestName: text }] },
      { name: text, path: `/${text}`, headers: [{ name: `x-${text}`, value: text }], body: [{ text }, { file: `data/${text}` }], bearerVariable: text },
    );

  /** The script with an empty text in the place of each string literal, and those texts. */
  function parsed(text: string): { skeleton: string; strings: string[] } {
    const source = ts.createSourceFile('loadtest.js', textOf(k6.generate(withText(text)), 'loadtest.js'), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
    const strings: ts.StringLiteral[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteral(node)) strings.push(node);
      node.forEachChild(visit);
    };
    visit(source);
    const skeleton = strings.reduceRight((script, node) => `${script.slice(0, node.getStart())}""${script.slice(node.end)}`, source.text);
    // A longer text may break a line of the literal around it.
    return { skeleton: skeleton.replace(/\s+/g, '').replace(/,(?=[}\]])/g, ''), strings: strings.map((node) => node.text) };
  }

  test('is never anything but a literal, whatever it holds', () => {
    const [plain, hostile] = [parsed('plain'), parsed(nasty)];
    expect(hostile.skeleton).toBe(plain.skeleton);
    const others = (strings: string[]) => strings.filter((text) => !/^[0-9a-f]{64}$/.test(text));
    expect(others(hostile.strings)).toEqual(others(plain.strings).map((text) => text.replace('plain', () => nasty)));
    expect(hostile.strings.filter((text) => text.endsWith(nasty))).toHaveLength(9);
  });

  test('leaves no line break of JavaScript or tag of HTML in the script', () => {
    expect(textOf(k6.generate(withText(nasty)), 'loadtest.js')).not.toMatch(/[\r\u2028\u2029\u0085]|<\/script/);
  });

  test('a version or a hash that is none does not get into the header', () => {
    expect(() => k6.generate({ ...scriptInput('http://127.0.0.1:1'), planHash: 'a\nalert(1)' })).toThrow();
  });

  test('that k6 cannot send as it is, is refused with the place of it', () => {
    const input = scriptInput('http://127.0.0.1:1/%zz', {}, { headers: [{ name: 'x-a', value: 'ok' }, { name: 'x-b', value: '\ud800' }], body: [{ text: '{"a":"\udc00"}' }], path: '/a%20b%' });
    expect(k6.refuse(input).map(({ path: p }) => p)).toEqual(['target.headers[1].value', 'inputs', 'target.baseUrl', 'target.path']);
    for (const plain of Object.values(goldenInputs)) expect(k6.refuse(plain)).toEqual([]);
  });
});

describe('a limited number of iterations', () => {
  const smoke = goldenInputs['smoke']?.plan as ScriptPlan;
  test('needs a constant number of users, else the plan is refused', () => {
    const ramp = [{ durationMs: 1000, target: 1 }, { durationMs: 59_000, target: 1 }];
    expect(k6.refuse(scriptInput('http://127.0.0.1:1', { ...smoke, stages: ramp }))).toHaveLength(1);
    expect(k6.refuse(scriptInput('http://127.0.0.1:1', { ...smoke, model: 'open' }))).toHaveLength(1);
  });

  test('is shared among the users, and no user waits for one in vain', async () => {
    const { scenariosOf } = await instrument('load');
    expect(scenariosOf(smoke, false)).toEqual({ load: { executor: 'shared-iterations', vus: 1, iterations: 5, maxDuration: '60000ms', gracefulStop: '7000ms' } });
    expect(scenariosOf({ ...smoke, maxUsers: 20 }, false).load.vus).toBe(5);
  });
});

const load = (model: Load['model'], ...stages: [durationMs: number, target: number][]): Load =>
  ({ model, stages: stages.map(([durationMs, target]) => ({ durationMs, target })), maxUsers: 1000, maxIterations: null });
const planOf = ({ model, stages }: Load, more: Partial<ScriptPlan> = {}): ScriptPlan =>
  ({ ...scriptInput('http://127.0.0.1:1').plan, model, stages, durationMs: stages.reduce((sum, s) => sum + s.durationMs, 0), ...more });

describe('closed load', () => {
  const msOf = (duration: string) => (duration.endsWith('us') ? Number(duration.slice(0, -2)) / 1000 : Number(duration.slice(0, -2).replace(/s$/, '')) * (duration.endsWith('ms') ? 1 : 1000));

  /** What k6's ramping-vus does: up, a user comes when the line reaches its number; down, it goes when the line is one below it. */
  function usersAt(stages: readonly { duration: string; target: number }[], atMs: number): number {
    let from = 0;
    let begin = 0;
    let users = 0;
    for (const { duration, target } of stages) {
      const ms = msOf(duration);
      if (begin > atMs) break;
      const level = ms === 0 || atMs >= begin + ms ? target : from + ((target - from) * (atMs - begin)) / ms;
      users = target >= from ? Math.floor(level + 1e-9) : Math.ceil(level - 1e-9);
      from = target;
      begin += ms;
    }
    return users;
  }

  test.each([
    ['up, level, down', load('closed', [10_000, 4], [5000, 4], [5000, 0])],
    ['a spike', load('closed', [0, 2], [4000, 2], [200, 9], [2000, 9], [0, 1], [3000, 3])],
    ['a pause', load('closed', [0, 3], [1000, 3], [0, 0], [1000, 0], [0, 3], [1000, 3])],
    ['one user more', load('closed', [3000, 1], [3000, 2])],
  ])('%s: at any moment as many users are there as the line says, rounded up', async (_name, profile) => {
    const { scenariosOf } = await instrument('load');
    const { stages } = scenariosOf(planOf(profile), false).load;
    for (let at = 1; at < durationOf(profile); at += 37) expect(usersAt(stages, at), `at ${at} ms`).toBe(Math.max(0, Math.ceil(levelAt(profile, at) - 1e-6)));
    expect(stages.reduce((sum: number, stage: { duration: string }) => sum + msOf(stage.duration), 0)).toBeCloseTo(durationOf(profile), 6);
  });

  test('is over when the plan asks for no user any more', async () => {
    const { lastLoadMs } = await instrument('load');
    expect(lastLoadMs(planOf(load('closed', [0, 2], [4000, 2], [0, 0], [5000, 0])))).toBe(4000);
    expect(lastLoadMs(planOf(load('closed', [4000, 2], [2000, 0])))).toBe(6000);
  });

  test('waits for requests longer than they may take', async () => {
    const { scenariosOf } = await instrument('load');
    expect(scenariosOf(planOf(load('closed', [1000, 1]), { requestTimeoutMs: 30_000 }), false).load).toMatchObject({ startVUs: 0, gracefulStop: '32000ms', gracefulRampDown: '32000ms' });
  });
});

describe('open load', () => {
  const loads: [string, Load][] = [
    ['constant', load('open', [0, 10], [6000, 10])],
    ['a ramp', load('open', [0, 10], [20_000, 200])],
    ['below one a second, and down to nothing', load('open', [0, 0.3], [7000, 0.3], [3000, 0])],
    ['a pause', load('open', [0, 10], [1000, 10], [0, 0], [5000, 0], [0, 10], [1000, 10])],
    ['an area that is not exact in binary', load('open', [700, 0.1], [2900, 7.7], [9100, 7.7])],
  ];
  const open = (profile: Load) => planOf(profile, { plannedIterations: plannedIterations(profile), maxUsers: 40 });

  test.each(loads)('%s: number i is due where the area under the rate passes i', async (_name, profile) => {
    const { arrivalsOf } = await instrument('arrivals');
    const plan = open(profile);
    const arrivals = arrivalsOf(plan);
    for (let i = 0; i < (plan.plannedIterations ?? 0); i++) {
      expect(areaUntil(profile, arrivals.dueAt(i))).toBeCloseTo(i, 6);
      expect(areaUntil(profile, arrivals.dueAt(i) + 50)).toBeGreaterThan(i);
      // Nobody has completed an iteration, so as many tickets are missing as are due.
      expect(arrivals.waitingAt(arrivals.dueAt(i) + 0.001, 0)).toBe(-(i + 1));
    }
    expect(arrivals.waitingAt(plan.durationMs + 1, 0)).toBe(-(plan.plannedIterations ?? 0));
  });

  test('any profile: starts are in order, in time, and as many as planned', () => {
    const stage = fc.record({ durationMs: fc.nat(20_000), target: fc.double({ min: 0, max: 50, noNaN: true }) });
    return fc.assert(
      fc.asyncProperty(fc.array(stage, { minLength: 1, maxLength: 6 }), async (stages: Stage[]) => {
        const { arrivalsOf } = await instrument('arrivals');
        const profile: Load = { model: 'open', stages, maxUsers: 10, maxIterations: null };
        const plan = open(profile);
        const { dueAt } = arrivalsOf(plan);
        let last = 0;
        for (let i = 0; i < (plan.plannedIterations ?? 0); i++) {
          const due = dueAt(i);
          expect(due).toBeGreaterThanOrEqual(last);
          expect(Math.abs(areaUntil(profile, due) - i)).toBeLessThan(1e-5);
          last = due;
        }
        expect(last).toBeLessThanOrEqual(plan.durationMs);
      }),
      { numRuns: 100 },
    );
  });

  test('tickets for each start of the plan and one for each user to be parked in; at least one is held, and those of the next half second', async () => {
    const [{ scenariosOf }, { arrivalsOf }] = await Promise.all([instrument('load'), instrument('arrivals')]);
    const plan = open(load('open', [0, 1], [5000, 1], [0, 40], [5000, 40]));
    expect(scenariosOf(plan, false).load).toMatchObject({ executor: 'shared-iterations', vus: 40, iterations: 40 + 205, gracefulStop: '0s' });
    const { neededAt, ticketOf } = arrivalsOf(plan);
    expect([ticketOf(39), ticketOf(40)]).toEqual([-1, 0]);
    expect([0, 3900, 4100, 6000, 10_000].map(neededAt)).toEqual([1, 1, 20, 20, 1]);
  });

  test('with samples, one more user writes the gauge', async () => {
    const { scenariosOf } = await instrument('load');
    expect(scenariosOf(open(load('open', [0, 10], [6000, 10])), true).gauge).toEqual({ executor: 'per-vu-iterations', exec: 'gauge', vus: 1, iterations: 1, maxDuration: '15052ms', gracefulStop: '0s' });
  });
});

describe('thresholds', () => {
  type Sums = Map<string, number>;
  const add = (sums: Sums) => (name: string, value: number) => void sums.set(name, (sums.get(name) ?? 0) + value);

  /** As k6 evaluates a Counter at the end; a sum that nothing was added to is 0. */
  function hold(thresholds: Readonly<Record<string, readonly string[]>>, sums: Sums): boolean {
    return Object.entries(thresholds).every(([name, rules]) =>
      rules.every((rule) => {
        const [, operator, text] = /^count(>=|>|<|!=)(\d+(?:\.\d+)?)$/.exec(rule) ?? [];
        if (operator === undefined) throw new Error(`k6 has no such threshold: ${rule}`);
        const [value, limit] = [sums.get(name) ?? 0, Number(text)];
        return operator === '>=' ? value >= limit : operator === '>' ? value > limit : operator === '<' ? value < limit : value !== limit;
      }),
    );
  }

  interface Vector {
    readonly name: string;
    readonly plan: ScriptPlan;
    readonly samples?: readonly (readonly [name: string | null, startMicros: number, durationMicros: number, outcome: string])[];
    readonly tallies?: readonly { readonly n: number; readonly k: number }[];
    readonly facts: { readonly cutShort: boolean; readonly linesLost: boolean; readonly inFlight: number; readonly iterationsStarted: number };
    readonly expected: { readonly verdict: string; readonly lines: readonly string[]; readonly results: readonly { readonly verdict: string }[] };
  }

  /** The sums of one request that was sent and reported. */
  // biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
  function once(verdict: any, plan: ScriptPlan, durationMicros: number, outcome: string): Sums {
    const sums: Sums = new Map();
    verdict.countSent(plan, add(sums));
    const [from] = plan.steady[0] ?? [0, 0];
    verdict.countDone(plan, add(sums), plan.objectives[0]?.requestName ?? 'execute', from * 1000, durationMicros, outcome);
    return sums;
  }

  // biome-ignore lint/suspicious/noExplicitAny: plain JavaScript
  function sumsFor(verdict: any, plan: ScriptPlan, n: number, k: number, inFlight: number, started: number): Sums {
    const [objective] = plan.objectives;
    const good = once(verdict, plan, 0, objective?.metric === 'throughput' ? 'http_5xx' : 'ok');
    const counted = once(verdict, plan, 0, objective?.metric === 'latency' ? 'timeout' : objective?.metric === 'throughput' ? 'ok' : 'http_5xx');
    const sent: Sums = new Map();
    verdict.countSent(plan, add(sent));
    const sums: Sums = new Map([[verdict.STARTED, started]]);
    for (const [of, times] of [[good, n - k], [counted, k], [sent, inFlight]] as const) for (const [name, value] of of) add(sums)(name, value * times);
    return sums;
  }

  const single = (vector: Vector) => (vector.tallies ?? []).map((tally, i) => ({ tally, plan: { ...vector.plan, objectives: vector.plan.objectives.slice(i, i + 1) }, result: vector.expected.results[i] }));
  const table = (vectors('judge') as Vector[]).filter(({ facts }) => !facts.cutShort && !facts.linesLost);

  test.each(table.filter((vector) => vector.tallies))('hold exactly when the judge passes: $name', async (vector) => {
    const verdict = await instrument('verdict');
    for (const { tally, plan, result } of single(vector)) {
      const sums = sumsFor(verdict, plan, tally.n, tally.k, vector.facts.inFlight, vector.facts.iterationsStarted);
      expect(hold(verdict.thresholdsOf(plan), sums)).toBe(result?.verdict === 'passed');
    }
  });

  test.each(table.filter((vector) => vector.samples))('hold exactly when the judge passes: $name', async (vector) => {
    const verdict = await instrument('verdict');
    const { newTallies, count, judge } = await instrument('judge');
    // A request of k6's script is the execution too: the samples as such requests.
    const sums: Sums = new Map([[verdict.STARTED, vector.facts.iterationsStarted]]);
    const tallies = newTallies(vector.plan);
    for (const [name, start, duration, outcome] of vector.samples ?? []) {
      verdict.countSent(vector.plan, add(sums));
      verdict.countDone(vector.plan, add(sums), name ?? 'execute', start, duration, outcome);
      count(vector.plan, tallies, name ?? 'execute', start, duration, outcome);
      count(vector.plan, tallies, null, start, duration, outcome);
    }
    for (let i = 0; i < vector.facts.inFlight; i++) verdict.countSent(vector.plan, add(sums));
    const judged = judge(vector.plan, tallies, vector.facts);
    expect(hold(verdict.thresholdsOf(vector.plan), sums)).toBe(judged.verdict === 'passed');
    expect(verdict.verdictOf(vector.plan, (name: string) => sums.get(name) ?? 0, false).verdict).toBe(judged.verdict);
  });

  const latency = (statistic: string, perMille: number | null): ScriptObjective => ({ ...p95Below(500), statistic, perMille });
  const errors = (comparison: '<' | '<=', limitPpm: number): ScriptObjective => ({ ...fewFailures, comparison, value: limitPpm / 1e6, limitPpm, added: false });
  const throughput = (comparison: '>' | '>=', value: number): ScriptObjective =>
    ({ metric: 'throughput', statistic: null, comparison, value, requestName: null, during: 'steady', added: false, perMille: null, slowerFromMicros: null, limitPpm: null });
  const objectives: [string, ScriptObjective][] = [
    ['p50', latency('p50', 500)], ['p90', latency('p90', 900)], ['p95', latency('p95', 950)], ['p99', latency('p99', 990)], ['max', latency('max', 1000)], ['mean', latency('mean', null)],
    ['the added error objective', fewFailures], ['errors < 1 %', errors('<', 10_000)], ['errors <= 5 %', errors('<=', 50_000)], ['no error', errors('<=', 0)], ['not all fail', errors('<', 1_000_000)],
    ['errors < 33.3333 %', errors('<', 333_333)], ['throughput >= 2.5/s', throughput('>=', 2.5)], ['throughput > 2.5/s', throughput('>', 2.5)], ['throughput >= 0/s', throughput('>=', 0)],
  ];

  test.each(objectives)('%s: the same as the judge for every n up to 620, few against it, and some in flight', async (_name, objective) => {
    const verdict = await instrument('verdict');
    const { judge } = await instrument('judge');
    const plan: ScriptPlan = { ...scriptInput('http://127.0.0.1:1').plan, objectives: [objective] };
    const thresholds = verdict.thresholdsOf(plan);
    const units = [sumsFor(verdict, plan, 1, 0, 0, 0), sumsFor(verdict, plan, 1, 1, 0, 0), sumsFor(verdict, plan, 0, 0, 1, 0)];
    for (let n = 0; n <= 620; n++)
      for (const k of new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, Math.floor(n / 20), Math.ceil(n / 20), Math.floor(n / 3), Math.ceil(n / 3), Math.floor(n / 2), Math.ceil(n / 2), n - 1, n]))
        for (const inFlight of [0, 1, 3]) {
          if (k < 0 || k > n) continue;
          const sums: Sums = new Map();
          for (const [unit, times] of [[units[0], n - k], [units[1], k], [units[2], inFlight]] as const) for (const [name, value] of unit ?? []) add(sums)(name, value * times);
          const facts = { cutShort: false, linesLost: false, inFlight, iterationsStarted: 0 };
          const expected = judge(plan, [{ n, k }], facts);
          if (hold(thresholds, sums) !== (expected.verdict === 'passed')) expect.fail(`n ${n}, k ${k}, ${inFlight} in flight: the judge says ${expected.verdict}`);
          if (verdict.verdictOf(plan, (name: string) => sums.get(name) ?? 0, false).verdict !== expected.verdict) expect.fail(`n ${n}, k ${k}, ${inFlight} in flight: not the judge's verdict`);
        }
  });

  test('any mixture of objectives and samples: the exit code is that of the judge', async () => {
    const verdict = await instrument('verdict');
    const { newTallies, count, judge } = await instrument('judge');
    const outcome = fc.oneof({ weight: 40, arbitrary: fc.constant('ok') }, { weight: 1, arbitrary: fc.constantFrom('timeout', 'http_5xx', 'refused') });
    const sample = fc.record({ start: fc.nat(4_500_000), duration: fc.oneof({ weight: 25, arbitrary: fc.nat(499_999) }, { weight: 1, arbitrary: fc.integer({ min: 500_000, max: 900_000 }) }), outcome });
    const chosen = fc.subarray(objectives.map(([, objective]) => objective).filter((o) => o.statistic !== 'mean'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(chosen, fc.constantFrom('steady', 'whole'), fc.array(sample, { maxLength: 400, size: 'max' }), fc.nat(2), fc.option(fc.integer({ min: 1, max: 420 })), (list, during, samples, inFlight, planned) => {
        const plan = { ...scriptInput('http://127.0.0.1:1').plan, objectives: list.map((o) => ({ ...o, during: during as 'steady' | 'whole' })), plannedIterations: planned };
        const sums: Sums = new Map([[verdict.STARTED, samples.length + inFlight]]);
        const tallies = newTallies(plan);
        for (const { start, duration, outcome: what } of samples) {
          verdict.countSent(plan, add(sums));
          verdict.countDone(plan, add(sums), 'execute', start, duration, what);
          count(plan, tallies, null, start, duration, what);
        }
        for (let i = 0; i < inFlight; i++) verdict.countSent(plan, add(sums));
        const { verdict: expected } = judge(plan, tallies, { cutShort: false, linesLost: false, inFlight, iterationsStarted: samples.length + inFlight });
        expect(hold(verdict.thresholdsOf(plan), sums)).toBe(expected === 'passed');
        expect(verdict.verdictOf(plan, (name: string) => sums.get(name) ?? 0, false).verdict).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('without a steady part nothing about it holds', async () => {
    const { thresholdsOf } = await instrument('verdict');
    expect(Object.values(thresholdsOf({ ...scriptInput('http://127.0.0.1:1').plan, steady: [] }))).toEqual([['count<0'], ['count<0']]);
  });
});

describe('the summary', () => {
  const data = (sums: Readonly<Record<string, number>>, testRunDurationMs: number, zeroMs = 10) =>
    ({ metrics: Object.fromEntries(Object.entries(sums).map(([name, count]) => [name, { values: { count } }])), state: { testRunDurationMs }, setup_data: { zeroMs, startedAt: 1 } });
  const sums = (started: number, dropped: number, done: number) =>
    ({ load_test_iterations_started: started, load_test_iterations_dropped: dropped, load_test_requests_sent: started, load_test_requests_done: done });
  const closed = scriptInput('http://127.0.0.1:1').plan;
  const open: ScriptPlan = { ...closed, model: 'open', stages: [{ durationMs: 0, target: 10 }, { durationMs: 4000, target: 10 }], plannedIterations: 40 };
  const smoke: ScriptPlan = { ...closed, maxIterations: 5, plannedIterations: 5 };

  test.each([
    ['closed, to its end', closed, sums(9, 0, 9), 4010, 'planned'],
    ['closed, stopped before its end', closed, sums(9, 0, 9), 3000, 'interrupted'],
    ['closed, stopped while it waited for the last answers', closed, sums(9, 0, 8), 5000, 'interrupted'],
    ['closed, a request was cut after all waiting', closed, sums(9, 0, 8), 11_010, 'planned'],
    ['open, to its end', open, sums(38, 2, 38), 4010, 'planned'],
    ['open, k6 dropped the rest itself', open, { ...sums(30, 2, 30), dropped_iterations: 8 }, 11_000, 'planned'],
    ['open, stopped', open, sums(20, 0, 20), 2000, 'interrupted'],
    ['smoke, to its end', smoke, sums(5, 0, 5), 300, 'planned'],
    ['smoke, stopped', smoke, sums(3, 0, 2), 300, 'interrupted'],
    ['stopped before it began', closed, null, 100, 'interrupted'],
  ] as const)('%s', async (_what, plan, counts, elapsed, cause) => {
    const { summaryOf } = await instrument('summary');
    const given = counts === null ? { ...data({}, elapsed), setup_data: undefined } : data(counts, elapsed);
    const summary = summaryOf(plan, given);
    expect(summary.cause).toBe(cause);
    expect(summary.text.trimEnd().split('\n').at(-1)).toMatch(/^LOADTEST_VERDICT /);
    if (cause === 'interrupted') expect(summary.text).not.toContain('LOADTEST_VERDICT passed');
  });
});

describe('the shared rules, in the bundle', () => {
  test('read answers like everywhere', async () => {
    const { outcomeOfResponse } = await instrument('answer');
    // What a response of k6 is when there was an answer; status 0 is none.
    for (const { name, rule, status, body, expected } of vectors('outcome')) if (status > 0) expect(outcomeOfResponse(rule, { status, body }), name).toEqual(expected);
  });

  test.each([
    [1050, 'request timeout', 'timeout'],
    [1211, 'dial: i/o timeout', 'timeout'],
    [1212, 'dial: connection refused', 'refused'],
    [1220, 'read: connection reset by peer', 'reset'],
    [1201, 'write: broken pipe', 'reset'],
    [1000, 'EOF', 'reset'],
    [1000, 'unexpected EOF', 'reset'],
    [1000, 'http: server closed idle connection', 'reset'],
    [1101, 'lookup: no such host', 'dns'],
    [1100, 'lookup x: server misbehaving', 'dns'],
    [1310, 'x509: unknown authority', 'tls'],
    [1000, 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid', 'tls'],
    [1210, 'dial: network is unreachable', 'other'],
    [1000, 'malformed HTTP response "x"', 'other'],
  ])('k6 says %i, %s: %s', async (code, message, outcome) => {
    const { outcomeOfResponse } = await instrument('answer');
    expect(outcomeOfResponse({ success: 'studio', failOnSuccessFalse: true }, { status: 0, error_code: code, error: message, body: null })).toEqual([outcome, message]);
  });

  test('a number too large for k6 does not make JSON of what is none', async () => {
    const { outcomeOfResponse } = await instrument('answer');
    const outcome = (body: string) => outcomeOfResponse({ success: 'studio', failOnSuccessFalse: true }, { status: 200, body })[0];
    expect(['{"a":01e400}', '{"a":1e400.5}', '{"a":"1e400}', '[1e400]', '{"a":1e400'].map(outcome)).toEqual(Array(5).fill('bad_body'));
  });

  test('a duration holds the time to connect; a connection that was there already took none', async () => {
    const { durationOf: duration, connectOf } = await instrument('answer');
    expect(duration({ status: 200, timings: { blocked: 1.5004, duration: 80.25 } }, 99_000)).toBe(81_750);
    expect(duration({ status: 0, timings: { blocked: 0, duration: 0 } }, 99_000)).toBe(99_000);
    expect(duration({ status: 0, timings: { blocked: 0, duration: 0 } }, -5)).toBe(0);
    expect(connectOf({ timings: { connecting: 0.012, blocked: 0.3 } })).toBe(300);
    expect(connectOf({ timings: { connecting: 0, blocked: 0.002 } })).toBeUndefined();
  });
});

describe('the environment', () => {
  const request = { baseUrl: 'http://127.0.0.1:8000/', bearerVariable: 'TOKEN' };
  const https = { GODEBUG: 'x=1,http2client=0', LOAD_TEST_TARGET: 'https://example.com/base/', TOKEN: 't' };

  test('gives target, token and where samples go', async () => {
    const { readEnvironment } = await instrument('environment');
    expect(readEnvironment({ TOKEN: 'a b' }, request)).toEqual({ target: 'http://127.0.0.1:8000', token: 'a b', reporting: false, toolVersion: 'unknown' });
    expect(readEnvironment({ ...https, LOAD_TEST_SAMPLES: 'console', LOAD_TEST_TOOL_VERSION: '2.2.0' }, { ...request, bearerVariable: null }))
      .toEqual({ target: 'https://example.com/base', token: null, reporting: true, toolVersion: '2.2.0' });
    expect(readEnvironment({ TOKEN: 't', LOAD_TEST_TARGET: 'http://[::1]:8000' }, request).target).toBe('http://[::1]:8000');
  });

  test.each([
    [{}, 'the environment variable TOKEN is not set'],
    [{ TOKEN: '' }, 'the environment variable TOKEN is not set'],
    [{ TOKEN: 'a\nb' }, 'a line break'],
    [{ TOKEN: 't', LOAD_TEST_TARGET: 'localhost:8000' }, 'not an http or https address'],
    [{ TOKEN: 't', LOAD_TEST_TARGET: 'http://user:pass@host' }, 'without user'],
    [{ TOKEN: 't', LOAD_TEST_TARGET: 'http://host/?a=1' }, 'without user, query'],
    [{ TOKEN: 't', LOAD_TEST_SAMPLES: 'samples.ndjson' }, '--console-output FILE'],
    [{ TOKEN: 't', LOAD_TEST_SAMPLES: 'fd:3' }, '--console-output FILE'],
    [{ ...https, GODEBUG: '' }, 'GODEBUG=http2client=0'],
    [{ ...https, LOAD_TEST_CA: '/ca.pem' }, 'SSL_CERT_FILE'],
    [{ ...https, HTTPS_PROXY: 'http://proxy' }, 'NO_PROXY=*'],
    [{ TOKEN: 't', LOAD_TEST_TARGET: 'http://example.com', http_proxy: 'http://proxy' }, 'NO_PROXY=*'],
  ])('%o: one line, no stack', async (env, problem) => {
    const { readEnvironment } = await instrument('environment');
    let thrown: unknown;
    try {
      readEnvironment(env, request);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatch(/^load test: [^\n]+$/);
    expect(thrown).toContain(problem);
  });

  test('a proxy that does not concern the target is no obstacle', async () => {
    const { readEnvironment } = await instrument('environment');
    expect(readEnvironment({ TOKEN: 't', http_proxy: 'http://proxy' }, request).target).toBe('http://127.0.0.1:8000');
    expect(readEnvironment({ ...https, HTTPS_PROXY: 'http://proxy', NO_PROXY: '*' }, request).target).toBe('https://example.com/base');
  });
});

describe('how it ended', () => {
  test.each([
    [{ code: 0, signal: null }, 'ok'],
    [{ code: 99, signal: null }, 'objectives_failed'],
    [{ code: 105, signal: null }, 'interrupted'],
    [{ code: 103, signal: null }, 'interrupted'],
    [{ code: null, signal: 'SIGINT' }, 'interrupted'],
    [{ code: null, signal: 'SIGTERM' }, 'interrupted'],
    [{ code: null, signal: 'SIGKILL' }, 'broke'],
    [{ code: 107, signal: null }, 'broke'],
    [{ code: 104, signal: null }, 'broke'],
    [{ code: 255, signal: null }, 'broke'],
    [{ code: null, signal: null }, 'broke'],
  ])('%o is %s', (exit, expected) => {
    expect(k6.ending(exit)).toBe(expected);
  });

  test('the problem is the last line that says something', () => {
    expect(k6.problemFrom('load test: the environment variable TOKEN is not set: it holds the bearer token.\n\n', '')).toBe('the environment variable TOKEN is not set: it holds the bearer token.');
    expect(k6.problemFrom("ReferenceError: nope is not defined\n\tat file:///x/loadtest.js:3:1(2)\n\n", '')).toBe('ReferenceError: nope is not defined');
    expect(k6.problemFrom('time="2026-11-25T09:39:52Z" level=error msg="Error: \\"x\\"\\n\\tat f (file:///x.js:1:55(3))\\n" hint="script exception"\n', '')).toBe('Error: "x"');
    expect(k6.problemFrom("could not initialize 'loadtest.js': could not load JS test 'file:///tmp/x/loadtest.js': file:///tmp/x/loadtest.js: Line 113:1 Unexpected token )\n", '')).toBe('loadtest.js: Line 113:1 Unexpected token )');
    expect(k6.problemFrom('Request Failed\nRequest Failed\n', 'LOADTEST_VERDICT passed\n')).toBeNull();
  });
});

describe('the tool', () => {
  test('its version is read from what it prints', () => {
    expect(k6.tool.parseVersion('k6 v2.2.0 (commit/87883075cc, go1.26.8, linux/amd64)\n')).toBe('2.2.0');
    expect(k6.tool.parseVersion('k6.exe v1.3.0 (go1.24, windows/amd64)\n')).toBe('1.3.0');
    expect(k6.tool.parseVersion('artillery 2.0.34\n')).toBeNull();
  });

  test('nothing of the user\'s own k6 settings comes into a run', () => {
    const { args, env, samples } = k6.run({ executable: '/bin/k6', folder: '/run', entryFile: 'loadtest.js', fifo: '/run/samples' });
    expect(samples).toBe('fifo');
    expect(args.slice(0, 5)).toEqual(['run', '--quiet', '--no-color', '--config', 'instrument/config.json']);
    expect(k6.run({ executable: '/bin/k6', version: '2.2.0', folder: '/run', entryFile: 'loadtest.js', fifo: '/run/samples' }).env['LOAD_TEST_TOOL_VERSION']).toBe('2.2.0');
    expect(env).toMatchObject({ LOAD_TEST_SAMPLES: 'console', K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false', GODEBUG: 'http2client=0', NO_PROXY: '*' });
  });
});
