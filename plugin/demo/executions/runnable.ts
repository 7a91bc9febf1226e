/** A workflow that can be executed, however it came here: its definition, its delays in their order, its queue. */
import { readDemo } from './behaviour.ts';
import type { DemoDefinition } from './definition.ts';
import type { Execution, Outputs, Shape } from './execution.ts';
import type { Threads } from './threads.ts';
import type { Workload } from './workload.ts';

export type Inputs = Readonly<Record<string, unknown>>;

export interface Runnable {
  readonly definition: DemoDefinition;
  readonly workload: Workload;
  readonly threads: Threads | null;
  /** null: the inputs make a node raise. */
  outputs(inputs: Inputs): Outputs | null;
}

/** A longer string among the inputs of Python code makes the node raise on the real server. */
const LONGEST_INPUT = 10_000;

/** The next execution of a workflow. `inputs.demo` may change its behaviour; a wrong one throws `BadDemo`. */
export function executionOf({ definition, workload, threads, outputs }: Runnable, inputs: Inputs, shape: Shape): Execution {
  const demo = { ...definition.demo, ...readDemo(inputs['demo']) };
  return { draw: workload.next(demo), demo, threads, nodes: definition.nodes, outputs: tooLong(inputs) ? null : outputs(inputs), shape };
}

/** What each node of a definition answers that the demo target cannot compute. */
export function okForEach({ nodes }: DemoDefinition): Outputs {
  return Object.fromEntries(nodes.map((node) => [node.id, { result: { ok: true } }]));
}

function tooLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > LONGEST_INPUT;
  return typeof value === 'object' && value !== null && Object.values(value).some(tooLong);
}
