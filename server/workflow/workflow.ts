/**
 * The one shape that every definition is read into. Nothing in here is sent: what is sent is `text`. And nothing in here keeps the parsed
 * definition: it takes more memory than its text.
 */
import type { Effects } from './effects.ts';

export type WorkflowShape = 'studio' | 'sdk' | 'builder' | 'export' | 'manifest' | 'kaizen';

export interface WorkflowNode {
  readonly id: string;
  readonly type: string;
}

export interface WorkflowConnection {
  readonly fromNode: string;
  /** The port of the node; Kailash's own defaults, `result` and `input`, where the definition names none. */
  readonly fromOutput: string;
  readonly toNode: string;
  readonly toInput: string;
}

export interface Workflow {
  readonly shape: WorkflowShape;
  readonly format: 'json' | 'yaml';
  /** From the definition's own name or metadata; "Untitled workflow" when it has none. */
  readonly name: string;
  readonly nodes: readonly WorkflowNode[];
  readonly connections: readonly WorkflowConnection[];
  /** What its nodes do outside. */
  readonly effects: Effects;
  /** The original text without a leading BOM. */
  readonly text: string;
  /** The slice of `text` that is the definition itself; all of `text` unless it came as `{workflow_definition, inputs}`. */
  readonly definition: string;
  /** Inputs that came in the wrapper, as their original text. */
  readonly wrappedInputs: string | null;
  /** SHA-256 of the UTF-8 bytes of `definition`, hex. */
  readonly hash: string;
  /** JSON texts that the definition itself offers as inputs (a Kaizen template's `example_inputs`, a wrapper's `inputs`), secrets emptied; else proposals from its first nodes. */
  readonly exampleInputs: readonly string[];
}
