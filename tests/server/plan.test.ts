import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusedLimit } from '../../server/script/plan/limit.ts';
import { parsePlan, pathText } from '../../server/script/plan.ts';
import { flowOf } from '../../server/script/flow/flow.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { readWorkflow } from '../../server/workflow/read.ts';

const good = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'smoke' } } };
const pathsOf = (plan: object): string[] => (parsePlan({ ...good, ...plan }).problems ?? []).map((p) => p.path);
const target = (more: object) => ({ target: { ...good.target, ...more } });

describe('a plan that is right is kept as it is', () => {
  test('without one member more or less', () => {
    const plan = {
      ...good,
      load: { open: { stages: [{ durationMs: 0, ratePerSecond: 2.5 }, { durationMs: 5000, ratePerSecond: 2.5 }], maxUsers: 10 } },
      objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500, during: 'whole' }],
      requestTimeoutMs: 1000,
    };
    expect(parsePlan(plan)).toEqual({ plan });
  });
  test('null is what was left out', () => {
    expect(parsePlan({ ...good, objectives: null, thinkTime: null, target: { ...good.target, auth: { none: null, bearer: { variable: 'TOKEN' } } } })).toEqual({
      plan: { ...good, target: { ...good.target, auth: { bearer: { variable: 'TOKEN' } } } },
    });
  });
});

describe('what is wrong is named by its path', () => {
  const stages = (...list: object[]) => ({ load: { closed: { stages: list } } });
  const cases: [string, object, string][] = [
    ['two loads', { load: { preset: { key: 'smoke' }, closed: { stages: [{ durationMs: 5000, users: 1 }] } } }, 'load'],
    ['no load', { load: {} }, 'load'],
    ['less than a second', stages({ durationMs: 999, users: 1 }), 'load.closed.stages'],
    ['more than a day', stages({ durationMs: 86_400_000, users: 1 }, { durationMs: 1, users: 1 }), 'load.closed.stages'],
    ['half a user', stages({ durationMs: 5000, users: 1.5 }), 'load.closed.stages[0].users'],
    ['a rate that is no number', { load: { open: { stages: [{ durationMs: 5000, ratePerSecond: Number.NaN }], maxUsers: 1 } } }, 'load.open.stages[0].ratePerSecond'],
    ['no room for a request in flight', { load: { open: { stages: [{ durationMs: 5000, ratePerSecond: 1 }], maxUsers: 0 } } }, 'load.open.maxUsers'],
    ['a rate at which nothing starts', { load: { open: { stages: [{ durationMs: 0, ratePerSecond: 0.01 }, { durationMs: 5000, ratePerSecond: 0.01 }], maxUsers: 1 } } }, 'load.open.stages'],
    ['a preset at whose rate nothing starts', { load: { preset: { key: 'constant', ratePerSecond: 0.01, durationMs: 5000 } } }, 'load.preset.ratePerSecond'],
    ['a preset in both models', { load: { preset: { key: 'constant', users: 1, ratePerSecond: 1 } } }, 'load.preset.ratePerSecond'],
    ['a throughput of a smoke test', { objectives: [{ metric: 'throughput', comparison: '>=', value: 1 }] }, 'objectives[0].metric'],
    ['a smoke test with a rate', { load: { preset: { key: 'smoke', ratePerSecond: 1 } } }, 'load.preset.ratePerSecond'],
    ['think time in the open model', { load: { preset: { key: 'constant', ratePerSecond: 1 } }, thinkTime: { minMs: 1, maxMs: 1 } }, 'thinkTime'],
    ['a member that is not known', { speed: 1 }, ''],
    ['an error ratio in percent', { objectives: [{ metric: 'error_ratio', comparison: '<', value: 5 }] }, 'objectives[0].value'],
    ['neither a value nor a change', { objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<' }] }, 'objectives[0].value'],
    ['a value without a comparison', { objectives: [{ metric: 'latency', statistic: 'p95', value: 500 }] }, 'objectives[0].comparison'],
    ['both a value and a change', { objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500, maxChangeRatio: 0.1 }] }, 'objectives[0].maxChangeRatio'],
    ['a change of nothing', { objectives: [{ metric: 'latency', statistic: 'p95', maxChangeRatio: 0 }] }, 'objectives[0].maxChangeRatio'],
    ['a throughput that may fall by all of it', { objectives: [{ metric: 'throughput', maxChangeRatio: 1 }] }, 'objectives[0].maxChangeRatio'],
    ['a change that would stop a run', { objectives: [{ metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1, abortAfterMs: 5000 }] }, 'objectives[0].abortAfterMs'],
    ['strict in a word', { objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500, strict: 'yes' }] }, 'objectives[0].strict'],
    ['throughput that may not be exceeded', { objectives: [{ metric: 'throughput', comparison: '<', value: 5 }] }, 'objectives[0].comparison'],
    ['latency that must be long', { objectives: [{ metric: 'latency', statistic: 'p95', comparison: '>', value: 5 }] }, 'objectives[0].comparison'],
    ['a NUL in a name', { objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 5, requestName: 'a\0' }] }, 'objectives[0].requestName'],
    ['a NUL in the name of a workflow', target({ preset: 'gateway', workflowName: 'a\0b' }), 'target.workflowName'],
    ['half of a character pair', target({ preset: 'gateway', workflowName: 'a\ud800' }), 'target.workflowName'],
    ['a header of the script itself', target({ headers: [{ name: 'User-Agent', value: 'x' }] }), 'target.headers[0].name'],
    ['a header that carries a key', target({ headers: [{ name: 'X-A', value: 'x' }, { name: 'X-Api-Key', value: 'x' }] }), 'target.headers[1].name'],
    ['a header for a proxy', target({ headers: [{ name: 'Proxy-Authorization', value: 'Basic dTpw' }] }), 'target.headers[0].name'],
    ['a header that ends and begins another', target({ headers: [{ name: 'x', value: 'a\r\nb: c' }] }), 'target.headers[0].value'],
    ['a path with a space', target({ path: '/a b' }), 'target.path'],
    ['inputs that are a list', { inputs: { fixed: '[1]' } }, 'inputs.fixed'],
    ['inputs behind two BOMs', { inputs: { fixed: '\ufeff\ufeff{}' } }, 'inputs.fixed'],
    ['a check of a value behind a BOM', { checks: [{ name: 'a', path: '/x', equals: '\ufeff1' }] }, 'checks[0].equals'],
  ];
  for (const [name, plan, path] of cases) test(name, () => expect(pathsOf(plan)).toContain(path));

  test('every message is a sentence', () => {
    for (const [, plan] of cases) for (const { message } of parsePlan({ ...good, ...plan }).problems ?? []) expect(message).toMatch(/^[A-Z].*\.$/s);
  });
  test('paths as a reader writes them', () => expect(pathText(['load', 'closed', 'stages', 2, 'users'])).toBe('load.closed.stages[2].users'));
});

