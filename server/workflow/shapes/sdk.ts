/** The SDK's `Workflow.to_dict`: `nodes{} {node_id, node_type, config}`, `connections[] {source_node, target_node}`. */
import { connectionsIn, content, nodesIn } from './parts.ts';
import { isObject, type Shape } from './shape.ts';

export const sdk: Shape = {
  key: 'sdk',
  matches(value) {
    const { nodes, connections } = value;
    if (!isObject(nodes)) return false;
    const ofSdk = (key: string) => (item: unknown) => isObject(item) && Object.hasOwn(item, key);
    return Object.values(nodes).some(ofSdk('node_type')) || (Array.isArray(connections) && connections.some(ofSdk('source_node')));
  },
  read: (value) =>
    content(
      nodesIn(value['nodes'], 'nodes', { id: 'node_id', type: ['node_type', 'type'], settings: ['config'] }),
      connectionsIn(value['connections'], 'connections', { from: ['source_node', 'from_node'], to: ['target_node', 'to_node'], output: ['source_output', 'from_output'], input: ['target_input', 'to_input'] }),
    ),
};
