/** Inputs to begin with: what the first nodes of a workflow are set to, in the form in which Kailash takes it, `{"<node id>": {...}}`. */
import { firstSlicesAt } from './json-text.ts';
import { isSecretKey } from './secrets/keys.ts';
import { isMask } from './secrets/references.ts';
import { holdsSecretByValue } from './secrets/values.ts';
import type { PlacedNode } from './shapes/shape.ts';
import type { WorkflowConnection } from './workflow.ts';

const MOST_PROPOSALS = 3;
const MOST_MEMBERS = 20;
const LONGEST_TEXT = 200;

/** Settings of a node that say what it is, not what it works on. The second line is PythonCodeNode's. */
const OWN = new Set([
  ...['name', 'description', 'type', 'id', 'version'],
  ...['function', 'class_type', 'process_method', 'output_type', 'max_code_lines', 'validate_security', 'sandbox_mode'],
]);
const PROGRAM = /code|query|sql|script|statement|expression|template|prompt_template/i;

/**
 * One proposal for each of the first nodes that has something to propose, as JSON text; what is written is what stands in the
 * definition (a number keeps its digits).
 * @param definition JSON text; null: it is YAML, and values are written anew
 */
export function proposedInputs(nodes: readonly PlacedNode[], connections: readonly WorkflowConnection[], definition: string | null): string[] {
  const reached = new Set(connections.filter(({ fromNode, toNode }) => fromNode !== toNode).map(({ toNode }) => toNode));
  const proposals = nodes
    // Those of a manifest have no settings of their own: there everything is a text, what it was before nobody knows.
    .filter(({ id, settingsAt }) => !reached.has(id) && settingsAt !== null)
    .map(({ id, parameters, settingsAt }) => ({ id, at: settingsAt ?? [], members: Object.entries(parameters).filter(([key, value]) => isExample(key, value) && (definition !== null || isExact(value))).slice(0, MOST_MEMBERS) }))
    .filter(({ members }) => members.length > 0)
    .slice(0, MOST_PROPOSALS);
  if (proposals.length === 0) return [];
  const values = proposals.flatMap(({ members }) => members.map(([, value]) => value));
  const slices = definition === null ? [] : firstSlicesAt(definition, proposals.flatMap(({ at, members }) => members.map(([key]) => [...at, key])));
  const texts = values.map((value, i) => textOf(value, slices[i] ?? null));
  let next = 0;
  return proposals.map(({ id, members }) => `{${JSON.stringify(id)}:{${members.map(([key]) => `${JSON.stringify(key)}:${texts[next++]}`).join(',')}}}`);
}

/** Its slice; a key that stands twice has another value than its first slice. */
function textOf(value: unknown, slice: string | null): string {
  const isIts = slice !== null && slice.length <= 10 * LONGEST_TEXT && JSON.parse(slice) === value;
  return isIts ? slice : JSON.stringify(value);
}

function isExample(key: string, value: unknown): boolean {
  if (OWN.has(key) || PROGRAM.test(key) || isSecretKey(key)) return false;
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  if (typeof value !== 'string' || value.length > LONGEST_TEXT || /[\r\n]/.test(value) || isMask(value)) return false;
  return !holdsSecretByValue(value);
}

/** A number that has kept its digits when it was read. */
function isExact(value: unknown): boolean {
  return typeof value !== 'number' || Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}
