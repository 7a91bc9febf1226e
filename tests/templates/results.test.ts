/** What all formats of foreign results hold to, whatever somebody brings. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isName } from '../../server/samples/fits.ts';
import { frameworks } from '../../templates/index.ts';
import type { Told, Totals } from '../../templates/results.ts';
import { jsonText } from '../helpers/definitions.ts';
import { amount } from '../helpers/long.ts';
import { REAL, real } from '../helpers/results.ts';

const formats = frameworks.flatMap(({ results = [] }) => results);
const totals = formats.filter((format) => format.kind === 'totals');
const head = (text: string) => Buffer.from(text).subarray(0, 64 * 1024);
const recognising = (text: string) => formats.filter((format) => format.recognises(head(text))).map(({ name }) => name);

describe('a file is recognised by one format', () => {
  test.each([
    ['k6/summary.json', 'k6 summary (handleSummary, --summary-export, machine-readable)'],
    ['locust/stats.json', 'Locust JSON (--json, --json-file)'],
    ['locust/stats_stats.csv', 'Locust CSV (_stats.csv)'],
    ['locust/stats_stats_history.csv', 'Locust CSV (_stats_history.csv)'],
    ['locust/stats_failures.csv', 'Locust CSV (_failures.csv)'],
    ['locust/stats_exceptions.csv', 'Locust CSV (_exceptions.csv)'],
    ['artillery/report.json', 'Artillery report (--output)'],
  ] as const)('%s', (file, name) => {
    expect(recognising(real(file))).toEqual([name]);
    expect(recognising(`\ufeff${real(file)}`)).toEqual([name]);
  });

  const filling = 'x'.repeat(70_000);
  test.each([
    ['k6: what setup gave fills the head', `{"setup_data":{"a":"${filling}`],
    ['k6: the source of the script fills the head', `{"config":{"duration":1,"execution":"local","script":"${filling}`],
    ['k6: only its metrics were written', '{"metrics":{"my_trend":{"avg":1},"http_reqs":{"count":1'],
    ['k6: groups come first', '{ "root_group": {"groups": {"a": {"checks": {'],
  ])('%s', (_what, text) => {
    expect(recognising(text)).toEqual(['k6 summary (handleSummary, --summary-export, machine-readable)']);
  });

  test('Locust of 1.0 writes quotes into its first line, and its JSON may be empty', () => {
    expect(recognising('"Type","Name","Request Count","Failure Count","Median Response Time"\n"GET"')).toEqual(['Locust CSV (_stats.csv)']);
    expect(recognising(' [ ]\n')).toEqual(['Locust JSON (--json, --json-file)']);
  });
});

test.each([
  ['nothing', ''],
  ['a page', '<!doctype html><html>'],
  ['a workflow', '{"nodes":[{"id":"a","type":"metrics"}],"metadata":{"aggregate":1}}'],
  ['metrics of somebody else', '{"metrics":{"cpu":{"avg":1}},"config":{"name":"x"}}'],
  ['a list of somebody else', '[{"name":"a"}]'],
  ['names in a string', '"{\\"root_group\\":1}"'],
  ['what stands in a second value', '{"a":1}\n{"root_group":{}}'],
  ['keys of a deeper level', '{"a":{"b":{"root_group":1,"aggregate":{"counters":1}}}}'],
  ['a CSV of somebody else', 'Type,Name,Amount\nGET,a,1'],
  ['sample lines', '["begin",1,"k6","2.2.0",1795592110039,{}]\n["req",0,"a",1,"ok",200]\n'],
])('%s is of no format', (_what, text) => {
  expect(recognising(text)).toEqual([]);
});

test.each([
  ['k6 NDJSON', '{"type":"Metric","data":{"name":"http_reqs","type":"counter","contains":"default","thresholds":[],"submetrics":null},"metric":"http_reqs"}\n{"metric":"http_reqs","type":"Point","data":{"time":"2026-11-25T07:41:50Z","value":1,"tags":{"name":"a"}}}\n'],
  ['k6 CSV', 'metric_name,timestamp,metric_value,check,error,extra_tags,metadata\nhttp_reqs,1795592110,1.000000,,,,\n'],
])('%s is no totals', (_what, text) => {
  expect(totals.filter((format) => format.recognises(head(text)))).toEqual([]);
});

/** Everything that who takes them relies on. */
function expectSound(read: Totals): void {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
  const sound = ({ requests, failed, latency, failures }: Told) => {
    expect([requests, failed].every((n) => n === null || isCount(n)) && (requests === null || failed === null || failed <= requests)).toBe(true);
    expect(failures.every(({ what, count }) => isName(what) && isCount(count))).toBe(true);
    for (const { value, between: [least, most] = [value, value] } of Object.values(latency)) expect(least >= 0 && least <= value && value <= most && most < 3e8).toBe(true);
  };
  if (read.all) sound(read.all);
  read.requests.forEach(sound);
  expect(read.requests.every(({ name }) => isName(name))).toBe(true);
  expect(new Set(read.requests.map(({ name }) => name)).size).toBe(read.requests.length);
  expect([read.startedAt, read.durationMs].every((ms) => ms === null || (Number.isFinite(ms) && ms >= 0))).toBe(true);
  expect(read.rules.every(({ of, rule }) => isName(of) && isName(rule))).toBe(true);
}

