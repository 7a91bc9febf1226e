import { describe, expect, test } from 'vitest';
import { readArguments } from '../../plugin/ci/arguments.ts';

test('a file is all that is needed', () => {
  expect(readArguments(['test.json'])).toEqual({ file: 'test.json', out: 'load-test-results', server: null, requireServer: false, notEvaluated: 99 });
  expect(readArguments(['--not-evaluated=98', '--out', 'x', 'test.json', '--server', 'http://a', '--require-server'])).toEqual({ file: 'test.json', out: 'x', server: 'http://a', requireServer: true, notEvaluated: 98 });
  expect(readArguments(['--help'])).toBeNull();
});

describe('is refused with a sentence', () => {
  test.each([
    [[], 'Give one file: ci test.json. See --help.'],
    [['a.json', 'b.json'], 'Give one file: ci test.json. See --help.'],
    [['test.json', '--sever', 'http://a'], "Unknown option '--sever'. See --help."],
    [['test.json', '--out'], "Option '--out <value>' argument missing. See --help."],
    ...['0', '256', '-1', '9x', ''].map((code): [string[], string] => [['test.json', `--not-evaluated=${code}`], '--not-evaluated takes an exit code from 1 to 255. See --help.']),
  ])('%j', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence);
  });
});
