/** k6's CSV from its bytes, held against Papa Parse. */
import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { CsvRow, columnsOf } from '../../templates/k6/results/csv-row.ts';
import { csv } from '../../templates/k6/results/csv.ts';
import { tagsOf } from '../../templates/k6/results/tags.ts';

type Told = readonly [metric: string, atMicros: number, step: number, value: number, tags: object] | 'nothing' | 'no row';

const COLUMNS = ['metric_name', 'timestamp', 'metric_value', 'check', 'error', 'error_code', 'expected_response', 'name', 'status', 'url', 'extra_tags', 'metadata'];
const NEEDED = ['http_req_duration', 'http_req_connecting', 'http_req_tls_handshaking', 'http_req_failed', 'checks', 'iterations', 'dropped_iterations', 'vus'];

function told(rows: readonly string[]): Told[] {
  let point: Told = 'nothing';
  const reader = new CsvRow(COLUMNS, {
    wants: () => true,
    add: (...given) => {
      point = given;
      return true;
    },
  });
  const bytes = Buffer.from(rows.map((row) => `${row}\n`).join(''));
  let at = 0;
  return rows.map((row) => {
    point = 'nothing';
    const to = at + Buffer.byteLength(row);
    const isRow = reader.read(bytes, at, to);
    at = to + 1;
    return isRow ? point : 'no row';
  });
}

/** What it is meant to be: Papa Parse, but for what stands behind the name of another metric. */
function expected(row: string): Told {
  const [, named] = /^([^,"]+),/.exec(row) ?? [];
  if (named !== undefined && !NEEDED.includes(named)) return 'nothing';
  const { data, errors } = Papa.parse<string[]>(row, { delimiter: ',', newline: '\n' });
  const [fields, ...more] = data;
  if (errors.length > 0 || more.length > 0 || fields?.length !== COLUMNS.length) return 'no row';
  const of = Object.fromEntries(fields.map((field, i) => [COLUMNS[i] ?? '', field]));
  const { metric_name: metric = '', timestamp = '', metric_value: value = '' } = of;
  if (!NEEDED.includes(metric)) return 'nothing';
  const moment = momentIn(timestamp);
  if (moment === null || !/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)) return 'no row';
  return [metric, ...moment, Number(value), tagsOf(of)];
}

function momentIn(text: string): readonly [atMicros: number, step: number] | null {
  const [unix] = /^[1-9](?:\d{9}|\d{12}|\d{15}|\d{18})$/.exec(text) ?? [];
  if (unix !== undefined) {
    const micros = Number(unix.slice(0, 16).padEnd(16, '0'));
    return Number.isSafeInteger(micros) ? [micros, 10 ** Math.max(0, 16 - unix.length)] : null;
  }
  const [, second, fraction, zone] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  const micros = Date.parse(`${second}${zone}`) * 1000 + Number((fraction ?? '.').slice(1, 7).padEnd(6, '0'));
  return micros >= 0 ? [micros, fraction === undefined ? 1e6 : 1] : null;
}

const anyOf = (...texts: string[]) => fc.constantFrom(...texts);
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });
const field = fc.oneof(anyOf('', '', 'true', '200', '1050', 'execute', 'a "b", c', 'two\nlines', '"', ' x '), fc.string({ unit: 'binary', maxLength: 6 }).map((some) => some.toWellFormed()));
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
/** As Go writes it, and in quotation marks without need. */
const written = field.chain((text) => (/[",\r\n]|^\s/.test(text) ? fc.constant(quoted(text)) : mostly(fc.constant(text), fc.constant(quoted(text)))));
const metric = fc.oneof({ weight: 6, arbitrary: anyOf(...NEEDED) }, { weight: 1, arbitrary: anyOf('http_reqs', 'http_req_sending', 'my_checks', 'vus_max', 'metric_name') });
const timestamp = mostly(
  fc.oneof(fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }).chain((seconds) => anyOf('', '123', '123456', '123456789').map((more) => `${seconds}${more}`)), anyOf('2026-11-25T07:35:10Z', '2026-11-25T07:35:10.123456789+05:30', '2026-11-25T07:35:10.5-08:00')),
  anyOf('', '0', '0123456789', '12345678901', '9'.repeat(19), '2026-11-25', '2026-11-25T07:35:10', '1800000000.5', '-1800000000', '1e9'),
);
const value = mostly(fc.tuple(fc.nat(1e6), fc.nat(999_999)).map(([whole, part]) => `${whole}.${String(part).padStart(6, '0')}`), anyOf('', '0', '+Inf', 'NaN', '-1.000000', '01.5', '1e5', ' 1'));
const row = fc.tuple(mostly(metric, metric.map(quoted)), mostly(timestamp, timestamp.map(quoted)), mostly(value, value.map(quoted)), mostly(fc.constant(COLUMNS.length - 3), fc.integer({ min: 0, max: 12 })).chain((count) => fc.array(written, { minLength: count, maxLength: count }))).map(([...parts]) => parts.flat().join(','));
const broken = fc.tuple(row, fc.nat(), anyOf('', '"', ',', ' ', '\n', '\r', 'x'), fc.nat(3)).map(([text, at, put, gone]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + gone)).map((text) => text.toWellFormed());

test('whatever stands in a row, what is read is what Papa Parse makes of it', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: row }, { weight: 1, arbitrary: broken }), { minLength: 1, maxLength: 6 }), (some) => {
      // Each a second time, when it is known.
      const rows = [...some, ...some];
      expect(told(rows)).toEqual(rows.map(expected));
    }),
    { numRuns: 2000 },
  );
});

test('rows end where Papa Parse ends them, however they come', { timeout: 60_000 }, () => {
  const request = fc.tuple(anyOf('a', 'two\nlines', 'http_req_duration,1800000000,1.0\n"', ',"', '""'), fc.integer({ min: 1, max: 9 })).map(([name, ms]) => ['http_req_duration', '1800000000', `${ms}.000000`, '', '', '', 'true', name, '200', name, '', '']);
  fc.assert(
    fc.property(fc.array(request, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 8 }), (rows, places) => {
      const bytes = Buffer.from(`${Papa.unparse([COLUMNS, ...rows], { newline: '\n' })}\n`);
      const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const reader = csv.reader();
      const lines = at.slice(1).flatMap((to, i) => reader.read(bytes.subarray(at[i], to)));
      const end = reader.end();
      expect(end.isCut).toBe(false);
      expect([...lines, ...end.lines]).toMatchObject(rows.map(([, , ms = '', , , , , name]) => ({ name: tagsOf({ name }).name, durationMicros: Number(ms) * 1000, outcome: 'ok' })));
    }),
    { numRuns: 1000 },
  );
});

test('the first row says whether it is k6\'s', () => {
  expect(columnsOf('metric_name,timestamp,metric_value,"name"')).toEqual(['metric_name', 'timestamp', 'metric_value', 'name']);
  for (const other of ['', 'metric_name', 'timestamp,metric_name,metric_value', 'metric_name,timestamp,metric_value,"']) expect(columnsOf(other)).toBeNull();
});
