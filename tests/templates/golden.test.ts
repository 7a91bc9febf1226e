/**
 * The golden bundles: what the product makes of a plan and a workflow, file by file, but for the instrument, which is the same in all.
 * One command writes them anew: `npx vitest run tests/templates/golden.test.ts -u`.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateScript, type Script } from '../../server/script/generate.ts';
import { givenPlan, parseWorkflow } from '../../server/script/input.ts';
import { frameworks } from '../../templates/index.ts';
import { goldens } from '../helpers/golden.ts';

const inInstrument = ({ path: file }: { readonly path: string }) => file.startsWith('instrument/');

describe.each(frameworks.map((framework) => [framework.name, framework] as const))('%s', (_name, framework) => {
  const fixtures = path.resolve(import.meta.dirname, '../../templates', framework.key, 'fixtures');
  const made = (name: string): Script => {
    const { definition = '', plan = {}, compareWith } = goldens[name] ?? {};
    return generateScript(framework, parseWorkflow(definition), givenPlan(plan), null, compareWith === undefined ? null : parseWorkflow(compareWith)).script;
  };
  const scripts = new Map(Object.keys(goldens).map((name) => [name, made(name)]));

  describe.each([...scripts])('the bundle %s', (name, script) => {
    test('is the golden one', async () => {
      for (const file of script.files.filter((one) => !inInstrument(one))) await expect(file.text).toMatchFileSnapshot(path.join(fixtures, name, file.path));
    });

    test('is the same bytes each time', () => {
      expect(made(name)).toEqual(script);
    });

    test('carries the hash of its script, taken with zeros in its place', () => {
      const HASH = /"?scriptHash"?:\s+"([0-9a-f]{64})"/;
      const carriers = script.files.filter(({ text }) => HASH.test(text));
      expect(carriers).toHaveLength(1);
      const [{ path: carrier, text } = { path: '', text: '' }] = carriers;
      const [, hash = ''] = HASH.exec(text) ?? [];
      const sum = createHash('sha256');
      // Where another file is what the tool is started with, it is part of the script.
      if (carrier !== script.entryFile) sum.update(script.files.find(({ path: file }) => file === script.entryFile)?.text ?? '');
      expect(sum.update(text.replace(hash, '0'.repeat(64))).digest('hex')).toBe(hash);
    });
  });

  test('what the golden files leave out is the same in every bundle', () => {
    const [first, ...others] = [...scripts.values()].map(({ files }) => files.filter(inInstrument));
    expect(first?.length).toBeGreaterThan(5);
    for (const other of others) expect(other).toEqual(first);
  });

  test('no golden file is left of what is not made any more, and none was missing', () => {
    const there = !existsSync(fixtures) ? [] : readdirSync(fixtures, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(fixtures, path.join(entry.parentPath, entry.name)));
    const expected = [...scripts].flatMap(([name, { files }]) => files.filter((one) => !inInstrument(one)).map(({ path: file }) => path.join(name, file)));
    // One that is written for the first time is missing once: nothing new is taken for golden unseen.
    expect(there.sort()).toEqual(expected.sort());
  });
});
