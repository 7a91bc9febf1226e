import { describe, expect, test } from 'vitest';
import { linesOf, LogReader } from '../../../server/clouds/azure/log-reader.ts';

describe('The log of a container that knows no places', () => {
  /** What was asked for, and what was told; `print` adds lines, and `most` of the last bytes are kept. */
  function logOf(most = Number.POSITIVE_INFINITY) {
    let text = '';
    const asked: (number | null)[] = [];
    const told: string[] = [];
    const reader = new LogReader(async (lines) => {
      asked.push(lines);
      const kept = text.slice(-most);
      return lines === null ? kept : kept.split('\n').slice(-lines - 1).join('\n');
    }, (line) => void told.push(line));
    return { asked, told, reader, print: (...lines: readonly string[]) => { text += lines.map((line) => `${line}\n`).join(''); }, add: (piece: string) => { text += piece; } };
  }
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);

  test('is told each line once, whole, however it grows', async () => {
    const { told, reader, print, add } = logOf();
    expect(await reader.read()).toBe(0);
    for (let n = 0; n < 200; n += 7) {
      print(...numbers(n, n + 7));
      await reader.read();
      await reader.read();
    }
    add('half a');
    await reader.read();
    expect(told).toEqual(numbers(0, 203));
    add(' line\nand the last');
    await reader.read();
    await reader.read(true);
    expect(told).toEqual([...numbers(0, 203), 'half a line', 'and the last']);
  });

  test('is asked for no more than it may have grown by; and for more where that was not enough', async () => {
    const { asked, told, reader, print } = logOf();
    print(...numbers(0, 500));
    await reader.read();
    print(...numbers(500, 510));
    await reader.read();
    print(...numbers(510, 1400));
    await reader.read();
    expect(asked).toEqual([null, 1500, 60, 480, 3840]);
    print(...numbers(1400, 9000));
    await reader.read();
    expect(asked.slice(5)).toEqual([2670, 21_360]);
    expect(told).toEqual(numbers(0, 9000));
  });

  test('is told again where nothing of what was told is kept any more, but for a line whose beginning is lost', async () => {
    const { told, reader, print } = logOf(1000);
    print(...numbers(0, 20));
    await reader.read();
    print(...numbers(20, 500));
    await reader.read();
    expect(told.slice(0, 20)).toEqual(numbers(0, 20));
    expect(told.slice(20)).toEqual(numbers(500 - told.slice(20).length, 500));
    expect(told.slice(20).length).toBeGreaterThan(100);
  });

  test('may say the same again and again, between what it says but once', async () => {
    const { told, reader, print } = logOf();
    const all: string[] = [];
    for (let n = 0; n < 50; n++) {
      const more = ['again', 'again', `only ${n}`, 'again'];
      all.push(...more);
      print(...more);
      await reader.read();
    }
    expect(told).toEqual(all);
  });

  test('has lines of both kinds of ends', () => {
    expect([linesOf('a\r\nb\nc', false), linesOf('a\r\nb\nc', true), linesOf('a\n', true), linesOf('', true)]).toEqual([['a', 'b'], ['a', 'b', 'c'], ['a'], []]);
  });
});
