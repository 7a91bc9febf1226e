/** k6's NDJSON from its bytes, held against JSON.parse. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Metric } from '../../templates/k6/results/metric.ts';
import { NdjsonLine } from '../../templates/k6/results/ndjson-line.ts';
import { tagsOf } from '../../templates/k6/results/tags.ts';

type Told = readonly [metric: string, atMicros: number, step: number, value: number, tags: object] | 'nothing' | 'no line';

const WITH_TAGS = ['http_req_duration', 'checks'];
const NEEDED = [...WITH_TAGS, 'http_req_blocked', 'http_req_connecting', 'http_req_tls_handshaking', 'http_req_failed', 'iterations', 'dropped_iterations', 'vus'];
const K6S = ['http_reqs', 'http_req_sending', 'http_req_waiting', 'http_req_receiving', 'data_sent', 'data_received', 'iteration_duration', 'group_duration', 'vus_max'];
const OTHERS = [...K6S, 'grpc_req_duration', 'my_checks', 'x', 'http_req_durations', 'http_req_duratio'];

/** Of many lines, one after the other: what was seen before is known. */
function told(lines: readonly string[], wants: (metric: Metric) => boolean): Told[] {
  let point: Told = 'nothing';
  const reader = new NdjsonLine({
    wants,
    add: (...given) => {
      point = given;
      return true;
    },
  });
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  let at = 0;
  return lines.map((line) => {
    point = 'nothing';
    const to = at + Buffer.byteLength(line);
    const isLine = reader.read(bytes, at, to);
    at = to + 1;
    return isLine ? point : 'no line';
  });
}

/** What it is meant to be: JSON.parse, but for what stands behind the name of a metric that is not wanted, or behind the value of one without tags. */
function expected(line: string, wants: (metric: string) => boolean): Told {
  const first = line.startsWith('{"metric":"') ? (NEEDED.find((name) => line.startsWith(`{"metric":"${name}"`)) ?? '') : undefined;
  const [, last] = /^\{"type":"Point","data":\{"time":".*,"metric":"(\w*)"\}$/s.exec(line) ?? [];
  const [, other] = /^\{"ty.*,"metric":"(\w*)"\}$/s.exec(line) ?? [];
  const named = first ?? last;
  if (first === '' || (other !== undefined && K6S.includes(other))) return 'nothing';
  if (named !== undefined && NEEDED.includes(named) && !wants(named) && (first === undefined || line.startsWith(`{"metric":"${named}","type":"Point","data":{"time":"`))) return 'nothing';
  const [head] = /^\{("metric":"\w+",)?"type":"Point","data":\{"time":"[^"\\]*","value":[^,}\s]*(?=[,}])/.exec(line) ?? [];
  const isBare = named !== undefined && NEEDED.includes(named) && !WITH_TAGS.includes(named) && head !== undefined && line.endsWith('}');
  const ofHead = isBare ? pointIn(first === undefined ? `${head}},"metric":"${named}"}` : `${head}}}`, wants) : 'no line';
  return ofHead === 'no line' ? pointIn(line, wants) : ofHead;
}

function pointIn(text: string, wants: (metric: string) => boolean): Told {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return 'no line';
  }
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(line) || !isObject(line['data']) || typeof line['metric'] !== 'string') return 'no line';
  const { type, metric, data } = line as { type: unknown; metric: string; data: Record<string, unknown> };
  if (type === 'Metric') return 'nothing';
  if (type !== 'Point') return 'no line';
  if (!NEEDED.includes(metric) || !wants(metric)) return 'nothing';
  const { time, value, tags } = data;
  const [, second, fraction, zone] = typeof time === 'string' ? (/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(time) ?? []) : [];
  const atMicros = Date.parse(`${second}${zone}`) * 1000 + Number((fraction ?? '.').slice(1, 7).padEnd(6, '0'));
  if (!(atMicros >= 0) || typeof value !== 'number') return 'no line';
  return [metric, atMicros, fraction === undefined ? 1e6 : 1, value, tagsOf(WITH_TAGS.includes(metric) ? tags : null)];
}

const anyOf = (...texts: string[]) => fc.constantFrom(...texts);
/** Mostly what k6 writes, so that most lines are good but for one part or none. */
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });

