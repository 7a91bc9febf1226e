/** The parts that several shapes are made of: nodes as a list or by id, connections with one or another pair of keys. */
import type { Problem } from '../problem.ts';
import type { WorkflowConnection, WorkflowNode } from '../workflow.ts';
import { type Content, isObject, type Loose } from './shape.ts';

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

export function content(nodes: Part<WorkflowNode>, connections: Part<WorkflowConnection>): Content {
  return { nodes: nodes.found, connections: connections.found, problems: [...nodes.problems, ...connections.problems] };
}

/** @param at path of the list or object, for problems */
export function nodesIn(value: unknown, at: string, keys: NodeKeys): Part<WorkflowNode> {
  const problems: Problem[] = [];
  const found: WorkflowNode[] = [];
  const refuse = (path: string, message: string) => problems.push({ path, message });
  const seen = new Set<string>();
  for (const [path, id, node] of entriesOf(value, at, keys.id)) {
    if (!isObject(node)) {
      refuse(path, 'A node must be an object with a type.');
      continue;
    }
    const type = first(node, keys.type);
    const settings = typeof keys.settings === 'function' ? keys.settings(node) : first(node, keys.settings);
    if (typeof id !== 'string' || (id === '' && Array.isArray(value))) refuse(`${path}.${keys.id}`, 'This node has no id.');
    else if (seen.has(id)) refuse(`${path}.${keys.id}`, `Two nodes have the id ${JSON.stringify(id)}.`);
    else if (typeof type !== 'string' || type === '') refuse(`${path}.${keys.type[0]}`, 'This node has no type.');
    else if (settings !== undefined && !isObject(settings)) refuse(`${path}.${String((keys.settings as readonly string[])[0])}`, 'The settings of a node must be an object.');
    else {
      seen.add(id);
      found.push({ id, type, parameters: settings ?? {} });
    }
  }
  return { found, problems };
}

function entriesOf(value: unknown, at: string, idKey: string): [path: string, id: unknown, node: unknown][] {
  if (Array.isArray(value)) return value.map((node, i) => [`${at}[${i}]`, isObject(node) ? node[idKey] : undefined, node]);
  return isObject(value) ? Object.entries(value).map(([id, node]) => [`${at}.${id}`, id, node]) : [];
}

/**
 * @param ends names of the members for the two ends, tried in this order
 * @param nodeOf cuts the node out of an end that also holds a port; default: the end is the node's id
 */
export function connectionsIn(value: unknown, at: string, ends: readonly (readonly [from: string, to: string])[], nodeOf = (end: string) => end): Part<WorkflowConnection> {
  if (value === undefined || value === null) return { found: [], problems: [] };
  if (!Array.isArray(value)) return { found: [], problems: [{ path: at, message: 'The connections must be a list.' }] };
  const problems: Problem[] = [];
  const found: WorkflowConnection[] = [];
  value.forEach((connection: unknown, i) => {
    const from = isObject(connection) ? first(connection, ends.map(([key]) => key)) : undefined;
    const to = isObject(connection) ? first(connection, ends.map(([, key]) => key)) : undefined;
    if (typeof from === 'string' && typeof to === 'string') found.push({ fromNode: nodeOf(from), toNode: nodeOf(to) });
    else problems.push({ path: `${at}[${i}]`, message: `A connection must name its two nodes: ${ends[0]?.join(' and ')}.` });
  });
  return { found, problems };
}

function first(object: Loose, keys: readonly string[]): unknown {
  for (const key of keys) if (Object.hasOwn(object, key) && object[key] !== null) return object[key];
  return undefined;
}
