/** The demo target's own small reading of a definition: enough to say how long it takes and what it answers. */
import { type Demo, readDemo } from './behaviour.ts';

export interface DemoNode {
  readonly id: string;
  readonly type: string;
}

export interface DemoDefinition {
  readonly nodes: readonly DemoNode[];
  readonly links: readonly (readonly [from: string, to: string])[];
  readonly demo: Demo;
}

type Loose = Readonly<Record<string, unknown>>;

/** null: there are no nodes in it. Takes nodes as a list or by id, and the connection keys of every dialect. */
export function readDefinition(value: unknown): DemoDefinition | null {
  if (!isObject(value)) return null;
  const nodes = nodesOf(value['nodes']);
  if (nodes === null || nodes.length === 0) return null;
  const links = [value['edges'], value['connections']].flatMap((list) => (Array.isArray(list) ? list : [])).flatMap(linkOf);
  const fromNode = nodes.map((node) => node.settings['demo']).find((d) => d !== undefined);
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  return {
    nodes: nodes.map(({ id, type }) => ({ id, type })),
    links,
    demo: { ...readDemo(fromNode), ...readDemo(metadata['demo']) },
  };
}

function nodesOf(value: unknown): { id: string; type: string; settings: Loose }[] | null {
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((node, i) => [isObject(node) && typeof node['id'] === 'string' ? node['id'] : `node-${i}`, node])
    : isObject(value) ? Object.entries(value) : [];
  if (!entries.every(([, node]) => isObject(node))) return null;
  return entries.map(([id, node]) => {
    const loose = node as Loose;
    const settings = [loose['parameters'], loose['config']].find(isObject) ?? {};
    return { id, type: String(loose['type'] ?? loose['node_type'] ?? ''), settings };
  });
}

function linkOf(value: unknown): [string, string][] {
  if (!isObject(value)) return [];
  const from = value['source'] ?? value['source_node'] ?? value['from_node'] ?? value['from'];
  const to = value['target'] ?? value['target_node'] ?? value['to_node'] ?? value['to'];
  return typeof from === 'string' && typeof to === 'string' ? [[from, to]] : [];
}

export function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
