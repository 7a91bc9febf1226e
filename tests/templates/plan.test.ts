/** PLAN may be edited by hand: its numbers stand there once, the instrument derives the others as the server does, and says when it was edited. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../server/refusal.ts';
import { scriptObjective } from '../../server/script/objective.ts';
import { objective as objectiveInput } from '../../server/script/plan/objective.ts';
import type { ResolvedObjective } from '../../server/script/resolve.ts';
import type { Framework, ScriptInput, ScriptPlan } from '../../templates/framework.ts';
import { frameworks } from '../../templates/index.ts';
import { versionsOf } from '../../templates/shared/range.ts';
import { flowValues, planValues } from '../../templates/shared/values.ts';
import { fourth } from '../fourth/index.ts';
import { given } from '../helpers/generated.ts';
import { goldenInputs } from '../helpers/golden.ts';
import { literalsOf } from '../helpers/literals.mjs';
import { planInputs, scriptInputs } from '../helpers/script-inputs.ts';

const at = (path: string) => new URL(`../../templates/${path}`, import.meta.url);
// biome-ignore lint/suspicious/noExplicitAny: a constant file of the bundles, in plain JavaScript
const { readPlan } = (await import(at('shared/bundle/plan.js').href)) as any;

/** What users give that can be run. */
const real = fc.sample(planInputs, { numRuns: 400, seed: 21 }).flatMap((plan): ScriptInput[] => {
  try {
    return [given('{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{}}],"edges":[]}', plan).input];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
});
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('the instrument', () => {
  test('derives from PLAN and FLOW what the server derives from the plan, of every plan that can be run', () => {
    expect(real.length).toBeGreaterThan(40);
    for (const { plan, flow } of [...Object.values(goldenInputs), ...real]) expect(readPlan(planValues(plan), flowValues(flow))).toEqual({ plan: asJson(plan), problem: null });
  });

  test('finds in PLAN no number that it derives', () => {
    const derived: (keyof ScriptPlan)[] = ['durationMs', 'plannedIterations', 'longestIterationMs'];
    for (const { plan } of [...Object.values(goldenInputs), ...real]) {
      expect(Object.keys(planValues(plan)).filter((name) => derived.includes(name as keyof ScriptPlan) || (name === 'maxUsers' && plan.model === 'closed'))).toEqual([]);
      for (const objective of planValues(plan).objectives) expect(Object.keys(objective).filter((name) => /Micros|Ppm|PerMille/i.test(name))).toEqual([]);
    }
  });

  test('tells what it cannot read, and does not fall over it', () => {
    const { plan, flow } = goldenInputs['closed-studio'] as ScriptInput;
    for (const broken of [{ stages: 5 }, { stages: [null] }, { steady: 4000 }, { steady: [null] }, { thinkTimeMs: 5 }, { objectives: {} }, { objectives: [null] }])
      expect(readPlan({ ...planValues(plan), ...broken }, flow)).toEqual({ plan: null, problem: expect.stringMatching(/^PLAN cannot be read: .+\.$/) });
  });
});

interface ObjectiveVector {
  readonly name: string;
  readonly objective: ResolvedObjective;
  readonly problem: string | null;
  readonly limits: Pick<ReturnType<typeof scriptObjective>, 'perMille' | 'slowerFromMicros' | 'limitPpm'> | null;
}
const vectors = JSON.parse(readFileSync(at('shared/vectors/objective.json'), 'utf8')) as ObjectiveVector[];

describe('the server', () => {
  test('has vectors enough to be held to', () => {
    expect(vectors.filter(({ limits }) => limits !== null).length).toBeGreaterThanOrEqual(60);
  });

  test.each(vectors.filter(({ limits }) => limits))('takes the same integers for the limit: $name', ({ objective, limits }) => {
    expect(scriptObjective(objective)).toEqual({ ...objective, ...limits });
  });

  // Whether it is the added one, nobody tells the server.
  test.each(vectors.filter(({ problem, objective }) => problem && !objective.added))('refuses the same, in the same words: $name', ({ objective, problem }) => {
    const { added: _, ...parts } = objective;
    const input = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null));
    expect(objectiveInput.safeParse(input).error?.issues[0]?.message).toBe(problem);
  });
});

