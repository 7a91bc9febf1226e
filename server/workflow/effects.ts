/** What a workflow does outside when it runs: the list that a user sees and acknowledges before the first run. Pure. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { detailOf, queryOf } from './effects/detail.ts';
import { type EffectKind, kindOf } from './effects/kinds.ts';
import { writes } from './effects/sql.ts';
import { shown } from './shown.ts';
import type { PlacedNode } from './shapes/shape.ts';
import type { WorkflowShape } from './workflow.ts';

export type { EffectKind } from './effects/kinds.ts';

export interface Effect {
  readonly nodeId: string;
  readonly nodeType: string;
  readonly kind: EffectKind;
  /** True: it can act (code, an unknown node type), nothing says that it does. Listed, but no reason to refuse a run. */
  readonly mayAct: boolean;
  /** Host, first words of a query, file path or model; empty when the definition does not tell. Never a secret. */
  readonly detail: string;
}

export type ActingNode = Pick<PlacedNode, 'id' | 'type' | 'parameters'>;

export interface Effects {
  /** SHA-256 over the items, whatever their order, hex: what an acknowledgement is given for, together with a target. */
  readonly hash: string;
  /** In the order of the nodes. Pure nodes are not in it. */
  readonly items: readonly Effect[];
}

export function effectsOf(shape: WorkflowShape, nodes: readonly ActingNode[]): Effects {
  const items = nodes.flatMap((node) => {
    const kind = effectOf(node, shape);
    if (kind === null) return [];
    const mayAct = kind === 'code' || kind === 'unknown';
    return [{ nodeId: shown(node.id), nodeType: shown(node.type), kind, mayAct, detail: detailOf(node, kind) }];
  });
  return { hash: hashOf(items), items };
}

/** null: nothing outside. */
function effectOf(node: ActingNode, shape: WorkflowShape): EffectKind | null {
  const kind = kindOf(node.type);
  if (kind === 'none') return null;
  // Whatever its name: an agent of a Kaizen template asks a model.
  if (kind === 'unknown' && shape === 'kaizen') return 'llm';
  if (kind !== 'sql') return kind;
  // A query that comes with the inputs may do anything: what cannot be shown to read only, writes.
  const query = queryOf(node.parameters);
  return query !== '' && !writes(query) ? 'sql_read' : 'sql_write';
}

function hashOf(items: readonly Effect[]): string {
  const lines = items.map((item) => canonicalize(item) ?? '').sort();
  return createHash('sha256').update(`[${lines.join(',')}]`).digest('hex');
}
