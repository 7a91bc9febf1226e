/** `WorkflowExporter.to_json` and `to_yaml`: like the builder's nodes by id, each with its container. */
import { connectionsIn, content, nodesIn } from './parts.ts';
import { isObject, type Shape } from './shape.ts';

export const exported: Shape = {
  key: 'export',
  matches: ({ nodes }) => isObject(nodes) && Object.values(nodes).some((node) => isObject(node) && isObject(node['container'])),
  read: (value) =>
    content(
      nodesIn(value['nodes'], 'nodes', { id: 'id', type: ['type'], settings: ['config'] }),
      connectionsIn(value['connections'], 'connections', { from: ['from', 'from_node'], to: ['to', 'to_node'], output: ['from_output'], input: ['to_input'] }),
    ),
};
