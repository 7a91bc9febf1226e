/** Secrets in a definition: found, named, and listed to the user. `redact` cuts them out of what is sent. Pure. */
import { numeral } from '../words/numeral.ts';
import type { Problem } from './problem.ts';
import { type Finding, findIn, MOST_FINDINGS } from './secrets/find.ts';
import { Marks, type SecretMark } from './secrets/marks.ts';
import { VariableNames } from './secrets/names.ts';
import { pointerOf } from './secrets/pointer.ts';
import type { Workflow } from './workflow.ts';

export type { SecretMark } from './secrets/marks.ts';
export { VariableNames } from './secrets/names.ts';
export { recognisedIn } from './secrets/recognised.ts';
export { redact, redactBoth, type Redacted, type SecretMarker, variablesIn } from './secrets/redact.ts';

export interface FoundSecret {
  /** JSON Pointer (RFC 6901) into the text, to the value that it is or stands in. */
  readonly path: string;
  /** Environment variable that holds it when a script runs. Equal texts share one. */
  readonly variable: string;
  /** UTF-16 offsets of the raw slice: of a string all between its quotes, or a part of that (a key in some code); of a number all of it. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'string' | 'number';
}

export interface FoundSecrets {
  /** In the order of the text, none in another. */
  readonly found: readonly FoundSecret[];
  readonly problems: readonly Problem[];
}

/** Bytes of one variable, name and all: Linux takes 128 KiB (MAX_ARG_STRLEN). */
const MOST_BYTES = 100_000;
/** Bytes of all: Linux takes a quarter of the stack (8 MiB as a rule) for arguments and environment together. */
const MOST_BYTES_OF_ALL = 1_000_000;

/**
 * Looks through all of `workflow.text`, also outside of the definition in a wrapper. A YAML text is never sent: nothing is looked for in it.
 * @param marks what the user says about single values; paths as in `FoundSecret`
 * @param taken names of variables that the plan gives to others; or all names so far, of another definition beside this one
 */
export function findSecrets(workflow: Pick<Workflow, 'text' | 'definition' | 'format' | 'nodes'>, marks: readonly SecretMark[] = [], taken: Iterable<string> | VariableNames = []): FoundSecrets {
  if (workflow.format === 'yaml') return { found: [], problems: marks.flatMap(({ secret }, i) => (secret ? [{ path: `secrets[${i}].path`, message: IN_YAML }] : [])) };
  const { text } = workflow;
  const said = new Marks(marks);
  const names = taken instanceof VariableNames ? taken : new VariableNames(taken);
  const nodeAt = nodesOf(workflow);
  const found = findIn(text, said, new Set(workflow.nodes.map(({ id }) => id))).map(({ from, to, kind, steps, called }): FoundSecret => {
    const variable = names.nameFor(`${kind}:${text.slice(from, to)}`, { node: nodeAt(steps), key: called });
    return { path: pointerOf(steps), variable, from, to, kind };
  });
  return { found, problems: [...said.problems(), ...tooMuch(text, found)] };
}

const IN_YAML = 'This definition is YAML text, which is not sent: only values of a JSON definition can be marked.';

/** For the steps to a value the id of the node that it stands in; null: in none. */
function nodesOf({ nodes, text, definition }: Pick<Workflow, 'nodes' | 'text' | 'definition'>): (steps: Finding['steps']) => string | null {
  const ids = new Set(nodes.map(({ id }) => id));
  const wrapped = definition !== text;
  return (steps) => {
    const below = wrapped && steps[0] === 'workflow_definition' ? steps.slice(1) : steps;
    const [list, step] = below[0] === 'spec' ? below.slice(1) : below;
    if ((list !== 'nodes' && list !== 'agents') || step === undefined) return null;
    return ids.has(step) ? step : (nodes[Number(step)]?.id ?? step);
  };
}

function tooMuch(text: string, found: readonly FoundSecret[]): Problem[] {
  if (found.length > MOST_FINDINGS) return [{ path: 'secrets', message: `This definition holds more than ${numeral(MOST_FINDINGS)} secrets: nobody can look through them.` }];
  const problems: Problem[] = [];
  let all = 0;
  const seen = new Set<string>();
  for (const { path, variable, from, to } of found) {
    if (seen.has(variable)) continue;
    seen.add(variable);
    const bytes = Buffer.byteLength(text.slice(from, to)) + variable.length + 2;
    all += bytes;
    if (bytes > MOST_BYTES) problems.push({ path: 'secrets', message: `The secret at ${path} has ${numeral(bytes)} bytes, and no environment variable holds more than ${numeral(MOST_BYTES)}: mark it as no secret, or shorten it.` });
  }
  if (all > MOST_BYTES_OF_ALL) problems.push({ path: 'secrets', message: `The ${seen.size} secrets of this definition have ${numeral(all)} bytes together, more than an environment holds: mark those that are none.` });
  return problems;
}
