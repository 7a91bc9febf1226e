/** Workflows that a server has registered by name: those of a small real server, and any definition given. */
import { type DemoDefinition, isObject, readDefinition } from './definition.ts';
import { type Inputs, okForEach, type Runnable } from './runnable.ts';
import { Threads } from './threads.ts';
import { Workload } from './workload.ts';

export interface Registered extends Runnable {
  readonly description: string;
}

type Described = Pick<Registered, 'definition' | 'description' | 'outputs'>;

const builtIn: Readonly<Record<string, Described>> = {
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

export interface RegisteredOptions {
  readonly seed: number;
  /** name -> text of a definition; throws when one is none: a demo that cannot be served must not start. */
  readonly workflows: Readonly<Record<string, string>>;
  /** Of each workflow that says nothing else; null: no limit. */
  readonly threads: number | null;
}

export function registered({ seed, workflows, threads }: RegisteredOptions): ReadonlyMap<string, Registered> {
  const all = { ...builtIn, ...Object.fromEntries(Object.entries(workflows).map(([name, text]) => [name, given(name, text)])) };
  return new Map(
    Object.entries(all).map(([name, workflow]) => {
      const most = workflow.definition.demo.threads ?? threads;
      return [name, { ...workflow, workload: new Workload(workflow.definition, name, seed), threads: most === null ? null : new Threads(most) }];
    }),
  );
}

function given(name: string, text: string): Described {
  const value: unknown = JSON.parse(text);
  const definition = readDefinition(value);
  if (definition === null) throw new Error(`the demo workflow ${name} has no nodes`);
  const outputs = okForEach(definition);
  return { definition, description: isObject(value) ? String(value['description'] ?? '') : '', outputs: () => outputs };
}

function one(id: string, demo: DemoDefinition['demo']): DemoDefinition {
  return { nodes: [{ id, type: 'PythonCodeNode' }], links: [], demo };
}

/** An object under a node's id goes to that node; any other key goes to all nodes. */
function inputFor(inputs: Inputs, node: string, name: string, byDefault: unknown): unknown {
  const own = inputs[node];
  return (isObject(own) ? own[name] : undefined) ?? inputs[name] ?? byDefault;
}
