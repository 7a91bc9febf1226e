import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listedIn, openValidator, placeIn, type Validator } from '../../server/run/validate.ts';
import type { Script } from '../../server/script/generate.ts';
import { frameworks } from '../../templates/index.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { searchPath } from '../helpers/places.ts';
import { emptyScript } from '../helpers/stored-run.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

const script: Script = { ...emptyScript, files: [{ path: 'loadtest.py', text: 'pass\n', mediaType: 'text/x-python' }], variables: [{ name: 'TOKEN', holds: 'the token', kind: 'header' }] };
const locust = frameworks.find(({ key }) => key === 'locust');
if (!locust) throw new Error('there is Locust');

let folder: string;
let validator: Validator;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'validate-'));
  validator = await openValidator({ runsFolder: folder, searchPath });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  await until('nothing is left', () => childProcesses().length === 0);
  expect(await readdir(folder)).toEqual([]);
});

/** A tool whose check is these shell lines. */
async function tool(check: string) {
  const found = await (await misbehavingLocust('exit 1', check)).find('locust');
  if (!found.available) throw new Error(found.problem);
  return found;
}

describe('a script is checked before there is a run', () => {
  test('what the tool refuses is named by file and line', async () => {
    const broken = await tool(`printf 'Traceback (most recent call last):\\n  File "%s/loadtest.py", line 12, in <module>\\nNameError: name x is not defined\\n' "$PWD" >&2; exit 1`);
    expect(await validator.problemsOf(locust, broken, script)).toEqual([{ path: 'loadtest.py:12', message: 'NameError: name x is not defined' }]);
  });
  test('a script that passed is not checked again, another one is', async () => {
    const count = path.join(tmpdir(), `checks-${process.pid}`);
    const passing = await tool(`echo "$TOKEN" >> ${count}; exit 0`);
    for (const hash of ['a', 'a', 'b']) expect(await validator.problemsOf(locust, passing, { ...script, hash })).toEqual([]);
    // With a placeholder in the place of each variable.
    expect(await readFile(count, 'utf8')).toBe('1\n1\n');
    await rm(count);
  });
  test('a server that ends ends the check', async () => {
    const closing = await openValidator({ runsFolder: folder, searchPath });
    const asked = closing.problemsOf(locust, await tool('sleep 300'), { ...script, hash: 'slow' });
    await until('the check runs', () => childProcesses().some((line) => line.includes('sleep 300')));
    closing.close();
    expect(await asked).toMatchObject([{ path: 'loadtest.py', message: expect.stringContaining('was cancelled') }]);
  });
});

test('a check of ours lists all that it found', () => {
  const files = [{ path: 'loadtest.yml', text: '', mediaType: '' }];
  expect(listedIn('loadtest.yml:3: a\nother.yml:4: b\nloadtest.yml:20: c: d\n', { files })).toEqual([{ path: 'loadtest.yml:3', message: 'a' }, { path: 'loadtest.yml:20', message: 'c: d' }]);
});

describe('a place in the output of a tool', () => {
  const files = ['loadtest.js', 'instrument/run.js', 'loadtest.py', 'processor.mjs'].map((name) => ({ path: name, text: '', mediaType: '' }));
  test.each([
    ['  File "/tmp/x/loadtest.py", line 3, in <module>', 'loadtest.py:3'],
    ['SyntaxError: file:///tmp/x/loadtest.js: Line 7:11 Unexpected token', 'loadtest.js:7'],
    ['\tat file:///tmp/x/instrument/run.js:20:5(11)\n\tat file:///tmp/x/loadtest.js:44:30(9)', 'loadtest.js:44'],
    ['file:///tmp/x/processor.mjs:9\nconst = 1', 'processor.mjs:9'],
    ['/tmp/myloadtest.py:4', null],
    ['', null],
  ])('%j is %s', (output, place) => expect(placeIn(output, { files })).toBe(place));
});
