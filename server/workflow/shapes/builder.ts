/** `WorkflowBuilder.from_dict`: nodes as a list with ids or by id, `parameters` or `config`, `connections[] {from_node, to_node}` or `{from, to}`. */
import { connectionsIn, content, nodesIn } from './parts.ts';
import { isObject, type Shape } from './shape.ts';

export const builder: Shape = {
  key: 'builder',
  matches: (value) => (Array.isArray(value['nodes']) && Array.isArray(value['connections'])) || isObject(value['nodes']),
  read: (value) =>
    content(
      nodesIn(value['nodes'], 'nodes', { id: 'id', type: ['type'], settings: ['parameters', 'config'] }),
      connectionsIn(value['connections'], 'connections', { from: ['from_node', 'from'], to: ['to_node', 'to'], output: ['from_output'], input: ['to_input'] }),
    ),
};