describe('a script', () => {
  const some = [...Object.values(goldenInputs), ...fc.sample(scriptInputs, { numRuns: 60, seed: 22 })];
  const script = (framework: Framework, input: ScriptInput) => framework.generate(input).files.find(({ text }) => /"?blocksHash"?:/.test(text) && /^(const )?PLAN = /m.test(text))?.text ?? '';

  test.each(frameworks.filter(({ key }) => key !== 'locust').concat(fourth).map((framework) => [framework.name, framework] as const))('of %s knows whether PLAN and FLOW are as they were generated', (_name, framework) => {
    for (const input of some) {
      const text = script(framework, input);
      const [, hash] = /blocksHash:\s+"([0-9a-f]{64})"/.exec(text) ?? [];
      const { PLAN, FLOW } = literalsOf(text) as { PLAN: string; FLOW: string };
      const hashOf = (plan: string) => createHash('sha256').update(JSON.stringify(vm.runInNewContext(`[${plan}, ${FLOW}]`))).digest('hex');
      expect(hashOf(PLAN)).toBe(hash);
      expect(hashOf(PLAN.replace(/requestTimeoutMs: (\d+)/, 'requestTimeoutMs: 1$1'))).not.toBe(hash);
    }
  });

  test('of Locust does', () => {
    const locust = frameworks.find(({ key }) => key === 'locust') as Framework;
    const texts = some.map((input) => script(locust, input));
    const input = JSON.stringify([...texts, ...texts.map((text) => text.replace(/"requestTimeoutMs": (\d+)/, '"requestTimeoutMs": 1$1'))]);
    const out = execFileSync('python3', [fileURLToPath(new URL('edited.py', import.meta.url)), fileURLToPath(at('locust/instrument'))], { input, encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([...texts.map(() => false), ...texts.map(() => true)]);
  });
});

describe.each(frameworks.map((framework) => [framework.name, framework] as const))('the bundle of %s', (_name, framework) => {
  const bundles = Object.values(goldenInputs).map((input) => framework.generate(input).files);
  const textOf = (files: (typeof bundles)[number], file: RegExp) => files.find(({ path }) => file.test(path))?.text ?? '';

  test('names in the header of its script each environment variable that its README names', () => {
    for (const files of bundles) {
      const [, table = ''] = /\| Environment variable \| \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(textOf(files, /^README\.md$/)) ?? [];
      const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([A-Z_][A-Z0-9_]*)/g)].map(([, name]) => name));
      const script = textOf(files, /^(loadtest\.(js|py)|processor\.mjs)$/);
      const header = script.slice(0, script.search(/^(from|import) /m));
      // Those without which nothing starts stand in VARIABLES, with what each holds.
      const wanted = new Set([...script.matchAll(/"?name"?: "([A-Z_][A-Z0-9_]*)"/g)].map(([, name]) => name));
      expect(named.length).toBeGreaterThanOrEqual(3);
      for (const name of named) expect([name, header.includes(` ${name} `) || wanted.has(name) || header.includes(` ${name}:`)]).toEqual([name, true]);
    }
  });

  test('tells in its README the versions that the folder declares', () => {
    const { least, words } = versionsOf(framework.tool);
    for (const files of bundles) {
      const readme = textOf(files, /^README\.md$/);
      expect(readme).toContain(`${framework.name} ${words}`);
      expect(readme).not.toMatch(/pip install locust$/m);
      // Wherever an installer is told a version, it is this one.
      for (const [, version] of readme.matchAll(/install .*(?:@|>=)([0-9.]+)/g)) expect(version).toBe(least);
    }
  });
});
