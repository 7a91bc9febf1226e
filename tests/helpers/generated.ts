/** From a definition and a plan, as a user gives them, to what a framework is given; and many of those in one. */
import { generateScript } from '../../server/script/generate.ts';
import { givenPlan, parseWorkflow } from '../../server/script/input.ts';
import type { BodyPart, ScriptInput } from '../../templates/framework.ts';
import { fourth } from '../fourth/index.ts';

export interface Given {
  readonly input: ScriptInput;
  /** Values of the variables of secrets that were found in the definition. */
  readonly secretValues: Readonly<Record<string, string>>;
}

/**
 * Throws a Refusal when it cannot be.
 * @param compareWith the definition that iterations alternate with
 */
export function given(definition: string, plan: object, compareWith: string | null = null): Given {
  let input: ScriptInput | undefined;
  const { secretValues } = generateScript({ ...fourth, refuse: () => [], generate: (made) => { input = made; return { files: [], entryFile: '', command: '' }; } }, parseWorkflow(definition), givenPlan(plan), null, compareWith === null ? null : parseWorkflow(compareWith));
  if (!input) throw new Error('nothing was generated');
  return { input, secretValues };
}

/** All the bodies of all of them, joined, in one request: what arrives is what each of them would have sent. */
export function joined(all: readonly Given[], into: ScriptInput): { input: ScriptInput; env: Record<string, string> } {
  const data: Record<string, string> = {};
  const env: Record<string, string> = {};
  const body: BodyPart[] = [];
  const [variables, secrets]: [ScriptInput['variables'][number][], ScriptInput['flow']['secrets'][number][]] = [[], []];
  for (const [i, { input, secretValues }] of all.entries()) {
    const file = (path: string) => path.replace('data/', `data/${i}/`);
    for (const [path, text] of Object.entries(input.data)) data[file(path)] = text;
    for (const [name, value] of Object.entries(secretValues)) env[`${name}_${i}`] = value;
    variables.push(...input.variables.map((variable) => ({ ...variable, name: `${variable.name}_${i}` })));
    secrets.push(...input.flow.secrets.map((secret) => ({ ...secret, variable: `${secret.variable}_${i}`, file: file(secret.file) })));
    body.push(...(input.flow.execute.body ?? []).map((part): BodyPart => ('file' in part ? { file: file(part.file) } : part)));
  }
  return { input: { ...into, flow: { ...into.flow, execute: { ...into.flow.execute, body }, secrets }, data, variables }, env };
}

