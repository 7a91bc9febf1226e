/** What Locust says of a run by itself, as it is read. */
import { describe, expect, test } from 'vitest';
import { exceptions, failures } from '../../templates/locust/results/failures.ts';
import { history } from '../../templates/locust/results/history.ts';
import { json } from '../../templates/locust/results/json.ts';
import { bucket } from '../../templates/locust/results/rounding.ts';
import { stats } from '../../templates/locust/results/stats.ts';
import { holds, named, ranked, real, reads, total, truth } from '../helpers/results.ts';

/** `round` of Python: halves to the even one. */
const even = (value: number) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));
/** `bucket_response_time` of Locust. */
function rounded(ms: number): number {
  const unit = ms < 100 ? 1 : ms < 1000 ? 10 : ms < 10_000 ? 100 : 1000;
  return even(ms / unit) * unit;
}

test('what Locust rounds lies between the limits that are told, and limits are no wider than its rule', () => {
  for (let ms = 0; ms < 20_000; ms += 0.25) {
    const [least, most] = bucket(rounded(ms));
    if (ms < least || ms > most) expect([rounded(ms), ms]).toEqual([least, most]);
  }
  expect([bucket(42), bucket(100), bucket(150), bucket(1000), bucket(10_000), bucket(0)]).toEqual([[41.5, 42.5], [99.5, 105], [145, 155], [995, 1050], [9950, 10_500], [0, 0.5]]);
});

describe('a real --json-file of 2.47', () => {
  const read = reads(json, real('locust/stats.json'));
  const served = truth('locust');

  test('counts what the target received by name, and no sum', () => {
    for (const name of ['execute', 'status']) {
      const { outcomes = {} } = served[name] ?? {};
      expect(named(read, name)).toMatchObject({ requests: total(outcomes), failed: total(outcomes) - (outcomes['ok'] ?? 0), latencyOf: 'all', failures: [] });
    }
    expect(read.all).toBeNull();
    expect(read.startedAt).toBeCloseTo(1795592962472.76, 1);
    expect(read.durationMs).toBeCloseTo(7611.84, 1);
  });

  test('has nearest ranks whose true times lie between their limits', () => {
    const { latency } = named(read, 'status') ?? {};
    const { answeredMs = [] } = served['status'] ?? {};
    for (const [key, quantile] of [['p50', 0.5], ['p90', 0.9], ['p95', 0.95], ['p99', 0.99], ['p999', 0.999]] as const) expect([key, holds(latency?.[key], ranked(answeredMs, quantile))]).toEqual([key, true]);
    expect(latency?.max).toEqual({ value: 99.51788300008957 });
    expect(latency?.p999).toEqual({ value: 100, between: [99.5, 105] });
    expect(latency?.mean?.value).toBeCloseTo(8640.2332880009 / 201, 9);
  });
});

describe('the real CSV files of that run, which Locust did not write at its end', () => {
  const executed = { requests: 184, failed: 12, latency: { min: { value: 12.688977999914641 }, p50: { value: 42, between: [41.5, 42.5] }, p99: { value: 120, between: [115, 125] }, p999: { value: 1000, between: [995, 1050] }, max: { value: 1001.5797409998868 } } };

  test('_stats.csv says 368, and so do we', () => {
    const read = reads(stats, real('locust/stats_stats.csv'));
    expect(read.all).toMatchObject({ requests: 368, failed: 30, latency: { p95: { value: 80, between: [79.5, 80.5] } } });
    expect(named(read, 'execute')).toMatchObject(executed);
    expect(read.requests).toHaveLength(2);
  });

  test('_stats_history.csv: totals of its last rows, without percentiles of the last ten seconds', () => {
    const read = reads(history, real('locust/stats_stats_history.csv'));
    expect(read.all).toMatchObject({ requests: 368, failed: 30 });
    expect(named(read, 'execute')).toMatchObject({ requests: 184, failed: 12, latency: { p50: { value: 42 }, max: { value: 1001.5797409998868 } } });
    expect(named(read, 'execute')?.latency.p95).toBeUndefined();
    expect(read).toMatchObject({ startedAt: 1795592962000, durationMs: 7000 });
  });

  test('_failures.csv and _exceptions.csv: what went wrong, of an unknown number', () => {
    const read = reads(failures, real('locust/stats_failures.csv'));
    expect(read.all).toBeNull();
    expect(named(read, 'execute')).toEqual({ name: 'execute', requests: null, failed: null, latencyOf: 'all', latency: {}, failures: [{ what: "CatchResponseError('workflow failed')", count: 5 }, { what: "CatchResponseError('no answer')", count: 1 }, { what: "CatchResponseError('status 500')", count: 6 }] });
    expect(reads(exceptions, real('locust/stats_exceptions.csv'))).toMatchObject({ all: { requests: null, failures: [] }, requests: [] });
  });
});

