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
  ])('%s is read', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each(['', 'soon', '5 parsecs', '-', '1:2', '20 s later'])('"%s" is not a duration', (text) => expect(parseDuration(text)).toBeNaN());

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
  ])('%s is read', (text, number) => expect(parseNumber(text)).toBe(number));

  it.each(['', 'many', '1e400', '0x10', '1.2.3', 'Infinity'])('"%s" is not a number', (text) => expect(parseNumber(text)).toBeNaN());
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
