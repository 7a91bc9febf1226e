import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationText, parseDuration, parseNumber, parsePercent, percentText } from '../../ui/src/lib/plan/typed.ts';

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
