/** `WorkflowExporter.to_manifest`: `spec.nodes[] {name, type, container}`, `spec.edges[] {from: "node.port", to: "node.port"}`. */
import { connectionsIn, content, nodesIn } from './parts.ts';
import { isObject, type Loose, type Shape } from './shape.ts';

export const manifest: Shape = {
  key: 'manifest',
  matches: ({ spec }) => isObject(spec) && Array.isArray(spec['nodes']),
  read(value) {
    const spec = value['spec'] as Loose;
    const nodes = nodesIn(spec['nodes'], 'spec.nodes', { id: 'name', type: ['type'], settings: settingsOf });
    const ids = new Set(nodes.found.map((node) => node.id));
    return content(nodes, connectionsIn(spec['edges'], 'spec.edges', { from: ['from'], to: ['to'], output: [], input: [], endOf: (end) => cut(end, ids) }));
  },
};

/** Node names may hold dots themselves: the longest one that fits. */
function cut(end: string, ids: ReadonlySet<string>): { node: string; port: string | undefined } {
  const last = end.lastIndexOf('.');
  const cutAt = (dot: number) => ({ node: end.slice(0, dot), port: end.slice(dot + 1) || undefined });
  for (let dot = last; dot > 0; dot = end.lastIndexOf('.', dot - 1)) if (ids.has(end.slice(0, dot))) return cutAt(dot);
  return last < 0 ? { node: end, port: undefined } : cutAt(last);
}

/** The settings went into the container's environment: `CONFIG_FILE_PATH` is `file_path`. */
function settingsOf(node: Loose): Loose {
  const container = isObject(node['container']) ? node['container'] : {};
  const env = Array.isArray(container['env']) ? container['env'] : [];
  const settings = env.filter(isObject).flatMap(({ name, value }) => (typeof name === 'string' && name.startsWith('CONFIG_') ? [[name.slice(7).toLowerCase(), value] as const] : []));
  return Object.fromEntries(settings);
}
