import fc from 'fast-check';
import { visit } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { scanJson } from '../../server/workflow/json-scan.ts';
import { elementSlices, firstSlicesAt, isDeeperThan, memberSlice, slicesAt } from '../../server/workflow/json-text.ts';
import { jsonText } from '../helpers/definitions.ts';

type Told = [what: string, from: number, to: number];

function scanned(text: string): Told[] {
  const told: Told[] = [];
  scanJson(text, {
    open: (at, object) => told.push([object ? '{' : '[', at, at + 1]),
    close: (end) => told.push(['end', end - 1, end]),
    key: (from, to) => told.push(['key', from, to]),
    string: (from, to) => told.push(['string', from, to]),
    literal: (from, to) => told.push(['literal', from, to]),
  });
  return told;
}

function visited(text: string): Told[] {
  const told: Told[] = [];
  visit(text, {
    onObjectBegin: (at) => void told.push(['{', at, at + 1]),
    onArrayBegin: (at) => void told.push(['[', at, at + 1]),
    onObjectEnd: (at) => void told.push(['end', at, at + 1]),
    onArrayEnd: (at) => void told.push(['end', at, at + 1]),
    onObjectProperty: (_name, at, length) => void told.push(['key', at + 1, at + length - 1]),
    onLiteralValue: (value, at, length) => void told.push(typeof value === 'string' ? ['string', at + 1, at + length - 1] : ['literal', at, at + length]),
  });
  return told;
}

describe('the scan of JSON text', () => {
  test('tells the same as jsonc-parser, whatever the JSON', () => {
    fc.assert(fc.property(fc.oneof(jsonText, fc.json()), (text) => { expect(scanned(text)).toEqual(visited(text)); }), { numRuns: 1000 });
  });

  test('ends on any text', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ':', ',', '1', 'a', ' ', '\u2028') }), (text) => { expect(scanned(text).length).toBeLessThanOrEqual(text.length); }), { numRuns: 1000 });
  });

  test('knows a quote behind an even number of backslashes', () => {
    for (let n = 0; n < 40; n++) expect(scanned(`["${'\\\\'.repeat(n)}","${'x'.repeat(n)}\\"${'y'.repeat(n)}"]`)).toEqual(visited(`["${'\\\\'.repeat(n)}","${'x'.repeat(n)}\\"${'y'.repeat(n)}"]`));
  });
});

describe('slices', () => {
  test('are the unchanged texts at their paths, in the order in which they were asked for', () => {
    const text = ' { "a" : [ 1e400 , { "b" : "\\u0041" } ], "": {"":[ ]}, "c":12345678901234567890 } ';
    expect(slicesAt(text, [['c'], ['a', 1, 'b'], ['a', 0], ['', ''], ['a'], ['c'], ['nope'], ['a', 2], ['c', 'x'], []])).toEqual([
      '12345678901234567890', '"\\u0041"', '1e400', '[ ]', '[ 1e400 , { "b" : "\\u0041" } ]', '12345678901234567890', null, null, null, text.trim(),
    ]);
  });

  test('of several with one key the last counts, with all that is in it', () => {
    const text = '{"a":{"x":1,"y":2},"a":{"x":3},"b":1,"\\u0062":[]}';
    expect(slicesAt(text, [['a', 'x'], ['a', 'y'], ['b']])).toEqual(['3', null, '[]']);
    expect(firstSlicesAt(text, [['a', 'x'], ['a', 'y']])).toEqual(['1', '2']);
  });

  test('members and elements are those that JSON.parse has', () => {
    fc.assert(
      fc.property(jsonText, fc.string(), (json, name) => {
        const text = `{"x":${json},${JSON.stringify(name)}:[${json},${json}]}`;
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const slice = memberSlice(text, name) ?? '';
        expect(slice).toBe(`[${json},${json}]`);
        expect(elementSlices(slice)).toEqual([json, json]);
        expect(JSON.parse(slice)).toEqual(parsed[name]);
      }),
      { numRuns: 500 },
    );
  });
});

test('depth is counted outside of texts only, and on broken text too', () => {
  expect(isDeeperThan('[[["[[[\\"[["]]]', 3)).toBe(false);
  expect(isDeeperThan('[[["[[[\\"[["]]]', 2)).toBe(true);
  expect(isDeeperThan('"[[[', 1)).toBe(false);
  expect(isDeeperThan('}}]]{[', 2)).toBe(false);
});
