import { expect, it } from 'vitest';
import { numeral, signedNumeral } from '../../server/words/numeral.ts';

it('a number in a sentence is read alike in every locale: no comma, a point before decimals only, groups by a narrow space from five digits on', () => {
  expect([7, 1000, 9999.5, 51_163, 1_234_567.25, -12_000].map((value) => numeral(value))).toEqual(['7', '1000', '9999.5', '51\u202f163', '1\u202f234\u202f567.25', '-12\u202f000']);
  expect([numeral(0.12345), numeral(81.46, 1), numeral(81.5, 0)]).toEqual(['0.123', '81.5', '82']);
  expect([0, 4.52, -3, 12_000].map(signedNumeral)).toEqual(['0', '+4.5', '-3', '+12\u202f000']);
});
