/** A Kaizen template: `agents[] {id, type, config}` are the nodes, `connections[] {from, to}`. */
import { connectionsIn, content, nodesIn } from './parts.ts';
import type { Shape } from './shape.ts';

export const kaizen: Shape = {
  key: 'kaizen',
  matches: (value) => Array.isArray(value['agents']),
  read: (value) =>
    content(
      nodesIn(value['agents'], 'agents', { id: 'id', type: ['type'], settings: ['config'] }),
      connectionsIn(value['connections'], 'connections', { from: ['from'], to: ['to'], output: ['from_output'], input: ['to_input'] }),
    ),
};
