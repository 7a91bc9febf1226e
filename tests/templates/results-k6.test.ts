/** What k6 says of a run by itself, as it is read. */
import { describe, expect, test } from 'vitest';
import { summary } from '../../templates/k6/results/summary.ts';
import { holds, named, ranked, real, reads, total, truth } from '../helpers/results.ts';

const trend = (values: Record<string, number>, more: object = {}) => ({ type: 'trend', contains: 'time', values, ...more });
const counter = (count: number, more: object = {}) => ({ type: 'counter', contains: 'default', values: { count, rate: count / 10 }, ...more });
const rate = (passes: number, fails: number, more: object = {}) => ({ type: 'rate', contains: 'default', values: { rate: passes / (passes + fails) || 0, passes, fails }, ...more });
const of = (metrics: object, more: object = {}) => JSON.stringify({ metrics, ...more });

describe('a real summary of k6 2.2', () => {
  const read = reads(summary, real('k6/summary.json'));
  const served = truth('k6');

  test('counts what the target received, and what failed by status', () => {
    expect(read.all).toMatchObject({ requests: 202, failed: 10, latencyOf: 'all', failures: [] });
    expect(named(read, 'list workflows')?.requests).toBe(total(served['list']?.outcomes));
    expect(named(read, 'execute workflow')).toMatchObject({ requests: total(served['execute']?.outcomes), failed: 10 });
    expect(read).toMatchObject({ durationMs: 10073.187498, startedAt: null, toolVersion: null });
  });

  test('says of a name how many failed only where k6 was asked', () => {
    expect(named(read, 'list workflows')?.failed).toBeNull();
  });

  test('has times that the target knows of, as they were measured', () => {
    const list = named(read, 'list workflows')?.latency;
    for (const [key, quantile] of [['p50', 0.5], ['p90', 0.9], ['p95', 0.95], ['p99', 0.99]] as const) expect(Math.abs((list?.[key]?.value ?? 0) - ranked(served['list']?.answeredMs ?? [], quantile))).toBeLessThan(3);
    expect(list?.max).toEqual({ value: 36.388671 });
    expect(holds(list?.max, served['list']?.answeredMs.at(-1) ?? 0)).toBe(true);
    expect(list?.p999).toBeUndefined();
  });

  test('knows nothing of a name that no request had, though its threshold passed', () => {
    expect(read.requests.map(({ name }) => name).sort()).toEqual(['execute workflow', 'list workflows']);
    expect(read.rules.filter(({ of }) => of.includes('no such step') || of === 'never_used')).toEqual([]);
  });

  test('tells what k6 judged, a counter of 0 included', () => {
    expect(read.rules).toContainEqual({ of: 'http_req_duration{name:execute workflow}', rule: 'p(50)<1', held: false });
    expect(read.rules).toContainEqual({ of: 'dropped_iterations', rule: 'count==0', held: true });
  });
});

test('--summary-export: true is a threshold that was broken, the passes of http_req_failed are the failures, and there is no duration', () => {
  const read = reads(
    summary,
    of(
      {
        http_reqs: { count: 28, rate: 2.8 },
        http_req_failed: { value: 0.25, passes: 7, fails: 21, thresholds: { 'rate<0.1': true } },
        http_req_duration: { avg: 12.5, min: 1, med: 11, max: 40, 'p(90)': 30, 'p(95)': 35, thresholds: { 'p(95)<500': false } },
        'http_req_duration{name:none}': { avg: 0, min: 0, med: 0, max: 0, 'p(90)': 0, 'p(95)': 0, thresholds: { 'p(95)<500': false } },
        'http_req_failed{name:none}': { value: 0, passes: 0, fails: 0, thresholds: { 'rate<0.1': false } },
        dropped_iterations: { count: 3, rate: 0.3, thresholds: { 'count==0': true } },
      },
      { root_group: { name: '', path: '', id: '', groups: {}, checks: {} } },
    ),
  );
  expect(read).toEqual({
    toolVersion: null,
    startedAt: null,
    durationMs: null,
    all: { requests: 28, failed: 7, latencyOf: 'all', latency: { min: { value: 1 }, mean: { value: 12.5 }, p50: { value: 11 }, p90: { value: 30 }, p95: { value: 35 }, max: { value: 40 } }, failures: [] },
    requests: [],
    rules: [
      { of: 'http_req_failed', rule: 'rate<0.1', held: false },
      { of: 'http_req_duration', rule: 'p(95)<500', held: true },
      { of: 'dropped_iterations', rule: 'count==0', held: false },
    ],
  });
});