function expectHarmless(text: string): number {
  recognising(text);
  const read = totals.map((format) => format.read(text));
  for (const told of read) {
    if (typeof told === 'string') expect(told).toMatch(/^\S.{5,198}\.$/u);
    else expectSound(told);
  }
  return read.filter((told) => typeof told !== 'string').length;
}

const files = REAL.map(real);
const junk = fc.constantFrom(
  '', ',', '"', '""', "'", '\n', '\r', '\r\n', '\0', '\ufeff', '\ud800', '\u2028', '-', '.', '0', '9', '1e400', '-1', 'NaN', 'Infinity', 'N/A', 'null', '{}', '[]', '{', '}', '[', ']', '99999999999999999999', '9007199254740991', '1e308', '1e-320',
  '"__proto__":{"count":1},', '"constructor":', ',Aggregated,', 'None,', '.codes.500', '.errors.', '"http_req_duration{name:}":{"count":1,"avg":1},', '"http_req_duration{name:\\u0000}":{"count":2,"avg":1},', 'x'.repeat(10_000), '[['.repeat(500),
);
const mutated = fc
  .tuple(fc.constantFrom(...files), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 12 }), junk), { minLength: 1, maxLength: 4 }))
  .map(([file, changes]) => changes.reduce((text, [where, less, more]) => {
    const at = Math.floor(where * text.length);
    return text.slice(0, at) + more + text.slice(at + less);
  }, file));
/** The shape stays, so that it gets far: one number, or one text, is another. */
const altered = fc.tuple(fc.constantFrom(...files), fc.nat(), fc.oneof(junk, fc.double().map(String), fc.integer().map(String))).map(([file, which, other]) => {
  const numbers = [...file.matchAll(/(?<=[:,\s])-?\d+(\.\d+)?(?=[,\s}])/g)];
  const found = numbers[which % Math.max(1, numbers.length)];
  return found ? file.slice(0, found.index) + other + file.slice(found.index + found[0].length) : file + other;
});

test('no text breaks a format: it is refused with a sentence, or what is read of it is sound', () => {
  let sound = 0;
  const text = fc.oneof({ weight: 4, arbitrary: mutated }, { weight: 4, arbitrary: altered }, jsonText, fc.string({ unit: 'binary', maxLength: 200 }));
  fc.assert(fc.property(text, (any) => {
    sound += expectHarmless(any);
  }), { numRuns: amount(1000, 50_000) });
  expect(sound).toBeGreaterThan(amount(100, 5000));
}, amount(30_000, 600_000));

test('a JSON file that is cut anywhere is refused; of a CSV file at most whole rows are read', () => {
  for (const file of files) {
    const isJson = /^[{[]/.test(file);
    const format = totals.find(({ recognises }) => recognises(head(file)));
    for (let end = 0; end < file.length; end += isJson ? 97 : 13) {
      const read = format?.read(file.slice(0, end));
      if (isJson) expect(read).toBeTypeOf('string');
      else if (typeof read !== 'string' && read !== undefined) expectSound(read);
    }
  }
});

test('deep, long and hostile texts are harmless', () => {
  const deep = 50_000;
  for (const [open, close] of [['[', ']'], ['{"a":', '}'], ['{"metrics":', '}'], ['{"aggregate":', '}'], ['{"metrics":{"http_reqs":{"count":[', ']}}}']] as const) {
    expectHarmless(open.repeat(deep));
    expectHarmless(`${open.repeat(deep)}1${close.repeat(deep)}`);
  }
  expectHarmless(`{"metrics":{"http_reqs":{"count":${'['.repeat(deep)}${']'.repeat(deep)},"rate":1}}}`);
  expectHarmless(`[{"name":"a","num_requests":${'['.repeat(deep)}${']'.repeat(deep)}}]`);
  expectHarmless(`{"a":${'"'.repeat(60_001)}`);
  for (const many of ['"', '\r', ',"', ',\n']) expectHarmless(`Type,Name,Request Count,Failure Count\n${many.repeat(500_000)}`);
  expectHarmless(`"Type","Name","Request Count","Failure Count"\n${'"a",'.repeat(100_000)}`);
  expectHarmless(`{"aggregate":{"counters":{"http.requests":1,"plugins.metrics-by-endpoint.${'.codes.1.errors.'.repeat(50_000)}":1}}}`);
  for (const many of [' name :', ' ', 'name:"']) expectHarmless(JSON.stringify({ metrics: { http_reqs: { count: 1 }, [`http_req_duration{${many.repeat(100_000)}}`]: { count: 1 } } }));
}, 30_000);

test('a name that is no line, or endless, or like another, is made fit and its own', () => {
  const names = ['a\nb', 'a b', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`, ' ', '__proto__', 'constructor', '\ud83d'];
  const text = JSON.stringify(names.map((name) => ({ name, method: 'GET', num_requests: 1, num_failures: 0 })));
  const read = totals.find(({ name }) => name.startsWith('Locust JSON'))?.read(text);
  if (typeof read !== 'object') throw new Error(read);
  expectSound(read);
  const long = `${'x'.repeat(199)}…`;
  expect(read.requests.map(({ name }) => name)).toEqual(['a b', 'a b (2)', long, `${'x'.repeat(188)} (2)`, '(no name)', '__proto__', 'constructor', '\ufffd']);
});
