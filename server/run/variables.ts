/** The environment variables that a script asks for, from whoever knows them. */
import type { ScriptVariable } from '../../templates/framework.ts';
import type { Script } from '../script/generate.ts';
import type { Problem } from '../workflow/problem.ts';

export interface Variables {
  readonly values: Record<string, string>;
  /** Names of those without a value. */
  readonly missing: readonly string[];
  /** Values that cannot be what the script takes them for. */
  readonly unfit: readonly Problem[];
}

/** @param known values that are there already */
export async function variablesOf({ variables }: Pick<Script, 'variables'>, known: Readonly<Record<string, string>>, look: (name: string) => Promise<string | null>): Promise<Variables> {
  const values: Record<string, string> = { ...known };
  const missing: string[] = [];
  const unfit: Problem[] = [];
  for (const { name, kind } of variables) {
    if (Object.hasOwn(values, name)) continue;
    const value = await look(name);
    if (value === null || value === '') missing.push(name);
    else {
      const why = unfitAs(kind, value);
      if (why === null) values[name] = value;
      else unfit.push({ path: `environment.${name}`, message: why });
    }
  }
  return { values, missing, unfit };
}

/** Servers take headers of 8 or 16 kB; a process takes variables of 128. */
const MAX_VALUE = 16_000;

/** Why a value cannot be what the script takes it for; null: it can. A line break in a header would begin another one. */
function unfitAs(kind: ScriptVariable['kind'], value: string): string | null {
  if (value.length > MAX_VALUE) return `This value is longer than ${MAX_VALUE} characters.`;
  if (kind === 'header') return /^[ -~]+$/.test(value) ? null : 'This value cannot be sent in a header: it is one line of printable ASCII characters. Does it end with a line break?';
  return value.includes('\0') || !value.isWellFormed() ? 'This value holds a character that no environment variable can hold.' : null;
}
