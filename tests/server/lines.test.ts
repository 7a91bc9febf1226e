import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLines } from '../../server/samples/lines.ts';

async function linesOf(chunks: readonly Buffer[]): Promise<string[]> {
  const source = async function* () {
    yield* chunks;
  };
  const lines: string[] = [];
  for await (const line of readLines(source(), 1_000_000)) lines.push(line);
  return lines;
}

/** `bytes` cut at these places, in any order, empty pieces included. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((to, i) => bytes.subarray(at[i], to));
}

test('the lines are the same however the bytes come, in the middle of a character too', async () => {
  const text = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\r', '\u2028', '\0', '"') }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(text, fc.boolean(), fc.array(fc.nat(), { maxLength: 20 }), async (lines, ended, places) => {
      const whole = lines.map((line) => `${line}\n`).join('') + (ended ? '' : 'rest');
      expect(await linesOf(cut(Buffer.from(whole), places))).toEqual(ended ? lines : [...lines, 'rest']);
    }),
  );
});

describe('a line over the bound', () => {
  const long = Buffer.alloc(1_000_001, 'x');
  const LF = Buffer.from('\n');
  test('is given as an empty one, and the next is read again', async () => {
    expect(await linesOf([long, LF, Buffer.from('next\n')])).toEqual(['', 'next']);
    expect(await linesOf([Buffer.concat([long, LF, Buffer.from('next\n')])])).toEqual(['', 'next']);
    expect(await linesOf(cut(Buffer.concat([long, LF, Buffer.from('next\n')]), [1000, 500_000, 999_999, 1_000_002]))).toEqual(['', 'next']);
  });
  test('also when it is the last, without an end', async () => expect(await linesOf([long])).toEqual(['']));
  test('one at the bound is read', async () => expect((await linesOf([long.subarray(1), LF]))[0]).toHaveLength(1_000_000));
});

test('nothing gives no line, an empty line is one', async () => {
  expect(await linesOf([])).toEqual([]);
  expect(await linesOf([Buffer.from('\n\n')])).toEqual(['', '']);
});
