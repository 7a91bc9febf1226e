/** What the target receives is what the user wrote, byte for byte: proven with the tools themselves, many definitions in one run. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScriptInput } from '../../../templates/framework.ts';
import { fewFailures, requestTo, scriptInput } from '../../helpers/bundle.ts';
import { eachFramework, expectHonest, iterations, planned, type RunOptions, startTarget, type Subject } from '../../helpers/conformance.ts';
import { bigDefinition, deepDefinition, definitionText, NASTY } from '../../helpers/definitions.ts';
import { type Given, given, joined } from '../../helpers/generated.ts';
import { amount } from '../../helpers/long.ts';

const fixtures = new URL('../../fixtures/workflows/', import.meta.url);
const SAMPLES = readdirSync(fixtures).filter((file) => file.endsWith('.json'));
const sample = (file: string) => readFileSync(new URL(file, fixtures), 'utf8');

const studio = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'smoke' } } };
const custom = requestTo('/anything', [{ text: '' }], { success: 'custom' });

/** One iteration, whatever the answer. */
const once = (url: string, body: ScriptInput['flow']['execute']['body'], data: ScriptInput['data'] = {}): ScriptInput =>
  scriptInput(url, iterations(1, 1, { objectives: [fewFailures] }), { execute: { ...custom, body } }, { data });

/** The one body that arrived is this text; where it is not, the place at which they part is told. */
async function expectBody({ run }: Subject, input: (url: string) => ScriptInput, expected: string, options: RunOptions = {}): Promise<void> {
  await using target = await startTarget({ keepBodies: 1 });
  const result = await run(input(target.url), options);
  const truth = await target.truth();
  expect(result.end, result.stderr).toEqual(planned(1));
  expectHonest(result, truth);
  expect(differenceOf(truth.requests[0]?.body ?? '', expected)).toBeNull();
  expect(truth.bodies).toEqual({ [createHash('sha256').update(expected).digest('hex')]: 1 });
}

function differenceOf(got: string, expected: string): object | null {
  if (got === expected) return null;
  let at = 0;
  while (got[at] === expected[at]) at++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return { at, got: around(got), expected: around(expected), lengths: [got.length, expected.length] };
}

const allOf = (definitions: readonly string[]): Given[] => definitions.map((definition) => given(definition, studio));

describe.concurrent('a body arrives byte for byte', () => {
  eachFramework((subject) => {
    test('texts of every nasty kind, from data files and from the script itself', async () => {
      const data = Object.fromEntries(NASTY.map((text, i) => [`data/${i}.json`, text]));
      const body = NASTY.flatMap((text, i) => [{ text }, { file: `data/${i}.json` }]);
      await expectBody(subject, (url) => once(url, body, data), NASTY.map((text) => text + text).join(''));
    });

    test('the sample workflows, with their secrets put back', async () => {
      const all = allOf(SAMPLES.map(sample));
      expect(all.filter(({ secretValues }) => Object.keys(secretValues).length > 0).length).toBeGreaterThan(2);
      const env = joined(all, once('', [])).env;
      await expectBody(subject, (url) => joined(all, once(url, [])).input, SAMPLES.map(sample).join(''), { env });
    });

    test('10 MB, and 100 levels', async () => {
      const definitions = [bigDefinition(10 * 1024 * 1024 - 4096), deepDefinition(100)];
      await expectBody(subject, (url) => joined(allOf(definitions), once(url, [])).input, definitions.join(''));
    });

    const COUNT = amount(1000, 10_000);
    test(`${COUNT} generated definitions`, { timeout: amount(120_000, 1_800_000) }, async () => {
      const definitions = fc.sample(definitionText, { numRuns: COUNT, seed: 7 });
      // In the long run in several requests: no target takes 100 MB at once.
      for (let from = 0; from < definitions.length; from += 1000) {
        const some = definitions.slice(from, from + 1000);
        const all = allOf(some);
        await expectBody(subject, (url) => joined(all, once(url, [])).input, some.join(''), { env: joined(all, once('', [])).env });
      }
    });
  });
});