const NUMBERS = 'Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%';
const HEADER = `Type,Name,${NUMBERS},100%`;
const OLD = `"Type","Name",${`${NUMBERS},99.999%,100%`.split(',').map((column) => `"${column}"`).join(',')}`;
const percentiles = (least: number, most: number) => `${least},48,48,48,${[...Array(7)].map(() => most).join(',')}`;

test('1.0: quotes within names are not escaped, the total has the type None, all is cut to whole milliseconds, nothing ends the last line', () => {
  const text = [OLD, `"GET","say "hi", "twice"",2,0,32,40,32,48,10,0.20,0.00,${percentiles(48, 48)},48`, `"GET","/,",1,1,110,105,105,105,0,0.10,0.10,${percentiles(110, 110)},110`, `"POST","/none",0,0,0,0,0,0,0,0.00,0.00,${Array(12).fill('"N/A"').join(',')}`, `"None","Aggregated",3,1,48,61,32,105,7,0.30,0.10,${percentiles(48, 110)},110`].join('\n');
  const read = reads(stats, text);
  expect(read.requests.map(({ name, requests }) => [name, requests])).toEqual([['say "hi", "twice"', 2], ['/,', 1]]);
  expect(read.all).toMatchObject({ requests: 3, failed: 1 });
  // The median is the nearest rank, and no rank above it as 50% is.
  expect(read.requests[0]?.latency).toMatchObject({ min: { value: 32, between: [32, 33] }, mean: { value: 40, between: [40, 42] }, p50: { value: 32, between: [31.5, 33.5] }, p999: { value: 48, between: [47.5, 49.5] }, max: { value: 48, between: [48, 49] } });
});

test('1.6: the fast client dropped what is less than a millisecond, and the mean is one of whole ones', () => {
  const read = reads(stats, `${HEADER}\r\nGET,/,2,0,32,40.5,32,49,10.0,0.2,0.0,${percentiles(49, 49)}\r\nNone,Aggregated,2,0,32,40.5,32,49,10.0,0.2,0.0,${percentiles(49, 49)}\r\n`);
  expect(read.all?.latency).toMatchObject({ mean: { value: 40.5, between: [40.5, 41.5] }, p95: { value: 49, between: [48.5, 50.5] }, max: { value: 49, between: [49, 50] } });
});

const row = (method: string, name: string, requests = 4) => `${method},${name},${requests},0,40,40.5,30.5,49.5,10.0,0.2,0.0,${percentiles(49, 49)}`;

test('Windows ends lines twice; two methods of one name are told apart; a request may be named Aggregated; names may hold commas, quotes and lines', () => {
  const text = [HEADER, row('GET', '/a'), row('POST', '/a'), row('GET', 'Aggregated'), row('GET', '"b, ""c""\nd"'), row('', 'Aggregated', 16), ''].join('\r\r\n');
  expect(reads(stats, `\ufeff${text}`).requests.map(({ name }) => name)).toEqual(['GET /a', 'POST /a', 'Aggregated', 'b, "c" d']);
});

test('a median that the least or the most stands in for is rounded too', () => {
  const text = [HEADER, `,Aggregated,1,0,105.9,105.9,105.9,105.9,10.0,0.2,0.0,${percentiles(110, 110)}`, ''].join('\n');
  expect(reads(stats, text).all?.latency).toMatchObject({ p50: { value: 105.9, between: [95.9, 115.9] }, max: { value: 105.9 } });
});

describe('the history', () => {
  const columns = (more: string) => `Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,95%,99.9%,${more}100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size`;
  const at = (seconds: number, requests: number, who = ',Aggregated', more = '') => `${seconds},1,${who},0.1,0.0,40,49,49,${more}49,${requests},1,40,40.5,30.5,49.5,10.0`;

  test('without names has percentiles of the whole run, but for the oldest versions', () => {
    expect(reads(history, [columns(''), at(100, 0), at(102, 7), ''].join('\n'))).toMatchObject({ startedAt: 100_000, durationMs: 2000, all: { requests: 7, failed: 1, latency: { p95: { value: 49 } } } });
    expect(reads(history, [columns('99.999%,'), at(100, 7, ',Aggregated', '49,'), ''].join('\n')).all?.latency.p95).toBeUndefined();
  });

  test('leaves out what the last moment does not name', () => {
    expect(reads(history, [columns(''), at(100, 3, 'GET,/a'), at(100, 3), at(101, 2, 'GET,/b'), at(101, 2), ''].join('\n')).requests.map(({ name }) => name)).toEqual(['/b']);
  });

  test('of 1.0 is read too', () => {
    const quoted = columns('99.999%,').split(',').map((column) => `"${column}"`).join(',');
    expect(reads(history, `${quoted}\n"100","1","GET","a "b"",0.10,0.00,40,49,49,49,49,3,0,40,40,30,49,10\n"100","1","","Aggregated",0.10,0.00,40,49,49,49,49,3,0,40,40,30,49,10`)).toMatchObject({ all: { requests: 3 }, requests: [{ name: 'a "b"', requests: 3 }] });
  });

  test('that ends within its moment was cut', () => {
    expect(history.read([columns(''), at(100, 3), at(101, 2, 'GET,/b'), ''].join('\n'))).toBe('The row Aggregated is missing at the end: the file was cut.');
  });
});