describe('the limit of an objective', () => {
  const checks = [{ name: 'a', path: '/x', equals: '1' }];
  const refused = (metric: string, comparison: string, value: number, more: object = {}) => {
    const { problems = [] } = parsePlan({ ...good, load: { preset: { key: 'constant' } }, checks, objectives: [{ metric, comparison, value, ...more }] });
    expect(problems.filter(({ path }) => path !== 'objectives[0].value')).toEqual([]);
    return problems[0]?.message ?? null;
  };
  const p95 = { statistic: 'p95' };

  test('that no run can keep is refused, with the one that was meant', () => {
    expect(refused('error_ratio', '<', 0)).toBe('No error ratio is below 0: for no failure at all write <= 0.');
    expect(refused('error_ratio', '<', -0)).toBe('No error ratio is below 0: for no failure at all write <= 0.');
    expect(refused('checks_ratio', '>', 1)).toBe('No checks ratio is above 1: for no failed check at all write >= 1.');
    for (const value of [0, 0.0005, 0.001]) for (const comparison of ['<', '<=']) expect(refused('latency', comparison, value, p95)).toMatch(/^No answer is that fast/);
    expect(refused('latency', '<', 0, { statistic: 'mean' })).toMatch(/^No answer is that fast/);
  });
  test('that every run keeps is refused', () => {
    for (const [metric, comparison, value] of [['error_ratio', '<=', 1], ['checks_ratio', '>=', 0], ['throughput', '>=', 0]] as const) expect(refused(metric, comparison, value)).toMatch(/^Every run keeps this: /);
  });
  test('that is finer than samples are counted is refused', () => {
    for (const value of [4e-7, 0.0000015, 0.9999996, 0.01 + 1e-9]) {
      expect(refused('error_ratio', '<', value)).toMatch(/^Ratios are judged in millionths/);
      expect(refused('checks_ratio', '>=', value)).toMatch(/^Ratios are judged in millionths/);
    }
  });
  test('that is no such number is refused', () => {
    for (const value of [Number.NaN, Infinity, -1, 1e308, 1.5]) expect(refused('error_ratio', '<', value), `${value}`).toMatch(/^[A-Z].*\.$/);
    for (const value of [Number.NaN, Infinity, -1, 1e308]) expect(refused('latency', '<', value, p95), `${value}`).toMatch(/^[A-Z].*\.$/);
  });
  test('that is hard but can be kept, or broken, is taken', () => {
    for (const [metric, comparison, value] of [['error_ratio', '<=', 0], ['error_ratio', '<', 1], ['error_ratio', '<', 1e-6], ['checks_ratio', '>=', 1], ['checks_ratio', '>', 0], ['throughput', '>', 0], ['throughput', '>=', 1 / 3]] as const)
      expect(refused(metric, comparison, value), `${metric} ${comparison} ${value}`).toBeNull();
    expect([0.0011, 0.1, 1e9].map((value) => refused('latency', '<', value, p95))).toEqual([null, null, null]);
  });
  test('typed in per cent is taken, whatever the fraction is in binary', () => {
    for (let parts = 1; parts < 1_000_000; parts += 7) if (refusedLimit({ metric: 'error_ratio', comparison: '<', value: parts / 1e4 / 100 }) !== null) throw new Error(`${parts}`);
  });
  test('beside a comparison that is wrong is not looked at', () => {
    const { problems = [] } = parsePlan({ ...good, objectives: [{ metric: 'error_ratio', comparison: '>', value: 1 }] });
    expect(problems.map(({ path }) => path)).toEqual(['objectives[0].comparison']);
  });
});

