/** The parts that several shapes are made of: nodes as a list or by id, connections with one or another pair of keys. */
import type { Problem } from '../problem.ts';
import type { WorkflowConnection } from '../workflow.ts';
import { type Content, isObject, type Loose, type PlacedNode } from './shape.ts';

export interface NodeKeys {
  /** For lists: the member that holds the id. */
  readonly id: string;
  /** The first one that is there counts. */
  readonly type: readonly string[];
  /** Names of the member with the settings, tried in this order; or how to read them. */
  readonly settings: readonly string[] | ((node: Loose) => Loose);
}

export interface Part<T> {
  readonly found: readonly T[];
  readonly problems: readonly Problem[];
}

export function content(nodes: Part<PlacedNode>, connections: Part<WorkflowConnection>): Content {
  return { nodes: nodes.found, connections: connections.found, problems: [...nodes.problems, ...connections.problems] };
}

/** @param at path of the list or object, from the definition down */
export function nodesIn(value: unknown, at: string, keys: NodeKeys): Part<PlacedNode> {
  const problems: Problem[] = [];
  const found: PlacedNode[] = [];
  const refuse = (path: string, message: string) => problems.push({ path, message });
  const seen = new Set<string>();
  for (const [step, id, node] of entriesOf(value, keys.id)) {
    const path = typeof step === 'number' ? `${at}[${step}]` : `${at}.${step}`;
    if (!isObject(node)) {
      refuse(path, 'A node must be an object with a type.');
      continue;
    }
    const type = first(node, keys.type);
    const member = typeof keys.settings === 'function' ? undefined : firstOf(node, keys.settings);
    const settings = typeof keys.settings === 'function' ? keys.settings(node) : member && node[member];
    if (typeof id !== 'string' || (id === '' && Array.isArray(value))) refuse(`${path}.${keys.id}`, 'This node has no id.');
    else if (seen.has(id)) refuse(`${path}.${keys.id}`, `Two nodes have the id ${JSON.stringify(id)}.`);
    else if (typeof type !== 'string' || type === '') refuse(`${path}.${keys.type[0]}`, 'This node has no type.');
    else if (settings !== undefined && !isObject(settings)) refuse(`${path}.${String((keys.settings as readonly string[])[0])}`, 'The settings of a node must be an object.');
    else {
      seen.add(id);
      found.push({ id, type, parameters: settings ?? {}, settingsAt: member === undefined ? null : [...at.split('.'), step, member] });
    }
  }
  return { found, problems };
}

function entriesOf(value: unknown, idKey: string): [step: string | number, id: unknown, node: unknown][] {
  if (Array.isArray(value)) return value.map((node, i) => [i, isObject(node) ? node[idKey] : undefined, node]);
  return isObject(value) ? Object.entries(value).map(([id, node]) => [id, id, node]) : [];
}

/** Names of the members of a connection, in the order in which they are tried. */
export interface ConnectionKeys {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly output: readonly string[];
  readonly input: readonly string[];
  /** Cuts an end that also holds the port; default: the end is the node's id. */
  readonly endOf?: (end: string) => { readonly node: string; readonly port: string | undefined };
}

export function connectionsIn(value: unknown, at: string, keys: ConnectionKeys): Part<WorkflowConnection> {
  if (value === undefined || value === null) return { found: [], problems: [] };
  if (!Array.isArray(value)) return { found: [], problems: [{ path: at, message: 'The connections must be a list.' }] };
  const endOf = keys.endOf ?? ((node) => ({ node, port: undefined }));
  const problems: Problem[] = [];
  const found: WorkflowConnection[] = [];
  value.forEach((connection: unknown, i) => {
    const member = (names: readonly string[]) => (isObject(connection) ? first(connection, names) : undefined);
    const [from, to, output, input] = [member(keys.from), member(keys.to), member(keys.output), member(keys.input)];
    if (typeof from !== 'string' || typeof to !== 'string') {
      problems.push({ path: `${at}[${i}]`, message: `A connection must name its two nodes: ${keys.from[0]} and ${keys.to[0]}.` });
      return;
    }
    const [source, target] = [endOf(from), endOf(to)];
    found.push({
      fromNode: source.node,
      fromOutput: portOf(output) ?? source.port ?? 'result',
      toNode: target.node,
      toInput: portOf(input) ?? target.port ?? 'input',
    });
  });
  return { found, problems };
}

function portOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function firstOf(object: Loose, keys: readonly string[]): string | undefined {
  return keys.find((key) => Object.hasOwn(object, key) && object[key] !== null);
}

function first(object: Loose, keys: readonly string[]): unknown {
  const key = firstOf(object, keys);
  return key === undefined ? undefined : object[key];
}