test('failures of 1.0: what is between the second comma and the last is the error', () => {
  expect(reads(failures, '"Method","Name","Error","Occurrences"\n"GET","/a","MaxRetry("x, y","z")",12').requests).toMatchObject([{ name: '/a', failures: [{ what: 'MaxRetry("x, y","z")', count: 12 }] }]);
});

test('exceptions: tracebacks have lines', () => {
  expect(reads(exceptions, 'Count,Message,Traceback,Nodes\r\n3,"a, b","Traceback:\r\n  File ""x"", line 1\r\n",local\r\n').all?.failures).toEqual([{ what: 'a, b', count: 3 }]);
});

const entry = (more: object = {}) => JSON.stringify([{ name: '/a', method: 'GET', num_requests: 3, num_none_requests: 0, num_failures: 1, total_response_time: 30, max_response_time: 12, min_response_time: 8, response_times: { 8: 1, 10: 1, 12: 1 }, ...more }]);

test('JSON: requests without a time are counted, and have none; a client of whole milliseconds dropped the rest', () => {
  expect(reads(json, entry({ num_requests: 5, num_none_requests: 2 })).requests).toMatchObject([{ requests: 5, failed: 1, latency: { mean: { value: 10, between: [10, 11] }, p50: { value: 10, between: [9.5, 11.5] }, max: { value: 12, between: [12, 13] } } }]);
  expect(reads(json, entry({ num_none_requests: 3, response_times: {} })).requests[0]?.latency).toEqual({});
});

test('JSON: no percentiles where the times are not of all requests', () => {
  expect(Object.keys(reads(json, entry({ num_requests: 4 })).requests[0]?.latency ?? {}).sort()).toEqual(['max', 'mean', 'min']);
});

const whole = real('locust/stats_stats.csv');
test.each([
  ['The file is empty.', stats, ''],
  ['The row Aggregated is missing at the end: the file was cut.', stats, whole.slice(0, whole.indexOf(',Aggregated'))],
  ['Row 4 has 12 of 22 values: the file was cut, or edited.', stats, whole.slice(0, -40)],
  ['The row Aggregated is missing at the end: the file was cut.', stats, `${HEADER}\n`],
  ['This file of Locust tells of no request.', stats, [HEADER, row('', 'Aggregated', 0)].join('\n')],
  ['Request Count: -1 is no number of requests.', stats, [HEADER, row('', 'Aggregated', -1)].join('\n')],
  ['Average: "nan" is no time that a request can take.', stats, [HEADER, row('', 'Aggregated').replace('40.5', 'nan')].join('\n')],
  ['Row 2: a quote is open, or stands where none can: the file was cut, or edited.', stats, [HEADER, 'GET,"open', row('', 'Aggregated')].join('\n')],
  ['The last row does not end: the file was cut.', failures, 'Method,Name,Error,Occurrences\r\nGET,/,e,1'],
  ['A row does not say how often it happened.', failures, 'Method,Name,Error,Occurrences\r\nGET,/,e,\r\n'],
  ['The list is empty: Locust writes it so when --json and --json-file are given together, and in version 2.37.0.', json, '[]'],
  ['This file of Locust tells of no request.', json, entry({ num_requests: 0, num_failures: 0 })],
  ['/a: 4 failed of 3.', json, entry({ num_failures: 4 })],
  ['total_response_time: Infinity is no time that a request can take.', json, entry().replace('30', '1e400')],
  ['The file is no JSON, or it was cut on its way.', json, entry().replace('30', 'NaN')],
  ['This is no list of Locust: an entry has no name, or no number of requests.', json, '[3]'],
])('is refused: %s', (sentence, format, text) => {
  expect(format.read(text)).toBe(sentence);
});
