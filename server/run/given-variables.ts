/** What a script asks for, from whoever starts it or from the host; refused where something is missing, or too much. */
import type { Context } from '../context.ts';
import { Refusal } from '../refusal.ts';
import type { Script } from '../script/generate.ts';
import type { Problem } from '../workflow/problem.ts';
import { shown } from '../workflow/shown.ts';
import { variablesOf } from './variables.ts';

export interface GivenVariable {
  readonly name: string;
  readonly value: string;
}

type Asking = Pick<Script, 'variables' | 'secrets'>;

/** What the script asks for: secrets of the definition from the definition, all else as given, or from the host. */
export async function givenVariables(ctx: Pick<Context, 'host' | 'viewer'>, script: Asking, secretValues: Readonly<Record<string, string>>, given: readonly GivenVariable[]): Promise<Record<string, string>> {
  const { values, missing, unfit } = await variablesOf(script, secretValues, async (name) => given.find((variable) => variable.name === name)?.value ?? (await ctx.host.secrets.get(ctx.viewer, name)));
  const wrong = [...notAskedFor(script, given), ...unfit];
  if (wrong[0]) throw new Refusal('invalid_input', `${wrong[0].path.slice('environment.'.length)}: ${wrong[0].message}`, { problems: wrong });
  if (missing.length === 0) return values;
  const message = `The script needs a value for ${missing.join(', ')}. Give it with the start of the run; it is kept in memory for this run only.`;
  throw new Refusal('environment_missing', message, { problems: missing.map((name) => ({ path: `environment.${name}`, message: 'No value was given, and the host has none.' })) });
}

/** A value that nobody reads is a mistake: a name that is misspelt, or of another plan. */
function notAskedFor({ variables, secrets }: Asking, given: readonly GivenVariable[]): Problem[] {
  const asked = variables.map(({ name }) => name);
  // Those of a definition that is not sent are shown to the user as well.
  const known = new Set([...asked, ...secrets.map(({ variable }) => variable)]);
  const message = asked.length === 0 ? 'The script asks for no variable.' : `The script does not ask for this variable, but for ${asked.join(', ')}.`;
  return given.flatMap(({ name }) => (known.has(name) ? [] : [{ path: `environment.${shown(name)}`, message }]));
}
