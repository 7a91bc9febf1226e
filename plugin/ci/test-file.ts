/** `test.json`: what is tested, with which plan. Paths in it begin where it lies. Throws a Refusal that names the place of each problem. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Framework } from '../../templates/framework.ts';
import { Refusal } from '../../server/refusal.ts';
import { frameworkOf } from '../../server/script/generate.ts';
import { givenPlan, parseWorkflow } from '../../server/script/input.ts';
import { problemsOf } from '../../server/script/plan.ts';
import type { ResolvedPlan } from '../../server/script/resolve.ts';
import { slicesAt, whereJsonBreaks } from '../../server/workflow/json-text.ts';
import type { Workflow } from '../../server/workflow/workflow.ts';

export interface TestFile {
  readonly framework: Framework;
  readonly workflow: Workflow;
  readonly plan: ResolvedPlan;
  /** As it stands in the file, whatever the target of this pipeline: whoever agreed to its effects agreed to them there. */
  readonly writtenPlan: ResolvedPlan;
  /** Iterations alternate it and `workflow`; null: there is one definition only. */
  readonly baseline: Workflow | null;
  readonly server: string | null;
  readonly loadTestId: string | null;
  readonly acknowledgedEffects: string | null;
}

/** A path, or the definition itself. */
const workflow = z.strictObject({ definition: z.union([z.string().min(1), z.record(z.string(), z.unknown())], 'Give the path of a definition, or the definition itself.') });

export const serverAddress = z
  .url({ protocol: /^https?$/, error: 'Give an address that begins with http:// or https://.' })
  .refine((url) => !URL.parse(url)?.username, 'An address is shown in logs: give the token in LOAD_TESTING_TOKEN.');

const testFile = z.strictObject({
  framework: z.string('Give a framework: locust, k6 or artillery.'),
  workflow,
  compareWith: workflow.optional(),
  plan: z.record(z.string(), z.unknown(), 'Give a plan: an object as PlanInput has it.'),
  server: serverAddress.optional(),
  loadTestId: z.string().min(1).optional(),
  acknowledgedEffects: z.string().min(1).optional(),
});

/** @param target of this pipeline, in the place of the plan's; null: that one */
export async function readTestFile(file: string, frameworks: readonly Framework[], target: string | null = null): Promise<TestFile> {
  const text = await textOf(file, '');
  const given = testFile.safeParse(parsed(text));
  if (!given.success) throw refused('invalid_input', problemsOf(given.error));
  const { framework, plan, compareWith, server, loadTestId, acknowledgedEffects } = given.data;
  const definitionOf = async (member: 'workflow' | 'compareWith', { definition }: z.infer<typeof workflow>) => {
    const place = `${member}.definition`;
    // Its own text, not what is left of it when it was parsed.
    const own = typeof definition === 'string' ? await textOf(path.resolve(path.dirname(file), definition), place) : (slicesAt(text, [[member, 'definition']])[0] ?? '');
    return at(place, () => parseWorkflow(own));
  };
  return {
    framework: frameworkOf({ frameworks }, framework),
    workflow: await definitionOf('workflow', given.data.workflow),
    ...plansOf(plan, target),
    baseline: compareWith ? await definitionOf('compareWith', compareWith) : null,
    server: server ?? null,
    loadTestId: loadTestId ?? null,
    acknowledgedEffects: acknowledgedEffects ?? null,
  };
}

function plansOf(plan: Record<string, unknown>, target: string | null): Pick<TestFile, 'plan' | 'writtenPlan'> {
  const writtenPlan = at('plan', () => givenPlan(plan));
  if (target === null) return { plan: writtenPlan, writtenPlan };
  try {
    return { plan: givenPlan({ ...plan, target: { ...(plan['target'] as object), baseUrl: target } }), writtenPlan };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw refused(error.code, error.problems.map(({ path: place, message }) => ({ path: place === 'target.baseUrl' ? 'LOAD_TEST_TARGET' : `plan.${place}`, message })));
  }
}

/** With the place of what it is about before the places of its problems. */
export function at<T>(place: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw refused(error.code, error.problems.map(({ path: inside, message }) => ({ path: inside === '' ? place : `${place}.${inside}`, message })));
  }
}

/** Throws where it is not there, or is no text. */
async function textOf(file: string, place: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refused('invalid_input', [{ path: place, message: code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? `${file} is not a text in UTF-8.` : `${file} could not be read (${code ?? 'unknown'}).` }]);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused('invalid_input', [{ path: '', message: `This is not JSON: ${whereJsonBreaks(text)}.` }]);
  }
}

function refused(code: Refusal['code'], problems: Refusal['problems']): Refusal {
  return new Refusal(code, problems[0]?.message ?? 'It cannot be run.', { problems });
}
