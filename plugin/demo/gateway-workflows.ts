/** The workflows that the gateway half of the demo target has registered: those of a small real server, and any definition given. */
import { isObject, readDefinition, type DemoDefinition } from './definition.ts';
import type { Outputs } from './execution.ts';

export interface Registered {
  readonly definition: DemoDefinition;
  readonly description: string;
  /** null: the inputs make a node raise (500). */
  outputs(inputs: Readonly<Record<string, unknown>>): Outputs | null;
}

export const builtIn: Readonly<Record<string, Registered>> = {
  fast: {
    definition: one('square', { delayMs: 2 }),
    description: 'Squares n (default 3)',
    outputs(inputs) {
      const n = inputFor(inputs, 'square', 'n', 3);
      return typeof n === 'number' ? { square: { result: { value: n * n } } } : null;
    },
  },
  slow: {
    definition: one('wait', { delayMs: 200 }),
    description: 'Sleeps 200 ms',
    outputs: () => ({ wait: { result: { slept: 0.2 } } }),
  },
  fail: {
    definition: one('boom', {}),
    description: 'Raises',
    outputs: () => null,
  },
  unreachable: {
    definition: one('fetch', { delayMs: 5, fault: 'success_false' }),
    description: 'A node that reports failure without raising',
    outputs: () => ({ fetch: {} }),
  },
};

/** Throws when the text is no definition: a demo that cannot be served must not start. */
export function registered(name: string, text: string): Registered {
  const value: unknown = JSON.parse(text);
  const definition = readDefinition(value);
  if (definition === null) throw new Error(`the demo workflow ${name} has no nodes`);
  const outputs = Object.fromEntries(definition.nodes.map((node) => [node.id, { result: { ok: true } }]));
  return { definition, description: isObject(value) ? String(value['description'] ?? '') : '', outputs: () => outputs };
}

function one(id: string, demo: DemoDefinition['demo']): DemoDefinition {
  return { nodes: [{ id, type: 'PythonCodeNode' }], links: [], demo };
}

/** An object under a node's id goes to that node; any other key goes to all nodes. */
function inputFor(inputs: Readonly<Record<string, unknown>>, node: string, name: string, byDefault: unknown): unknown {
  const own = inputs[node];
  return (isObject(own) ? own[name] : undefined) ?? inputs[name] ?? byDefault;
}
