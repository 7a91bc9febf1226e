import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { durationText, numberText, parseDuration, parseNumber, parsePercent, percentText, wholeOr } from '../../ui/src/lib/plan/typed.ts';
import { setLocale } from '../../ui/src/lib/text/locale.ts';

beforeEach(() => setLocale('en'));
afterEach(() => setLocale(undefined));

describe('what is typed into a duration field', () => {
  it.each([
    ['20 s', 20_000],
    ['20', 20_000],
    ['1:30', 90_000],
    ['1:00:05', 3_605_000],
    ['1 min 30 s', 90_000],
    ['5min', 300_000],
    ['2 hours', 7_200_000],
    ['500ms', 500],
    ['1,5 min', 90_000],
    ['0', 0],
    ['30,000 ms', 30_000],
    ['1,500 ms', 1500],
    ['1 500 ms', 1500],
    ['1,000 s', 1_000_000],
    ['1,000.5 s', 1_000_500],
    ['1,5 s', 1500],
    ['0,500 s', 500],
    ['0.07 min', 4200],
    ['1 h 1,000 ms', 3_601_000],
    ['-5 s', Number.NaN],
  ])('%s is read', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it('reads an amount as a bare number of the same unit is read', () => {
    const digits = fc.stringMatching(/^[0-9]{1,7}$/);
    const amount = fc.tuple(digits, fc.array(fc.tuple(fc.constantFrom(',', '.', ' ', "'", '_', '\u202f'), digits), { maxLength: 3 })).map(([first, rest]) => first + rest.map((part) => part.join('')).join(''));
    fc.assert(
      fc.property(amount, fc.constantFrom('', ' '), (number, space) => {
        expect(parseDuration(`${number}${space}ms`)).toBe(parseDuration(number, 'ms'));
        expect(parseDuration(`${number}${space}s`)).toBe(parseDuration(number));
      }),
    );
  });

  it('leaves half a millisecond what it is: the plan refuses it', () => expect(parseDuration('1.5 ms')).toBe(1.5));

  it.each(['', 'soon', '5 parsecs', '-', '1:2', '20 s later', '1 30 s', '1:75', '1:99:05', '1 min -30 s', '1,00 0 s', '1:30 min', ', s', 's'])('"%s" is not a duration', (text) => expect(parseDuration(text)).toBeNaN());

  it('counts a bare number in the unit of its field', () => expect(parseDuration('500', 'ms')).toBe(500));

  it.each([0, 1, 250, 1500, 20_000, 90_000, 3_600_000, 5_430_000])('%i ms is shown as a text that reads back the same', (value) => {
    expect(parseDuration(durationText(value))).toBe(value);
  });
});

describe('what is typed into a number field', () => {
  it.each([
    ['1,000', 1000],
    ['1 000', 1000],
    ['2.5', 2.5],
    ['2,5', 2.5],
    ['.5', 0.5],
    [' 12 ', 12],
    ['-3', -3],
    ['0,500', 0.5],
    ['1 000,5', 1000.5],
    ["1'000'000", 1_000_000],
  ])('%s is read', (text, number) => expect(parseNumber(text)).toBe(number));

  it.each(['', 'many', '1e400', '0x10', '1.2.3', 'Infinity', '1 2', '12 34', '1,000,5', '1,00,000'])('"%s" is not a number', (text) => expect(parseNumber(text)).toBeNaN());
});

describe('what is typed in a locale with a decimal comma', () => {
  beforeEach(() => setLocale('de'));

  it.each([
    ['1.000', 1000],
    ['1,000', 1],
    ['2,5', 2.5],
    ['2.5', 2.5],
    ['12.345,5', 12_345.5],
    ['1 000,5', 1000.5],
    ['0.125', 0.125],
  ])('%s is read', (text, number) => expect(parseNumber(text)).toBe(number));

  it('is read so in durations and per cent, too', () => expect([parseDuration('1.500 ms'), parseDuration('1,5 min'), parsePercent('0,125 %')]).toEqual([1500, 90_000, 0.00125]));
  it('is no whole number where it may be one or a thousand', () => expect([wholeOr('1,000'), wholeOr('1.000')]).toEqual([Number.NaN, 1000]));
  it('stands in a field as it is read', () => expect([numberText(1.125), durationText(1500), percentText(0.00125)]).toEqual(['1,125', '1,5 s', '0,125']));
});

describe('a number in a field', () => {
  it.each(['en', 'de', 'fr', 'de-CH', 'en-IN', 'ar-EG'])('is read back as it was, in %s', (locale) => {
    setLocale(locale);
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => parseNumber(numberText(value)) === value));
  });
  it.each(['en', 'de', 'fr', 'de-CH', 'en-IN', 'ar-EG'])('is read as the locale itself writes it, in %s', (locale) => {
    setLocale(locale);
    const format = new Intl.NumberFormat(locale, { numberingSystem: 'latn', maximumFractionDigits: 2 });
    for (const value of [0.25, 7, 1234.5, 51_163, 1_234_567, 12_345_678.75]) expect(parseNumber(format.format(value))).toBe(value);
  });
});

describe('what is typed into a field in per cent', () => {
  it.each([
    ['7', 0.07],
    ['0.1', 0.001],
    ['0.07 %', 0.0007],
    ['100', 1],
    ['1,5', 0.015],
    ['99.9', 0.999],
  ])('%s is read as if the ratio itself had been typed', (text, ratio) => expect(parsePercent(text)).toBe(ratio));

  it.each([0, 1, 0.07, 0.01, 1e-7, 0.1 + 0.2, 0.999999999999999, 5e-324])('%d is shown as a text that reads back the same', (ratio) => expect(parsePercent(percentText(ratio))).toBe(ratio));

  it.each(['', 'some', '%'])('"%s" is none', (text) => expect(parsePercent(text)).toBeNaN());
});
