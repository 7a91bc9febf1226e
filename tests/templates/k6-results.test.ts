/** What k6 writes line by line, read back: files of real runs, and the truth beside them. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCount, isDuration, isName, isOffset } from '../../server/samples/fits.ts';
import { OUTCOMES } from '../../server/samples/sample.ts';
import { csv } from '../../templates/k6/results/csv.ts';
import { ndjson } from '../../templates/k6/results/ndjson.ts';
import type { LinesEnd, LinesFormat, ToldLine } from '../../templates/results.ts';
import { heldBy } from '../helpers/held.ts';

const file = (name: string) => readFileSync(new URL(`../fixtures/results/k6/${name}`, import.meta.url));
const packed = (name: string) => gunzipSync(file(`${name}.gz`));
const whole = packed('ndjson.json');
const csvOf = { unix: packed('unix.csv'), nano: packed('rfc3339_nano.csv') };

type Read = Omit<LinesEnd, 'lines'> & { readonly lines: readonly (ToldLine | null)[] };
type Request = Extract<ToldLine, { kind: 'request' }>;

function read(format: LinesFormat, ...chunks: readonly Buffer[]): Read {
  const reader = format.reader();
  const lines = chunks.flatMap((chunk) => reader.read(chunk));
  const end = reader.end();
  return { ...end, lines: [...lines, ...end.lines] };
}
const requestsOf = ({ lines }: Read) => lines.filter((line): line is Request => line?.kind === 'request');
const counted = (texts: readonly string[]) => Object.fromEntries([...new Set(texts)].sort().map((text) => [text, texts.filter((one) => one === text).length]));
/** Cut at these places, in any order, empty pieces included. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((to, i) => bytes.subarray(at[i], to));
}
const point = (metric: string, seconds: number, value: number, tags: object | null = { name: 'execute', status: '200', expected_response: 'true' }) =>
  `${JSON.stringify({ metric, type: 'Point', data: { time: new Date(1_800_000_000_000 + seconds * 1000).toISOString(), value, tags } })}\n`;
const readText = (...lines: readonly string[]) => read(ndjson, Buffer.from(lines.join('')));

describe('NDJSON of a real run', () => {
  const told = read(ndjson, whole);
  const { list, execute } = JSON.parse(file('truth.json').toString()) as Record<string, { outcomes: Record<string, number>; answeredMs: number[] }>;

  test('tells as many requests of each name and outcome as the server saw; only a check tells of bodies that failed', () => {
    expect(list?.outcomes).toEqual({ ok: 101 });
    expect(execute?.outcomes).toEqual({ ok: 84, error: 8, 'failed-body': 7, timeout: 1, reset: 1 });
    expect(counted(requestsOf(told).map(({ name, outcome, status }) => `${name} ${outcome} ${status}`))).toEqual({
      'list workflows ok 200': 101, 'execute workflow ok 200': 84 + 7, 'execute workflow http_5xx 500': 8, 'execute workflow timeout 0': 1, 'execute workflow reset 0': 1,
    });
    expect(told.checks).toEqual([{ name: 'list answers 200', passed: 101, failed: 0 }, { name: 'execute answers 200', passed: 91, failed: 10 }, { name: 'execute is completed', passed: 84, failed: 8 + 7 + 2 }]);
    expect(told).toMatchObject({ isCut: false, iterationsStarted: 101, dropped: null, toolVersion: null, stepMicros: 1 });
    expect(told.lines).not.toContain(null);
  });

  test('tells how long each took as the server did, to its own overhead', () => {
    const sorted = requestsOf(told).filter(({ name, status }) => name === 'execute workflow' && status > 0).map(({ durationMicros }) => durationMicros / 1000).sort((a, b) => a - b);
    const truth = execute?.answeredMs ?? [];
    expect(sorted).toHaveLength(truth.length);
    for (const [i, ms] of sorted.entries()) expect(Math.abs(ms - (truth[i] ?? 0))).toBeLessThan(3);
  });

  test('starts with its first request, knows when a connection was opened, what k6 said of a failure, and how many users there were', () => {
    expect(told.startedAt).toBe(Date.parse('2026-11-25T07:35:10.036Z'));
    expect(told.lines[0]).toEqual({ kind: 'request', startMicros: 754, name: 'list workflows', durationMicros: 23_100, outcome: 'ok', status: 200, extra: { connectMicros: 115 } });
    expect(requestsOf(told).filter(({ extra }) => extra.connectMicros !== undefined)).toHaveLength(10);
    expect(counted(requestsOf(told).flatMap(({ extra }) => extra.detail ?? []))).toEqual({ 'read: connection reset by peer': 1, 'request timeout': 1, 'status 500': 8 });
    expect(told.lines.flatMap((line) => (line?.kind === 'gauge' ? line.users : []))).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  test('of k6 0.40, whose lines end with the metric, tells the same', () => {
    const old = whole.toString().split('\n').map((line) => line.replace(/^\{"metric":("\w+"),(.*)\}$/, '{$2,"metric":$1}'));
    expect(old[1]).toMatch(/^\{"type":"Point","data":\{"time":.*\},"metric":"\w+"\}$/);
    expect(read(ndjson, Buffer.from(old.join('\n')))).toEqual(told);
  });

  test('tells the same wherever it is cut into chunks', () => {
    const some = whole.subarray(0, 20_000);
    const once = read(ndjson, some);
    fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => void expect(read(ndjson, ...cut(some, places))).toEqual(once)), { numRuns: 200 });
    expect(read(ndjson, ...Array.from(some, (_, i) => some.subarray(i, i + 1)))).toEqual(once);
  });

  test.each([['NDJSON', ndjson, whole.subarray(0, 4000)], ['CSV', csv, csvOf.nano.subarray(0, 3000)]] as const)('%s that is cut at its end is read up to the cut, and says so', (_name, format, bytes) => {
    for (let to = bytes.length - 700; to < bytes.length; to++) {
      const some = bytes.subarray(0, to);
      const found = read(format, some);
      // In the last columns of CSV stands nothing that is needed.
      if (format === ndjson) expect([to, found.isCut]).toEqual([to, bytes[to - 1] !== 10 && bytes[to] !== 10]);
      if (found.isCut) expect(found).toEqual({ ...read(format, some.subarray(0, some.lastIndexOf(10) + 1)), isCut: true });
    }
  });
});

describe('CSV of a real run', () => {
  const withoutMoments = (told: Read) => told.lines.map((line) => (line?.kind === 'request' ? { ...line, startMicros: 0 } : { ...line, atMicros: 0 }));
  const ends = (told: Read) => told.lines.map((line) => (told.startedAt ?? 0) * 1000 + (line?.kind === 'request' ? line.startMicros + line.durationMicros : (line?.kind === 'gauge' ? line.atMicros : Number.NaN)));

  test('tells what NDJSON tells of the same run', () => {
    const told = read(csv, csvOf.nano);
    expect(told).toEqual(read(ndjson, packed('rfc3339_nano.json')));
    expect(counted(requestsOf(told).map(({ name, outcome }) => `${name} ${outcome}`))).toMatchObject({ 'list, "quoted" name ok': 41, 'refused refused': 41 });
    expect(told.checks.map(({ name }) => name)).toEqual(['completed, "yes"']);
  });

  test('in whole seconds, as k6 writes it by default, ends each request in the right one and says so', () => {
    const [told, exact] = [read(csv, csvOf.unix), read(ndjson, packed('unix.json'))];
    expect(told).toMatchObject({ stepMicros: 1e6, isCut: false, iterationsStarted: exact.iterationsStarted, checks: exact.checks });
    expect((told.startedAt ?? 1) % 1000).toBe(0);
    expect(withoutMoments(told)).toEqual(withoutMoments(exact));
    expect(ends(told)).toEqual(ends(exact).map((micros) => Math.floor(micros / 1e6) * 1e6));
  });

  test.each([['unix_milli', 1000, (nanos: bigint) => nanos / 1_000_000n], ['unix_micro', 1, (nanos: bigint) => nanos / 1000n], ['unix_nano', 1, (nanos: bigint) => nanos]] as const)('in %s tells the same', (_format, step, written) => {
    const nanosOf = (moment: string, fraction: string) => BigInt(Date.parse(`${moment}+05:30`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
    const text = csvOf.nano.toString().replace(/,(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d+)\+05:30,/g, (_all, moment: string, fraction: string) => `,${written(nanosOf(moment, fraction))},`);
    const [told, exact] = [read(csv, Buffer.from(text)), read(csv, csvOf.nano)];
    expect(told.stepMicros).toBe(step);
    expect(withoutMoments(told)).toEqual(withoutMoments(exact));
    expect(ends(told)).toEqual(ends(exact).map((micros) => Math.floor(micros / step) * step));
  });

  test('tells the same wherever it is cut into chunks, names of two lines included', () => {
    const some = csvOf.nano.subarray(0, 20_000);
    const once = read(csv, some);
    fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => void expect(read(csv, ...cut(some, places))).toEqual(once)), { numRuns: 200 });
  });

  test('has its columns by their names: of k6 0.40, without metadata, and with fewer tags', () => {
    const rows = ['metric_name,timestamp,metric_value,status,error_code,name,extra_tags', 'http_req_duration,1800000000,12.345678,0,1212,execute,', 'vus,1800000001,7.000000,,,,'];
    expect(read(csv, Buffer.from(`${rows.join('\n')}\n`)).lines).toMatchObject([{ name: 'execute', durationMicros: 12_346, outcome: 'refused' }, { kind: 'gauge', users: 7 }]);
  });
});

describe('what became of a request', () => {
  const outcomeOf = (tags: object) => requestsOf(readText(point('http_req_duration', 1, 5, { name: 'execute', ...tags })))[0];

  test.each([
    ['what the script expects', { status: '404', error_code: '1404', expected_response: 'true' }, { outcome: 'ok', status: 404 }],
    ['a redirect that was followed', { status: '302', expected_response: 'true' }, { outcome: 'ok', status: 302 }],
    ['a redirect that was not expected', { status: '302', expected_response: 'false' }, { outcome: 'redirected', status: 302 }],
    ['a status that was not expected', { status: '200', expected_response: 'false' }, { outcome: 'other', status: 200, extra: { detail: 'status 200 where the script expects another' } }],
    ['no expectation', { status: '204' }, { outcome: 'ok', status: 204 }],
    ['no expectation, and a failure', { status: '401', error_code: '1401' }, { outcome: 'auth', status: 401 }],
    ['a status that k6 was told to leave out', { error_code: '1429', expected_response: 'false' }, { outcome: 'limited', status: 429 }],
    ['an unknown host', { status: '0', error: 'lookup: no such host', error_code: '1101', expected_response: 'false' }, { outcome: 'dns', status: 0, extra: { detail: 'lookup: no such host' } }],
    ['a certificate', { status: '0', error_code: '1310', expected_response: 'false' }, { outcome: 'tls' }],
  ] as const)('%s', (_what, tags, expected) => expect(outcomeOf(tags)).toMatchObject(expected));

  test('without tags is what the point of failures says, and else not known', () => {
    const bare = (failed: number) => [point('http_req_duration', failed, 5, null), point('http_req_failed', failed, failed, null)];
    expect(readText(...bare(0), ...bare(1)).lines).toMatchObject([{ name: '(no name)', outcome: 'ok' }, { name: '(no name)', outcome: 'other' }]);
    expect(readText(point('http_req_duration', 0, 5, null)).lines).toEqual([null]);
  });
});

test('a connection was opened for the request whose points say so: they have its moment', () => {
  const told = readText(point('http_req_duration', 1, 5), point('http_req_blocked', 1, 1.9), point('http_req_connecting', 1, 0.5), point('http_req_tls_handshaking', 1, 1.25), point('http_req_duration', 2, 5), point('http_req_blocked', 2, 0.003), point('http_req_connecting', 1, 0.5), point('http_req_tls_handshaking', 2, 1.25));
  expect(requestsOf(told).map(({ extra }) => extra.connectMicros)).toEqual([1750, undefined]);
});

test('a request takes as long as its user waited, for a connection too', () => {
  const told = readText(point('http_req_duration', 1, 5), point('http_req_blocked', 1, 101.5), point('http_req_duration', 2, 5), point('http_req_blocked', 1, 300));
  expect(told.startedAt).toBe(1_800_000_001_000 - 107);
  expect(requestsOf(told)).toMatchObject([{ startMicros: 500, durationMicros: 106_500 }, { durationMicros: 5000 }]);
});

test('a run begins with its first request, though users are told before it was answered', () => {
  const told = readText(point('vus', 1, 2), point('vus', 2, 2), point('http_req_duration', 2.5, 2500), point('vus', 3, 2));
  expect(told.startedAt).toBe(1_800_000_000_000);
  expect(told.lines).toMatchObject([{ kind: 'request', startMicros: 0 }, { kind: 'gauge', atMicros: 3e6 }]);
});

describe('a file', () => {
  test('is recognised by its first bytes', () => {
    const others = ['', '{', '{"metrics":{}}', '[{"metric":"vus"}]', '{"type":"Point"}', 'Type,Name\n', 'metric_name,timestamp\n', '["begin",1,"k6"]', '\u0000'].map((text) => Buffer.from(text));
    const files = [whole, csvOf.unix, ...others];
    expect(files.map((bytes) => ndjson.recognises(bytes.subarray(0, 65_536)))).toEqual([true, false, ...others.map(() => false)]);
    expect(files.map((bytes) => csv.recognises(bytes.subarray(0, 65_536)))).toEqual([false, true, ...others.map(() => false)]);
    const marked = (bytes: Buffer) => Buffer.concat([Buffer.from('\ufeff'), bytes]);
    expect([ndjson.recognises(marked(Buffer.from(point('vus', 1, 1)))), csv.recognises(marked(csvOf.unix))]).toEqual([true, true]);
    expect([read(ndjson, marked(whole)), read(csv, marked(csvOf.unix))]).toEqual([read(ndjson, whole), read(csv, csvOf.unix)]);
    expect(ndjson.recognises(Buffer.from(`         /\\      Grafana   /‾‾/\n${point('vus', 1, 1)}`))).toBe(true);
  });

  test('whose lines are not k6\'s says so of each', () => {
    expect(readText('hello\n', '\n', '{}\n', '{"type":"Point","metric":"vus"}\n', '{"type":"Other","metric":"vus","data":{}}\n').lines).toEqual([null, null, null, null, null]);
    for (const odd of [point('vus', 1, 1.5), point('vus', 1, -1), point('http_req_duration', 1, -1), point('http_req_duration', 1, 4e8), point('checks', 1, 1), point('iterations', 1, 0.5)]) expect(readText(odd).lines).toEqual([null]);
  });

  test('counts iterations and those that were dropped; a request that began earlier but is told later starts before 0', () => {
    const told = readText(point('http_req_duration', 1, 500), point('iterations', 1, 1), point('iterations', 1, 1), point('dropped_iterations', 1, 3), point('http_req_duration', 2, 2000));
    expect(told).toMatchObject({ iterationsStarted: 2, dropped: 3, startedAt: 1_800_000_000_500 });
    expect(requestsOf(told).map(({ startMicros }) => startMicros)).toEqual([0, -500_000]);
  });

  test('with a line above 1 MB goes on behind it; a quotation mark that nothing closes takes no more than that', () => {
    const long = `{"metric":"http_req_duration","x":"${'x'.repeat(2_000_000)}"}\n`;
    const last = point('http_req_duration', 1, 5);
    for (const chunks of [[long + last], [long.slice(0, 500_000), long.slice(500_000), last]]) expect(read(ndjson, ...chunks.map((chunk) => Buffer.from(chunk))).lines).toMatchObject([null, { kind: 'request' }]);
    const row = 'http_req_duration,1800000000,5.000000,200,execute\n';
    const rows = `metric_name,timestamp,metric_value,status,name\nhttp_req_duration,1800000000,5.000000,200,"execute\n${row.repeat(50_000)}`;
    for (const chunks of [[rows], rows.match(/.{1,65536}/gs) ?? []]) {
      const { lines } = read(csv, ...chunks.map((chunk) => Buffer.from(chunk)));
      expect(lines.filter((line) => line === null)).toHaveLength(1);
      expect(lines.length).toBeGreaterThan(25_000);
    }
  });

  test('whatever its bytes are, is read without an exception, and what is told can be counted and stored', () => {
    const metric = fc.constantFrom('http_req_duration', 'http_req_connecting', 'http_req_tls_handshaking', 'checks', 'iterations', 'vus');
    const time = fc.oneof(fc.constantFrom('2026-11-25T07:35:10.5Z', '1800000000', '', '9999-99-99T99:99:99Z', '0001-01-01T00:00:00Z', '2026', '9'.repeat(400)), fc.string());
    const value = fc.oneof(fc.double().map(String), fc.constantFrom('1e400', '-1', '1', '1e-05', '""'));
    const line = fc.record({ metric, time, value, name: fc.string({ unit: 'binary', maxLength: 300 }), cut: fc.nat() }).map(({ metric, time, value, name, cut: at }) => {
      const all = `{"metric":"${metric}","type":"Point","data":{"time":${JSON.stringify(time)},"value":${value},"tags":{"name":${JSON.stringify(name)},"check":${JSON.stringify(name)},"status":"200"}}}`;
      return Buffer.from(at % 4 === 0 ? all.slice(0, at % all.length) : all);
    });
    const row = fc.tuple(metric, time, value, fc.string()).map((fields) => Buffer.from(fields.join(',')));
    const bytes = fc.array(fc.oneof(line, row, fc.uint8Array({ maxLength: 40 }).map((some) => Buffer.from(some))), { maxLength: 12 }).map((lines) => Buffer.concat(lines.flatMap((one) => [one, Buffer.from('\n')])));
    const header = Buffer.from('metric_name,timestamp,metric_value,status\n');
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 5 }), (some, places) => {
        ndjson.recognises(some);
        csv.recognises(some);
        for (const told of [read(ndjson, ...cut(some, places)), read(csv, ...cut(Buffer.concat([header, some]), places)), read(csv, some)]) {
          for (const one of told.lines) {
            if (one?.kind === 'gauge') expect([isDuration(one.atMicros), isCount(one.users)]).toEqual([true, true]);
            else if (one) expect([isOffset(one.startMicros), isDuration(one.durationMicros), isName(one.name), isCount(one.status), OUTCOMES.includes(one.outcome)]).toEqual([true, true, true, true, true]);
          }
          for (const count of [told.iterationsStarted, told.dropped]) expect(count === null || isCount(count)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of a hundred thousand names and checks leaves nothing behind but some of them', { timeout: 60_000 }, async () => {
    const reader = ndjson.reader();
    const some = (from: number) => Buffer.from(Array.from({ length: 1000 }, (_, i) => point('http_req_duration', 1, 5, { name: `/users/${from + i}`, status: '200' }) + point('checks', 1, 1, { check: `user ${from + i}` })).join(''));
    reader.read(some(0));
    const { bytes } = await heldBy(async () => {
      for (let from = 1000; from < 100_000; from += 1000) expect(reader.read(some(from)).map((line) => line?.kind === 'request' && line.name)).toEqual(Array.from({ length: 1000 }, (_, i) => `/users/${from + i - 1}`));
    });
    expect(bytes).toBeLessThan(2_000_000);
    expect(reader.end().checks).toHaveLength(201);
  });
});
