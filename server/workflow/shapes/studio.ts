/** Studio: `nodes[] {id, type, parameters}`, `edges[] {source, target}`. */
import { connectionsIn, content, nodesIn } from './parts.ts';
import type { Shape } from './shape.ts';

export const studio: Shape = {
  key: 'studio',
  matches: (value) => Array.isArray(value['nodes']) && (Array.isArray(value['edges']) || !Array.isArray(value['connections'])),
  read: (value) =>
    content(
      nodesIn(value['nodes'], 'nodes', { id: 'id', type: ['type'], settings: ['parameters', 'config'] }),
      connectionsIn(value['edges'], 'edges', { from: ['source'], to: ['target'], output: ['sourceHandle', 'source_handle'], input: ['targetHandle', 'target_handle'] }),
    ),
};