test('the machine-readable summary: its own version, seconds, matches, and percentiles written p90 and p95', () => {
  const metrics = [
    { name: 'http_reqs', type: 'counter', contains: 'default', values: { count: 40 } },
    { name: 'http_req_failed', type: 'rate', contains: 'default', values: { matches: 4, total: 40, rate: 0.1 } },
    { name: 'http_req_duration', type: 'trend', contains: 'time', values: { avg: 5, max: 9, med: 5, min: 1, p90: 8, p95: 8.5 } },
  ];
  const read = reads(summary, JSON.stringify({ version: '1.0.0', config: { duration: 10.5, execution: 'local', script: 'export default () => {}' }, metadata: { generatedAt: '2026-11-25T07:00:00Z', k6Version: '1.5.0' }, results: { metrics } }));
  expect(read).toMatchObject({ toolVersion: '1.5.0', durationMs: 10500, startedAt: null, all: { requests: 40, failed: 4, latency: { p90: { value: 8 }, p95: { value: 8.5 } } }, rules: [] });
});

test('requests of a name are counted by http_req_failed only when it has all requests', () => {
  const name = { 'http_req_failed{name:a}': rate(1, 9), 'http_req_duration{name:a}': trend({ 'p(95)': 7 }) };
  expect(named(reads(summary, of({ http_reqs: counter(20), http_req_failed: rate(1, 19), ...name })), 'a')).toMatchObject({ requests: 10, failed: 1 });
  expect(named(reads(summary, of({ http_reqs: counter(25), http_req_failed: rate(1, 19), ...name })), 'a')).toMatchObject({ requests: null, failed: 1 });
});

test('where all connections were refused the times are zeros, and they are real', () => {
  const zeros = { avg: 0, min: 0, med: 0, max: 0, 'p(95)': 0 };
  expect(reads(summary, of({ http_reqs: counter(5), http_req_failed: rate(5, 0), http_req_duration: trend(zeros) })).all).toMatchObject({ requests: 5, failed: 5, latency: { p95: { value: 0 } } });
});

test('sub-metrics of other tags, or of more than the name, are of no name; quotes and spaces around it are not its own', () => {
  const some = trend({ count: 3, 'p(95)': 7 });
  const read = reads(summary, of({ http_reqs: counter(9), 'http_req_duration{name:a,status:200}': some, 'http_req_duration{scenario:b}': some, 'http_req_duration{ name : "c d" }': some, 'http_req_duration{expected_response:true}': some, 'http_req_waiting{name:e}': some }));
  expect(read.requests.map(({ name }) => name)).toEqual(['c d']);
});

test.each([
  ['The file is empty.', ''],
  ['The file is no JSON, or it was cut on its way.', '{"metrics":{"http_reqs":{"type":"counter"'],
  ['This is no summary of k6: it has no metrics.', '{"root_group":{}}'],
  ['This summary of k6 tells of no HTTP request.', of({ iterations: counter(3) })],
  ['This summary of k6 tells of no HTTP request.', of({ http_reqs: counter(0) })],
  ['All requests: -3 is no number of requests.', of({ http_reqs: counter(-3) })],
  ['All requests: 1.5 is no number of requests.', of({ http_reqs: counter(1.5) })],
  ['All requests: Infinity is no number of requests.', '{"metrics":{"http_reqs":{"count":1e400,"rate":1}}}'],
  ['All requests: 4 failed of 3.', of({ http_reqs: counter(3), http_req_failed: rate(4, 0) })],
  ['All requests: -1 is no time that a request can take.', of({ http_reqs: counter(3), http_req_duration: trend({ 'p(95)': -1 }) })],
  ['All requests: 1e+300 is no time that a request can take.', of({ http_reqs: counter(3), http_req_duration: trend({ max: 1e300 }) })],
])('is refused: %s', (sentence, text) => {
  expect(summary.read(text)).toBe(sentence);
});
