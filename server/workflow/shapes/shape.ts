/** What a shape knows: to recognise a definition by its structure, and where its nodes and connections stand. */
import type { ValuePath } from '../json-text.ts';
import type { Problem } from '../problem.ts';
import type { WorkflowConnection, WorkflowNode, WorkflowShape } from '../workflow.ts';

export type Loose = Readonly<Record<string, unknown>>;

export interface PlacedNode extends WorkflowNode {
  /** Parsed for reading only (20-digit integers are rounded here): never write it anywhere. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Where its settings stand in the definition; null: nowhere as one value. */
  readonly settingsAt: ValuePath | null;
}

export interface Content {
  readonly nodes: readonly PlacedNode[];
  readonly connections: readonly WorkflowConnection[];
  readonly problems: readonly Problem[];
}

export interface Shape {
  readonly key: WorkflowShape;
  matches(value: Loose): boolean;
  read(value: Loose): Content;
}

export function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
