/** What Artillery says of a run by itself, as it is read. */
import { describe, expect, test } from 'vitest';
import { report } from '../../templates/artillery/results/report.ts';
import { holds, named, ranked, real, reads, total, truth } from '../helpers/results.ts';

const PREFIX = 'plugins.metrics-by-endpoint.';
const times = { min: 10, max: 122, count: 359, mean: 44.3, p50: 40.9, median: 40.9, p75: 54.1, p90: 70.1, p95: 79.1, p99: 96.6, p999: 100.5 };
const second = (counters: object, summaries: object = {}, more: object = {}) => JSON.stringify({ aggregate: { counters, rates: {}, summaries, histograms: summaries, ...more }, intermediate: [] });
const first = (aggregate: object) => JSON.stringify({ aggregate: { timestamp: '2021-01-06T15:11:53.401Z', scenariosCreated: 1, errors: {}, codes: {}, customStats: {}, counters: {}, ...aggregate }, intermediate: [] });

describe('a real report of v2', () => {
  const read = reads(report, real('artillery/report.json'));
  const served = truth('artillery');

  test('counts what the target received; a failure to Artillery is what had no answer, or one of 400 and more', () => {
    expect(read.all).toMatchObject({ requests: 360, failed: 19, latencyOf: 'answered', failures: [{ what: 'status 500', count: 18 }, { what: 'ETIMEDOUT', count: 1 }] });
    for (const name of ['execute', 'status']) {
      const { outcomes = {} } = served[name] ?? {};
      expect(named(read, `/api/workflow/${name} (${name})`)).toMatchObject({ requests: total(outcomes), failed: (outcomes['500'] ?? 0) + (outcomes['aborted'] ?? 0) });
    }
    expect(read).toMatchObject({ toolVersion: '2', startedAt: 1795593584063, durationMs: 12010, rules: [] });
  });

  test('has the true times between its limits: rounded by the clock, the sketch and the report', () => {
    for (const name of ['execute', 'status']) {
      const { latency } = named(read, `/api/workflow/${name} (${name})`) ?? {};
      const { answeredMs = [] } = served[name] ?? {};
      for (const [key, quantile] of [['p50', 0.5], ['p90', 0.9], ['p95', 0.95]] as const) expect([name, key, holds(latency?.[key], ranked(answeredMs, quantile))]).toEqual([name, key, true]);
      expect(holds(latency?.max, answeredMs.at(-1) ?? 0)).toBe(true);
      expect(holds(latency?.min, answeredMs[0] ?? 0)).toBe(true);
    }
    expect(read.all?.latency.p95).toEqual({ value: 79.1, between: [(79.1 - 0.05) / 1.01 - 1, (79.1 + 0.05) / 0.99 + 1] });
  });

  test('leaves out a percentile for which there were too few answers: the sketch takes one of below', () => {
    expect(read.all?.latency.p999).toBeUndefined();
    expect(reads(report, second({ 'http.requests': 5, 'http.responses': 5 }, { 'http.response_time': { ...times, count: 5, p95: 4, p99: 4, max: 13 } })).all?.latency).toEqual({ min: { value: 10, between: [8.95, 11.05] }, mean: expect.anything(), p50: expect.anything(), max: { value: 13, between: [11.95, 14.05] } });
  });
});

test('a timeout has no time, and without any answer there is no latency at all', () => {
  const read = reads(report, second({ 'http.requests': 4, 'errors.ETIMEDOUT': 4, 'vusers.failed': 4 }));
  expect(read.all).toEqual({ requests: 4, failed: 4, latencyOf: 'answered', upToFirstByte: true, latency: {}, failures: [{ what: 'ETIMEDOUT', count: 4 }] });
});

test('where requests are missing among the names, no name has a number of requests', () => {
  const counters = { 'http.requests': 28, 'http.responses': 28, 'http.codes.200': 28, [`${PREFIX}a.codes.200`]: 12, [`${PREFIX}b.codes.200`]: 10, 'errors.Failed expectations for request http://127.0.0.1/': 6 };
  const read = reads(report, second(counters, { [`${PREFIX}response_time.a`]: times }));
  expect(read.all).toMatchObject({ requests: 28, failed: 0 });
  expect(read.requests).toMatchObject([{ name: 'a', requests: null, failed: null, latency: { max: { value: 122 } } }, { name: 'b', requests: null, failed: null, latency: {} }]);
});