describe('the address of the target', () => {
  const workflow = readWorkflow('{"nodes":[{"id":"a","type":"X","parameters":{}}],"edges":[]}').workflow;
  const sentTo = (baseUrl: string): string | null => {
    const { plan } = parsePlan({ ...good, target: { preset: 'studio', baseUrl } });
    return plan && workflow ? (flowOf(workflow, resolvePlan(plan), '0.1.0').made?.flow.baseUrl ?? null) : null;
  };
  test('is sent as the allow-list reads it', () => {
    expect(sentTo('http://127.1/')).toBe('http://127.0.0.1');
    expect(sentTo('HTTP://0x7f000001:8000/App/')).toBe('http://127.0.0.1:8000/App');
    expect(sentTo('https://studio.example.com/app//')).toBe('https://studio.example.com/app');
    expect(sentTo('https://bücher.example')).toBe('https://xn--bcher-kva.example');
    expect(sentTo('http://[::1]:8000')).toBe('http://[::1]:8000');
  });
  test('is refused where two readers could see two hosts in it', () => {
    for (const address of ['http://127.0.0.1\\@example.com', 'http://127.0.0.1/\\example.com', ' http://127.0.0.1', 'http://127.0.0.1\n', 'http:127.0.0.1', 'http:///127.0.0.1', 'http://127.0.0.1/\0', 'http://127.0.0.1/@example.com'])
      expect(pathsOf({ target: { preset: 'studio', baseUrl: address } }), address).toEqual(['target.baseUrl']);
  });
  test('no query, no user, no other protocol', () => {
    for (const address of ['http://a/?q=1', 'http://a/#b', 'http://u@a', 'ftp://a', 'file:///etc/passwd', '']) expect(pathsOf({ target: { preset: 'studio', baseUrl: address } }), address).toEqual(['target.baseUrl']);
  });
});

describe('the variable of a token', () => {
  const bearer = (variable: string) => target({ auth: { bearer: { variable } } });
  test('is any name that is free', () => {
    for (const name of ['TOKEN', 'STUDIO_TOKEN', 'LOAD_TEST_TOKEN', '_t', 'GOOGLE_TOKEN', 'HOMEPAGE_KEY', 'PATHFINDER']) expect(pathsOf(bearer(name)), name).toEqual([]);
  });
  test('is none that the tool, its interpreter or the script reads as a setting', () => {
    for (const name of ['LOAD_TEST_TARGET', 'LOAD_TEST_SAMPLES', 'LOAD_TEST_CA', 'LOAD_TEST_TOOL_VERSION', 'LOAD_TEST_START_AT', 'LOAD_TEST_SHARD_INDEX', 'LOAD_TEST_TASK', 'LOAD_TESTING_SANDBOX', 'LOAD_TESTING_MAX_MEMORY_MB', 'JOB_COMPLETION_INDEX', 'CLOUD_RUN_TASK_INDEX', 'NODE_OPTIONS', 'LD_PRELOAD', 'PYTHONPATH', 'PYTHONSTARTUP', 'LOCUST_HOST', 'K6_OUT', 'ARTILLERY_PLUGIN_PATH', 'PATH', 'HOME', 'http_proxy', 'HTTPS_PROXY', 'SSL_CERT_FILE', 'BASH_ENV', 'GODEBUG', 'DEBUG'])
      expect(pathsOf(bearer(name)), name).toEqual(['target.auth.bearer.variable']);
  });
  test('is a name', () => {
    for (const name of ['', '1A', 'A-B', 'A B', 'A=B', 'A\n']) expect(pathsOf(bearer(name)), JSON.stringify(name)).toEqual(['target.auth.bearer.variable']);
  });
});

test('whatever is given, it never throws, and what it takes it takes again', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.record({ target: fc.oneof(fc.constant(good.target), fc.jsonValue()), load: fc.oneof(fc.constant(good.load), fc.jsonValue()), objectives: fc.jsonValue(), thinkTime: fc.jsonValue() }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(anything, (input) => {
      const parsed = parsePlan(input);
      if (parsed.plan) expect(parsePlan(parsed.plan)).toEqual(parsed);
      else expect(parsed.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test('a check whose path is no pointer is told what one looks like', () => {
  const { problems = [] } = parsePlan({ ...good, load: { preset: { key: 'constant' } }, checks: [{ name: 'a', path: 'status', equals: '1' }] });
  expect(problems).toEqual([{ path: 'checks[0].path', message: expect.stringMatching(/begins with \/.* \/status /) }]);
});
