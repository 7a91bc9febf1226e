import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test, vi } from 'vitest';
import { readDataset } from '../../server/inputs/dataset.ts';
import { previewDataset } from '../../server/inputs/preview.ts';
import type { Dataset } from '../../server/inputs/rows.ts';

/** Megabytes and thousands of texts take their time on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

type Format = 'csv' | 'json';
const read = (format: Format, text: string, order: 'sequential' | 'random' | 'unique' = 'sequential'): Dataset => {
  const { problems, ...dataset } = readDataset({ format, text, order });
  expect(problems).toBeUndefined();
  return dataset as Dataset;
};
const rowsOf = (text: string) => read('csv', text).rows;
const messages = (format: Format, text: string) => (readDataset({ format, text, order: 'sequential' }).problems ?? []).map(({ message }) => message);
const MB = 1024 * 1024;

describe('CSV', () => {
  test('becomes one object of texts per row, its columns in the order of the header', () => {
    expect(read('csv', 'id,name\n007,Ann\n008,=1+1\n')).toMatchObject({ rows: ['{"id":"007","name":"Ann"}', '{"id":"008","name":"=1+1"}'], columns: ['id', 'name'] });
  });

  test.each([
    ['LF', 'a,b\n1,2\n3,4\n'],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['CR', 'a,b\r1,2\r3,4\r'],
    ['LF first, CRLF later', 'a,b\n1,2\r\n3,4\r\n'],
    ['CRLF first, LF later', 'a,b\r\n1,2\n3,4'],
    ['a BOM', '\ufeffa,b\n1,2\n3,4'],
    ["Excel's hint of its delimiter", 'sep=;\r\na;b\r\n1;2\r\n3;4\r\n'],
    ['the hint in quotes, behind a BOM', '\ufeff"SEP=,"\na,b\n1,2\n3,4'],
    ['a hint of any other delimiter', 'sep=^\ra^b\r1^"2"\r3^4'],
    ['a hint that decides against the guess', 'sep=|\n"a"|b\n1|2\n3|4'],
    ['no line break at the end', 'a,b\n1,2\n3,4'],
    ['empty lines', '\n\na,b\n\n1,2\r\n\r\n3,4\n\n\n'],
    ['semicolons', 'a;b\n1;2\n3;4\n'],
    ['tabs', 'a\tb\r\n1\t2\r\n3\t4\r\n'],
    ['bars', 'a|b\r1|2\r3|4'],
    ['quotes that are not needed', '"a","b"\r\n"1",2\r\n3,"4"\r\n'],
    ['spaces behind a closing quote', '"a" ,"b"\n"1" ,2\n3,"4" \n'],
  ])('with %s', (_name, text) => {
    expect(rowsOf(text)).toEqual(['{"a":"1","b":"2"}', '{"a":"3","b":"4"}']);
  });

  test('a comma within a number does not make a file with semicolons one with commas', () => {
    expect(rowsOf('a;b;c\n1,5;2,5;3,5\n')).toEqual(['{"a":"1,5","b":"2,5","c":"3,5"}']);
  });

  test('in quotes a value may hold delimiters, line breaks of all kinds and quotes, which are written twice', () => {
    const values = ['a,b;c\td|e', 'one\ntwo\r\nthree\rfour', 'he said "no"', '"', '', ' x ', '\r'];
    for (const delimiter of [',', ';', '\t', '|'])
      for (const newline of ['\n', '\r\n', '\r']) {
        const text = Papa.unparse([['k', 'v'], ...values.map((value) => ['1', value])], { delimiter, newline, quotes: true });
        expect(rowsOf(text).map((row) => (JSON.parse(row) as { v: string }).v)).toEqual(values);
      }
  });

  test('a quote within a value that does not begin with one is a quote', () => {
    expect(rowsOf('a,b\r\n5" pipe,6"\r\nx,y\r\n')).toEqual(['{"a":"5\\" pipe","b":"6\\""}', '{"a":"x","b":"y"}']);
  });

  test('spaces, empty values and any name are kept', () => {
    expect(rowsOf('__proto__,constructor,"a,""b"""\n 1 ,,x')).toEqual(['{"__proto__":" 1 ","constructor":"","a,\\"b\\"":"x"}']);
  });

  test('one column', () => {
    expect(rowsOf('id\n007\n008')).toEqual(['{"id":"007"}', '{"id":"008"}']);
    expect(rowsOf('id\r\n""\r\n\r\n007\r\n""')).toEqual(['{"id":""}', '{"id":"007"}', '{"id":""}']);
    expect(rowsOf('sep=,\nid\n""\n007')).toEqual(['{"id":""}', '{"id":"007"}']);
  });

  test('every row is one line, whatever separators its values hold', () => {
    expect(rowsOf('a\n"1\n2\u2028\u0085"\n')).toEqual(['{"a":"1\\n2\u2028\u0085"}']);
  });

  test.each([
    ['nothing', '', 'empty'],
    ['spaces', ' \n \n', 'empty'],
    ['line breaks', '\n\r\n', 'empty'],
    ['a header only', 'a,b\n', 'no row'],
    ['a header without line break', 'a,b', 'no row'],
    ['a name that is missing', 'a,,c\n1,2,3', 'Column 2 has no name'],
    ['the only name, missing', '""\n1', 'Column 1 has no name'],
    ['a hint and nothing else', 'sep=;', 'empty'],
    ['too few behind a hint', 'sep=;\r\na;b\r\n1\r\n', 'Line 3: the row has 1 field'],
    ['a name of spaces', 'a, \n1,2', 'Column 2 has no name'],
    ['a comma at the end of the header', 'a,b,\n1,2,', 'Column 3 has no name'],
    ['a name that comes twice', 'a,b,a\n1,2,3', 'Column 3 has the name of column 1, "a"'],
    ['a row with too many fields', 'a,b\n1,2\n1,2,3', 'Line 3: the row has 3 fields, and the header 2.'],
    ['a row with too few', 'a,b\r\n\r\n"x\r\ny",2\r\n1\r\n', 'Line 5: the row has 1 field, and the header 2.'],
    ['too few, CR', 'a,b\r1,2\r1\r', 'Line 3: the row has 1 field'],
    ['a quote that is never closed', 'a,b\n1,2\n3,"4\n5,6\n', 'Line 3: a quote opens here'],
    ['text behind a closing quote', 'a,b\n1,2\n"3"x,4\n', 'Line 3: after the closing quote'],
    ['a NUL', 'a,b\r\n1,x\0\n', 'Line 2, column 4: this is a NUL'],
    ['half of a pair', 'a\rb\udc00', 'Line 2, column 2: half of a character pair'],
    ['too many columns', `${Array.from({ length: 1001 }, (_, i) => `c${i}`).join(',')}\n`, '1001 columns; at most 1000'],
  ])('refused: %s', (_name, text, words) => {
    expect(messages('csv', text)).toEqual([expect.stringContaining(words)]);
  });

  test.each([';', '\t', '|'])('a row that is too short does not hide the delimiter: %j', (delimiter) => {
    expect(messages('csv', `a${delimiter}b\n1\n1${delimiter}2\n`)).toEqual(['Line 2: the row has 1 field, and the header 2.']);
    expect(messages('csv', `\r\na${delimiter}b\r\n1\r\n`)).toEqual(['Line 3: the row has 1 field, and the header 2.']);
  });

  test('all lines that are wrong, the first twenty by number', () => {
    expect(messages('csv', 'a,b\n1\n1,2\n3\n')).toEqual([expect.stringContaining('Line 2:'), expect.stringContaining('Line 4:')]);
    const many = messages('csv', `a,b\n${'1\n'.repeat(50)}`);
    expect(many).toHaveLength(21);
    expect(many.at(-1)).toContain('what follows was not read');
  });

  test('the limits, and the last that still holds', () => {
    const bytes = (n: number) => `a\n${'x'.repeat(n - 2)}`;
    expect(rowsOf(bytes(10 * MB))).toHaveLength(1);
    expect(messages('csv', bytes(10 * MB + 1))).toEqual([expect.stringContaining('at most 10 MB')]);
    expect(rowsOf(`a\n${'1\n'.repeat(1_000_000)}`)).toHaveLength(1_000_000);
    expect(messages('csv', `a\n${'1\n'.repeat(1_000_001)}`)).toEqual([expect.stringContaining('more than 1\u202f000\u202f000 rows')]);
    expect(messages('csv', `${'a'.repeat(1000)}\n${'1\n'.repeat(100_000)}`)).toEqual([expect.stringContaining('more than 64 MB')]);
    expect(messages('csv', '\n'.repeat(10 * MB))).toEqual([expect.stringContaining('empty')]);
  });

  test('numbers that would go out as text, and names with spaces, are pointed out', () => {
    expect(read('csv', 'id, n\n007,1\n008,2.5').warnings).toEqual([expect.stringContaining('part of it: " n"'), expect.stringContaining('(column " n")')]);
    expect(read('csv', 'id\n007\nx').warnings).toEqual([]);
  });

  test('what was written as CSV is read back, whatever the values', () => {
    const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r', ' ', 'a') }));
    const table = fc.integer({ min: 2, max: 4 }).chain((width) =>
      fc.tuple(fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\n', '_') }).map((name) => `c${name}`), { minLength: width, maxLength: width }), fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 })),
    );
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), ([names, values], newline) => {
        const rows = rowsOf(Papa.unparse([names, ...values.map((row) => row.map((value) => value.replaceAll('\0', '')))], { quotes: true, newline }));
        expect(rows.map((row) => Object.values(JSON.parse(row) as object))).toEqual(values.map((row) => row.map((value) => value.replaceAll('\0', ''))));
      }),
      { numRuns: 500 },
    );
  });
});

describe('JSON', () => {
  test('every row is an unchanged slice, but for line breaks between its tokens', () => {
    const text = '\ufeff[ {"n": 12345678901234567890,\r\n  "x":1e400} ,{"__proto__":"\\n\\ud800","":{"$uuid": true}, "n":1, "n":2}\n,\n{}]\n';
    expect(read('json', text).rows).toEqual(['{"n": 12345678901234567890,   "x":1e400}', '{"__proto__":"\\n\\ud800","":{"$uuid": true}, "n":1, "n":2}', '{}']);
  });

  test('columns are the names of all members, in the order of their coming', () => {
    expect(read('json', '[{"b":1,"a":2},{"c":3,"a":4}]').columns).toEqual(['b', 'a', 'c']);
  });

  test('one object on each line', () => {
    expect(read('json', '{"n": 12345678901234567890}\r\n\n {"n":2}\t\n').rows).toEqual(['{"n": 12345678901234567890}', '{"n":2}']);
    expect(read('json', '{"n":1}').rows).toEqual(['{"n":1}']);
  });

  test.each([
    ['nothing', ' ', 'empty'],
    ['an empty array', '[ ]', 'The array is empty'],
    ['what is no JSON', '[{"a":1},\n{"b":}]', 'line 2, column 6'],
    ['two arrays', '[{}][{}]', 'not valid JSON'],
    ['an object over several lines', '{\n"rows":[{"a":1}]}', 'Line 1 is not a JSON object'],
    ['a text', '"abc"', 'Line 1 is not a JSON object: this is a text'],
    ['a line that breaks', '{"a":1}\n\n{"a":}', 'Line 3 is not a JSON object: column 6'],
    ['a line that is a list', '{"a":1}\n[1]', 'Line 2 is not a JSON object: this is a list'],
    ['a NUL', '[{"a":"\0"}]', 'Line 1, column 8: this is a NUL'],
    ['half of a pair', '[{"a":"\ud800"}]', 'Line 1, column 8: half of a character pair'],
    ['too deep', `[{"a":${'['.repeat(99)}${']'.repeat(99)}}]`, 'deeper than 100'],
    ['too deep on a line', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`, 'deeper than 100'],
    ['too large', `["${'a'.repeat(10 * MB)}"]`, 'at most 10 MB'],
    ['too many rows', `[${'{},'.repeat(1_000_000)}{}]`, 'more than 1\u202f000\u202f000 rows'],
    ['too many lines', '{}\n'.repeat(1_000_001), 'more than 1\u202f000\u202f000 rows'],
  ])('refused: %s', (_name, text, words) => {
    expect(messages('json', text)).toEqual([expect.stringContaining(words)]);
  });

  test('rows that are no objects are named by their index', () => {
    expect(readDataset({ format: 'json', text: '[{},1,null,[]]', order: 'random' }).problems).toEqual([
      { path: '[1]', message: expect.stringContaining('Row 2 is a number') },
      { path: '[2]', message: expect.stringContaining('Row 3 is null') },
      { path: '[3]', message: expect.stringContaining('Row 4 is a list') },
    ]);
    expect(messages('json', `[${'1,'.repeat(29)}1]`)).toHaveLength(21);
  });

  test('rows that differ and generators that are none are pointed out', () => {
    expect(read('json', '[{"a":1},{"a":2}]').warnings).toEqual([]);
    expect(read('json', '[{"a":1},{"b":2},{"a":1,"b":2}]').warnings).toEqual(['Not all rows have the same members: 2 of 3 differ from the first.']);
    expect(read('json', '[{"a":{ "$uuid" :true}},{"a":"x"}]').warnings).toEqual([expect.stringContaining('looks like a generator')]);
    expect(read('json', '[{"a":"{\\"$uuid\\":true}"},{"a":"$uuid"}]').warnings).toEqual([]);
  });

  test('rows of any objects are their texts', () => {
    const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 6 }), fc.constantFrom(',', ' ,\t', ',\r\n'), (rows, between) => {
        expect(read('json', `[${rows.join(between)}]`).rows).toEqual(rows);
        expect(read('json', rows.join('\n')).rows).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });
});

test('the order has its say: one row only, or each row once', () => {
  expect(read('json', '[{}]').warnings).toEqual([expect.stringContaining('one row only')]);
  expect(read('json', '[{},{}]', 'random').warnings).toEqual([]);
  expect(read('json', '[{},{}]', 'unique').warnings).toEqual([expect.stringContaining('when all 2 are used up')]);
});

test('no text makes it throw, and what it lets through is one object on one line, and can be previewed', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.string({ unit: fc.constantFrom('a', '1', ',', ';', '"', '\n', '\r', '\t', '|', ' ', '{', '}', '[', ']', ':', '\0', '\ud800') }), fc.array(fc.json()).map((rows) => rows.join('\n')), fc.array(fc.dictionary(fc.string(), fc.jsonValue())).map((rows) => JSON.stringify(rows, null, 1)));
  fc.assert(
    fc.property(texts, fc.constantFrom('csv' as const, 'json' as const), (text, format) => {
      const dataset = readDataset({ format, text, order: 'random' });
      if (dataset.problems) return dataset.problems.length > 0;
      const { rows, columns } = previewDataset(dataset);
      const known = new Set(dataset.columns);
      const oneObject = (row: string) => /^\{[^\r\n]*\}$/.test(row) && Object.keys(JSON.parse(row) as object).every((name) => known.has(name));
      return dataset.rows.every(oneObject) && rows.every((cells) => cells.length === columns.length);
    }),
    { numRuns: 2000 },
  );
});

describe('a preview', () => {
  test('shows the first rows and columns, and how many there are', () => {
    const text = `a,b,c\n${'007,"x\ny",z\n'.repeat(9)}`;
    expect(previewDataset(read('csv', text), { rows: 2, columns: 2 })).toEqual({ columns: ['a', 'b'], rows: [['007', 'x y'], ['007', 'x y']], columnCount: 3, rowCount: 9 });
    expect(previewDataset(read('csv', text)).rows).toHaveLength(5);
  });

  test('shows values of JSON as they are written, and none where there is none', () => {
    expect(previewDataset(read('json', '[{"n":12345678901234567890,"__proto__":"t"},{"o":{"a": [1]},"n":1,"n":null}]'))).toMatchObject({
      columns: ['n', '__proto__', 'o'],
      rows: [['12345678901234567890', 't', null], ['null', null, '{"a": [1]}']],
    });
  });

  test('shortens what is long', () => {
    const { columns, rows } = previewDataset(read('csv', `${'c'.repeat(500)}\n${'v'.repeat(500)}`));
    expect([columns[0]?.length, rows[0]?.[0]?.length]).toEqual([80, 80]);
  });
});
