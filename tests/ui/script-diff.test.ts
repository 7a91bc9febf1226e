/** A script beside an earlier one, cut to what can be drawn, and as a zip. */
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { frameworks } from '../../templates/index.ts';
import { folderName, MOST_SHOWN, type Script, type ScriptFile, shownOf } from '../../ui/src/lib/script/bundle.ts';
import { changedFiles, differenceOf } from '../../ui/src/lib/script/diff.ts';
import { asText, read } from '../../ui/src/lib/script/written.ts';
import { zipOf } from '../../ui/src/lib/script/zip.ts';
import { scriptInput } from '../helpers/bundle.ts';

const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join('');
const file = (path: string, text: string): ScriptFile => ({ path, text, mediaType: 'text/plain' });
const script = (...files: ScriptFile[]): Script => ({ framework: 'k6', files, entryFile: 'loadtest.js', command: 'k6 run loadtest.js', hash: '5b08e3aa00', secrets: [], variables: [], warnings: [] });

describe('the difference of two files', () => {
  it('is told line by line, with what stands around', async () => {
    const found = await differenceOf(lines(1, 20), `${lines(1, 9)}other\nmore\n${lines(11, 20)}`);
    expect(found).toMatchObject({ kind: 'lines', added: 2, removed: 1 });
    expect(found.kind === 'lines' && found.parts).toEqual([
      {
        from: 7,
        lines: [
          ...['line 7', 'line 8', 'line 9'].map((text) => ({ sign: ' ', text })),
          { sign: '-', text: 'line 10' },
          { sign: '+', text: 'other' },
          { sign: '+', text: 'more' },
          ...['line 11', 'line 12', 'line 13'].map((text) => ({ sign: ' ', text })),
        ],
      },
    ]);
  });

  it('is none of the same text, and a file without an end of its last line is read like others', async () => {
    expect(await differenceOf('a\n', 'a\n')).toEqual({ kind: 'same' });
    expect(await differenceOf('a', 'b')).toMatchObject({ added: 1, removed: 1, parts: [{ lines: [{ sign: '-', text: 'a' }, { sign: '+', text: 'b' }] }] });
    expect(await differenceOf('', 'a\n')).toMatchObject({ added: 1, removed: 0 });
  });

  it('of what is too large is said, not drawn, and a long line is cut', async () => {
    expect(await differenceOf('x'.repeat(MOST_SHOWN + 1), 'y')).toEqual({ kind: 'large' });
    const found = await differenceOf('', 'z'.repeat(5_000));
    expect(found.kind === 'lines' && found.parts[0]?.lines[0]?.text.length).toBeLessThan(1_100);
  });

  it('names the files that differ, that are new and that are gone', () => {
    const before = script(file('loadtest.js', '1'), file('README.md', 'r'), file('data/rows.csv', 'a'));
    const after = script(file('loadtest.js', '2'), file('README.md', 'r'), file('data/inputs.json', '{}'));
    expect(changedFiles(before, after)).toEqual({ changed: new Set(['loadtest.js', 'data/inputs.json']), gone: ['data/rows.csv'] });
  });
});

describe('a file that is too large to be drawn', () => {
  it('is shown from its start, and further with each step, never half a character', () => {
    const large = file('data/definition.json', `${'a'.repeat(MOST_SHOWN - 1)}😀${'b'.repeat(MOST_SHOWN)}`);
    expect(shownOf(large)).toMatchObject({ cut: true, language: null, text: 'a'.repeat(MOST_SHOWN - 1) });
    expect(shownOf(large, 2 * MOST_SHOWN)).toMatchObject({ cut: true });
    expect(shownOf(large, 3 * MOST_SHOWN)).toMatchObject({ cut: false, text: large.text });
  });
});

describe('the zip', () => {
  it.each(frameworks.map((framework) => [framework.name, framework] as const))('of %s holds each file in one folder, byte for byte, and is the same each time', async (_name, framework) => {
    const { files, entryFile } = framework.generate(scriptInput('http://127.0.0.1:8000'));
    const whole = { ...script(...files, file('data/ünïcode 😀.txt', 'ä\u0000\u2028\r\n')), entryFile };
    const zip = await zipOf(whole);
    const read = Object.entries(unzipSync(zip)).map(([path, bytes]) => [path, strFromU8(bytes)]);
    expect(read).toEqual(whole.files.map(({ path, text }) => [`${folderName(whole)}/${path}`, text]));
    expect(Buffer.from(await zipOf(whole)).equals(Buffer.from(zip))).toBe(true);
  });
});

describe('the script written before, as it is kept over a reload', () => {
  const [before, now] = [script(file('loadtest.js', 'one'), file('instrument/a.js', 'same')), script(file('loadtest.js', 'two'), file('instrument/a.js', 'same'))];
  it('comes back as it was, and what is the same in both is kept once', () => {
    const text = asText({ now, before });
    expect(read(text)).toEqual({ now, before });
    expect(text.split('same')).toHaveLength(2);
    expect(read(asText({ now, before: null }))).toEqual({ now, before: null });
  });
  it.each(['', '{', '{}', 'null', '{"now":{"files":1}}'])('is nothing where something else was kept: %j', (text) => expect(read(text)).toBeNull());
});