test('a name may hold the words that come behind it', () => {
  const counters = { 'http.requests': 9, 'http.responses': 8, 'http.codes.200': 6, 'http.codes.404': 2, [`${PREFIX}v1.items.codes.200.codes.200`]: 6, [`${PREFIX}v1.items.codes.200.codes.404`]: 2, [`${PREFIX}a.errors.b.errors.ECONNRESET`]: 1 };
  expect(reads(report, second(counters, { [`${PREFIX}response_time.response_time.x`]: times })).requests).toMatchObject([
    { name: 'v1.items.codes.200', requests: 8, failed: 2, failures: [{ what: 'status 404', count: 2 }] },
    { name: 'a.errors.b', requests: 1, failed: 1, failures: [{ what: 'ECONNRESET', count: 1 }] },
    { name: 'response_time.x', requests: null, failed: null },
  ]);
});

test('v1: what was sent, what was answered, and times rounded to a tenth', () => {
  const read = reads(report, first({ requestsCompleted: 8, rps: { count: 10, mean: 1 }, latency: { min: 10.7, max: 40.2, median: 12, p95: 30.1, p99: 40.2 }, codes: { 200: 7, 503: 1 }, errors: { ECONNREFUSED: 2 } }));
  expect(read).toMatchObject({ toolVersion: '1', startedAt: null, durationMs: null, all: { requests: 10, failed: 3, failures: [{ what: 'status 503', count: 1 }, { what: 'ECONNREFUSED', count: 2 }] } });
  expect(read.all?.latency).toEqual({ min: { value: 10.7, between: [10.649999999999999, 10.75] }, p50: expect.anything(), p95: expect.anything(), p99: expect.anything(), max: { value: 40.2, between: [40.150000000000006, 40.25] } });
});

test('v1.7: a clock of whole milliseconds, and names from the plugin', () => {
  const read = reads(report, first({ requestsCompleted: 3, rps: { count: 3, mean: 1 }, latency: { min: 10, max: 40, median: 12.5, p95: 40, p99: 40 }, codes: { 200: 3 }, counters: { [`${PREFIX}a.codes.200`]: 3 }, customStats: { [`${PREFIX}response_time.a`]: { min: 10, max: 40, median: 12, p95: 40, p99: 40 } } }));
  expect(read.all?.latency.max).toEqual({ value: 40, between: [38.95, 41.05] });
  expect(read.requests).toMatchObject([{ name: 'a', requests: 3, failed: 0, latency: { p95: { value: 40 } } }]);
});

test('v1: what has no answer has no time; early builds of v2 do not say how many were sent', () => {
  const none = { min: null, max: null, median: null, p95: null, p99: null };
  expect(reads(report, first({ requestsCompleted: 0, rps: { count: 4, mean: 1 }, latency: none, errors: { ETIMEDOUT: 4 } })).all).toMatchObject({ requests: 4, failed: 4, latency: {} });
  expect(reads(report, first({ requestsCompleted: 4, rps: { count: 4, mean: 1 }, latency: { ...times, count: 4 }, codes: { 200: 4 } })).all).toMatchObject({ requests: null, failed: null, latency: { max: { value: 122 } } });
});

test.each([
  ['The file is empty.', '\ufeff  \n'],
  ['The file is no JSON, or it was cut on its way.', real('artillery/report.json').slice(0, -1)],
  ['This is no report of Artillery: it has no aggregate.', '{"aggregate":[]}'],
  ['This report of Artillery tells of no HTTP request.', second({ 'vusers.created': 3, 'websocket.messages_sent': 9 })],
  ['This report of Artillery tells of no HTTP request.', first({ requestsCompleted: 0, rps: { count: 0, mean: null }, latency: {} })],
  ['http.requests: "12" is no number of requests.', second({ 'http.requests': '12' })],
  ['All requests: 3 failed of 2.', second({ 'http.requests': 2, 'http.responses': 2, 'http.codes.500': 3 })],
  ['min of http.response_time: -5 is no time that a request can take.', second({ 'http.requests': 2, 'http.responses': 2 }, { 'http.response_time': { count: 2, min: -5 } })],
])('is refused: %s', (sentence, text) => {
  expect(report.read(text)).toBe(sentence);
});

test('a moment that no database can hold is none', () => {
  const at = (ms: number) => reads(report, second({ 'http.requests': 4, 'http.responses': 4 }, {}, { firstMetricAt: ms, lastMetricAt: ms + 5000 }));
  expect(at(1_795_593_584_063)).toMatchObject({ startedAt: 1_795_593_584_063, durationMs: 5000 });
  expect(at(8e15)).toMatchObject({ startedAt: null, durationMs: null });
});