/** The text of JSON, escaped more than needed or not. */
const text = fc.oneof(anyOf('execute', 'list workflows', 'true', '200', '0', '1050', 'prüfen €', 'a "b" \\ c'), fc.string({ unit: 'binary', maxLength: 8 })).chain((some) =>
  anyOf(JSON.stringify(some), `"${Array.from({ length: some.length }, (_, i) => `\\u${some.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`),
);
const digits = (least: number, most: number) => fc.integer({ min: least, max: most }).map((number) => String(number).padStart(2, '0'));
const moment = fc
  .tuple(mostly(anyOf('2026-11-25T07:35:', '2026-02-28T23:59:', '1970-01-01T00:00:'), anyOf('2026-13-25T07:35:', '2026-11-25 07:35:', '2026-02-31T07:35:', '0001-01-01T00:00:', '2026-11-25T24:00:')), mostly(digits(0, 59), anyOf('60', '6', '')), mostly(fc.integer({ min: 1, max: 999_999_999 }).map((nanos) => `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`), anyOf('', '.', '.1234567891', '.x')), mostly(anyOf('Z', '+05:30', '-08:00'), anyOf('', 'z', '+24:00', '+05:60', '+0530', 'Z ')))
  .map((parts) => parts.join(''));
const time = mostly(moment.map((one) => `"${one}"`), fc.oneof(anyOf('null', '7', '""', '"\\u0032026-11-25T07:35:10Z"'), text));
const number = mostly(
  fc.oneof(anyOf('0', '1'), fc.double({ min: 0, max: 1e6, noNaN: true }).map(String), fc.tuple(fc.nat(1e6), fc.nat(999_999)).map(([whole, part]) => `${whole}.${String(part).padStart(6, '0')}`)),
  anyOf('-0', '-7.5', '01', '1.', '.5', '-', '+1', '1e-05', '1E+2', '1e', '1e400', '0.1e1', '9007199254740993', '123456789012345678.25', `0.${'0'.repeat(30)}1`, '9'.repeat(400), 'null', '"1"', '[]', 'NaN', '0x1', ''),
);
const tag = fc.tuple(fc.oneof(anyOf('name', 'url', 'status', 'error_code', 'error', 'expected_response', 'check', 'group', 'time', 'value', 'metric', 'data', 'type', '__proto__').map((name) => JSON.stringify(name)), text), mostly(text, anyOf('null', '7', '{"name":"x"}', '[]')));
const object = (members: fc.Arbitrary<(readonly [string, string])[]>, space: string) => members.map((all) => `{${all.map(([name, value]) => `${name}:${space}${value}`).join(`,${space}`)}}`);
const tags = mostly(object(fc.array(tag, { maxLength: 5 }), ''), anyOf('null', '7', '""', '[]', '{"name":"a","name":"b"}'));
const metric = fc.oneof({ weight: 6, arbitrary: anyOf('http_req_duration', 'checks') }, { weight: 3, arbitrary: anyOf(...NEEDED) }, { weight: 3, arbitrary: anyOf(...OTHERS) }).chain((name) => mostly(fc.constant(`"${name}"`), anyOf(`"\\u0068${name.slice(1)}"`, 'null', '""', `"${name}\\n"`)));

const usual = fc.tuple(metric, time, number, fc.option(tags, { freq: 10 }), fc.option(object(fc.array(tag, { maxLength: 2 }), ''), { freq: 4 }), fc.boolean()).map(([name, at, value, theirs, metadata, isFirst]) => {
  const data = `{"time":${at},"value":${value}${theirs === null ? '' : `,"tags":${theirs}`}${metadata === null ? '' : `,"metadata":${metadata}`}}`;
  return isFirst ? `{"metric":${name},"type":"Point","data":${data}}` : `{"type":"Point","data":${data},"metric":${name}}`;
});
/** Members in any order, some of them twice, with spaces. */
const shuffled = fc.tuple(metric, time, number, tags, anyOf('', ' '), anyOf('"Point"', '"Point"', '"Metric"', '"Pointer"', 'null')).chain(([name, at, value, theirs, space, type]) => {
  const members = (all: (readonly [string, string])[]) => fc.shuffledSubarray([...all, ...all.slice(0, 1)], { minLength: all.length - 1 });
  return object(members([['"time"', at], ['"value"', value], ['"tags"', theirs]]), space).chain((data) => object(members([['"metric"', name], ['"type"', type], ['"data"', data]]), space));
});
const broken = fc.tuple(usual, fc.nat(), anyOf('', ' ', '\t', '\r', ',', ']', '}', '"', '\\', 'x', ',"value":3', ',"metric":"vus"', '},"data":{'), fc.nat(3)).map(([line, at, put, gone]) => line.slice(0, at % (line.length + 1)) + put + line.slice((at % (line.length + 1)) + gone));
const line = fc.oneof({ weight: 8, arbitrary: usual }, { weight: 3, arbitrary: shuffled }, { weight: 3, arbitrary: broken }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }).map((some) => some.replaceAll('\n', ' ').toWellFormed());

test('whatever stands in a line, what is read is what JSON.parse makes of it', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.boolean(), (some, wantsAll) => {
      const wants = (name: string) => wantsAll || name !== 'http_req_failed';
      // Each a second time, when it is known.
      const lines = [...some, ...some];
      expect(told(lines, wants)).toEqual(lines.map((one) => expected(one, wants)));
    }),
    { numRuns: 3000 },
  );
});

test('what k6 writes is read without JSON.parse', () => {
  const parse = JSON.parse;
  const lines = [
    '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-25T07:35:10.059854639Z","value":22.937,"tags":{"name":"a \\"b\\"","status":"200"}}}',
    '{"metric":"http_req_connecting","type":"Point","data":{"time":"2026-11-25T07:35:10.05985+05:30","value":1e-05,"tags":{"name":"a"},"metadata":{"vu":"1"}}}',
    '{"metric":"http_req_sending","type":"Point","data":{"time":"2026-11-25T07:35:10Z","value":0,"tags":null}}',
    '{"type":"Point","data":{"time":"2026-11-25T07:35:10.059854639Z","value":1,"tags":{"check":"c"}},"metric":"checks"}',
    '{"type":"Point","data":{"time":"2026-11-25T07:35:10.059854639Z","value":5,"tags":null},"metric":"vus"}',
    '{"type":"Point","data":{"time":"2026-11-25T07:35:10.059854639Z","value":1,"tags":null},"metric":"http_reqs"}',
  ];
  const parsed: string[] = [];
  JSON.parse = (given: string) => {
    parsed.push(given);
    return parse(given);
  };
  try {
    expect(told([...lines, ...lines], () => true)).toEqual([...lines, ...lines].map((one) => pointIn(one, () => true)));
  } finally {
    JSON.parse = parse;
  }
  // Once for what stands behind each value with tags.
  expect(parsed.filter((given) => !lines.includes(given))).toHaveLength(2);
});
