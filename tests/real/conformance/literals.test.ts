/** Whatever a definition, a flow or a plan holds: a script is valid, and its language reads back from it what went in. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../server/refusal.ts';
import { generateScript } from '../../../server/script/generate.ts';
import { givenPlan, parseWorkflow } from '../../../server/script/input.ts';
import type { Bundle } from '../../../templates/framework.ts';
import { flowValues, planValues } from '../../../templates/shared/values.ts';
import { writeBundle } from '../../helpers/bundle.ts';
import { subjects } from '../../helpers/conformance.ts';
import { definitionText } from '../../helpers/definitions.ts';
import { readBack } from '../../helpers/languages.ts';
import { literalsOf } from '../../helpers/literals.mjs';
import { amount } from '../../helpers/long.ts';
import { planInputs, scriptInputs } from '../../helpers/script-inputs.ts';

const COUNT = amount(1000, 10_000);
const timeout = amount(120_000, 1_200_000);
/** So many at once: a script has some kilobytes. */
const SOME = 1000;

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const toolFolder = (executable: string | null) => path.dirname(executable ?? '/nowhere/x');

function inPortions<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / SOME) }, (_, i) => all.slice(i * SOME, (i + 1) * SOME));
}

describe.concurrent('a script', () => {
  for (const { framework, executable } of subjects) {
    test(`for ${framework.name} says in its own language what went into it: ${COUNT} generated flows and definitions`, { timeout }, async () => {
      for (const inputs of inPortions(fc.sample(scriptInputs, { numRuns: COUNT, seed: 11 }))) {
        const bundles = inputs.map((input) => framework.generate(input));
        const read = await readBack(bundles, toolFolder(executable));
        for (const [i, input] of inputs.entries()) {
          expect(framework.refuse(input)).toEqual([]);
          expect(read[i]).toEqual({ problems: [], values: { PLAN: asJson(planValues(input.plan)), FLOW: asJson(flowValues(input.flow)) } });
          const data = bundles[i]?.files.filter((file) => file.path.startsWith('data/')).map((file) => [file.path, file.text]);
          expect(Object.fromEntries(data ?? [])).toEqual(input.data);
        }
      }
    });

    test(`for ${framework.name} is the same each time, and holds no text of the user outside of its literals and data`, () => {
      for (const input of fc.sample(scriptInputs, { numRuns: 50, seed: 12 })) {
        const marked = { ...input, data: { ...input.data, 'data/a.json': 'MARKED-1' }, flow: { ...input.flow, checks: [{ name: 'MARKED-2 */ """ #}', pointer: '/MARKED-3', equals: '"MARKED-4"' }] } };
        const [one, other] = [framework.generate(marked), framework.generate(marked)];
        expect(one).toEqual(other);
        for (const file of one.files) {
          const literals = Object.values(literalsOf(file.text)).join('\n');
          const python = /^FLOW = \{\n[\s\S]*?^\}$/m.exec(file.text)?.[0] ?? '';
          const outside = [literals, python].reduce((text, literal) => literal.split('\n').reduce((left, line) => left.replace(line, ''), text), file.text);
          if (!file.path.startsWith('data/')) expect(outside).not.toContain('MARKED');
        }
      }
    });

    test(`for ${framework.name} is valid, or refused with a reason: ${COUNT} random plans for random definitions`, { timeout }, async () => {
      const cases = fc.sample(fc.tuple(definitionText, planInputs), { numRuns: COUNT, seed: 13 });
      const refusals = new Map<string, number>();
      let valid = 0;
      for (const some of inPortions(cases)) {
        const bundles = some.flatMap(([definition, plan]): Bundle[] => {
          try {
            return [generateScript(framework, parseWorkflow(definition), givenPlan(plan), null).script];
          } catch (error) {
            // A bug is no refusal.
            if (!(error instanceof Refusal)) throw error;
            expect(error.message).toMatch(/[A-Z].*\.$/s);
            expect(error.problems.length).toBeGreaterThan(0);
            refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
            return [];
          }
        });
        valid += bundles.length;
        for (const { problems } of await readBack(bundles, toolFolder(executable))) expect(problems).toEqual([]);
      }
      // Most random plans hold something that is refused; enough must not.
      expect(valid).toBeGreaterThan(COUNT / 4);
      expect([...refusals.keys()].every((code) => code === 'invalid_plan' || code === 'framework_refuses')).toBe(true);
    });
  }

  const k6 = subjects.find(({ framework }) => framework.key === 'k6');
  test.skipIf(!k6?.executable)(`for k6 reads the same in k6's own JavaScript: ${COUNT} generated flows and definitions (needs an installed k6)`, { timeout }, async () => {
    const inputs = fc.sample(scriptInputs, { numRuns: COUNT, seed: 14 });
    const scripts = inputs.map((input) => k6?.framework.generate(input).files.find((file) => file.text.includes('const FLOW ='))?.text ?? '');
    const folder = await mkdtemp(path.join(tmpdir(), 'k6-'));
    await writeFile(path.join(folder, 'literals.json'), JSON.stringify(scripts.map((script) => literalsOf(script))));
    await writeFile(path.join(folder, 'read.js'), K6_READS);
    const out = execFileSync(k6?.executable ?? '', ['run', '--quiet', 'read.js'], { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder, K6_NO_USAGE_REPORT: 'true' }, encoding: 'utf8', maxBuffer: 2 ** 30 });
    expect(JSON.parse(out)).toEqual(inputs.map((input) => asJson({ PLAN: planValues(input.plan), FLOW: flowValues(input.flow) })));
  });

  test('is written to files as it is: UTF-8, whatever stands in it', async () => {
    const [input] = fc.sample(scriptInputs, { numRuns: 1, seed: 15 });
    for (const { framework } of subjects) {
      if (!input) continue;
      const bundle = framework.generate(input);
      const folder = await writeBundle(bundle);
      for (const file of bundle.files) expect(await readFile(path.join(folder, file.path), 'utf8')).toBe(file.text);
    }
  });
});

const K6_READS = `
const all = JSON.parse(open('./literals.json'));
export default function () {}
export function handleSummary() {
  const read = (literal) => (0, eval)('(' + literal + ')');
  return { stdout: JSON.stringify(all.map(({ PLAN, FLOW }) => ({ PLAN: read(PLAN), FLOW: read(FLOW) }))) };
}
`;
