import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { FIRST_LINES, FURTHER_LATER, LogKeeper } from '../../server/run/log/keep.ts';
import { masker } from '../../server/run/masked.ts';
import { keepTail } from '../../server/run/tail.ts';

async function printed(keeper: LogKeeper, ...chunks: string[]): Promise<void> {
  const stream = new PassThrough();
  keeper.add(stream);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
}
const nothing = masker({});

describe('the log of a tool that prints more than is told at once', () => {
  const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

  test('says while the run goes on that further lines come at its end, once', async () => {
    const keeper = new LogKeeper(nothing);
    await printed(keeper, text(numbered(0, FIRST_LINES)));
    expect(keeper.take()).toEqual(numbered(0, FIRST_LINES));
    await printed(keeper, text(numbered(FIRST_LINES, FIRST_LINES + 2)));
    expect(keeper.take()).toEqual([FURTHER_LATER]);
    await printed(keeper, text(numbered(FIRST_LINES + 2, FIRST_LINES + 5)));
    expect(keeper.take()).toEqual([]);
    expect(keeper.takeLast()).toEqual(numbered(FIRST_LINES, FIRST_LINES + 5));
  });
  test('and says nothing of the kind when no further line has come', async () => {
    const keeper = new LogKeeper(nothing);
    await printed(keeper, text(numbered(0, FIRST_LINES)));
    expect(keeper.takeLast()).toEqual(numbered(0, FIRST_LINES));
  });
});

describe('a secret at the cut of a long line', () => {
  const secret = `sesame-${'4711'.repeat(200)}`;
  /** Wherever it stands, whatever is hidden before it, in one chunk or many. */
  test.for([1990, 2000, 3999, 4700, 4900, 5600])('is not stored in part: at %i', async (at) => {
    for (const before of ['x'.repeat(at), `${secret} `.repeat(at / secret.length).padEnd(at, 'x')])
      for (const size of [10_000, 777]) {
        const keeper = new LogKeeper(masker({ TOKEN: secret }));
        const line = `${before}${secret}${'y'.repeat(3000)}\n`;
        await printed(keeper, ...(line.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []));
        expect(keeper.takeLast().join()).not.toMatch(/sesame|4711/);
      }
  });
  test('is not told in part as a last word either', async () => {
    const stream = new PassThrough();
    const tail = keepTail(stream);
    stream.end(`${'x'.repeat(20)}${secret.repeat(100)}\nthe last line\n`);
    await finished(stream);
    expect(masker({ TOKEN: secret })(tail.text())).toBe('the last line\n');
  });
});

describe('a secret is hidden', () => {
  test.for([
    ['as it is', 'sesame-4711', 'token sesame-4711!', 'token ***!'],
    ['as the text that a JSON string stands for', String.raw`p\u00e4ss\"w\/rd\\1`, String.raw`got päss"w/rd\1`, 'got ***'],
    ['as it stands in JSON', 'pass"word\\1', String.raw`{"a":"pass\"word\\1"}`, '{"a":"***"}'],
    ['as a whole JSON string', '"sesame 4711"', 'got sesame 4711', 'got ***'],
    ['as it stands in an address', 'pass/word ?1', 'GET /?t=pass%2Fword%20%3F1&u=1', 'GET /?t=***&u=1'],
    ['as a form has it', 'pass/word ?1', 't=pass%2Fword+%3F1', 't=***'],
    ['as Python quotes it', "pass/(word)'1", 'GET /pass/%28word%29%271', 'GET /***'],
    ['as JSON decoded and in an address', String.raw`p\u00e4ss\/word`, 't=p%C3%A4ss%2Fword', 't=***'],
    ['line by line, when it has several', '-----BEGIN KEY-----\nMIIEvgIBADAN\nrest\n', 'MIIEvgIBADAN', '***'],
  ] as const)('%s', ([, secret, text, masked]) => expect(masker({ SECRET: secret })(text)).toBe(masked));
  test('and a short word is none, nor half of a character trouble', () => {
    expect(masker({ A: 'abc', B: '"a"' })('abc "a" a')).toBe('abc "a" a');
    expect(masker({ A: 'half \ud800 of one' })('x half \ud800 of one')).toBe('x ***');
  });
});
