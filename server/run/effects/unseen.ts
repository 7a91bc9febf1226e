/** What is refused until somebody has seen it: nodes that act outside do it for real under load. Pure. */
import { Refusal } from '../../refusal.ts';
import type { PlannedEffects } from '../../script/generate.ts';

/** null: nothing acts outside, but perhaps code that nobody knows; that is listed, not refused. */
export function unseenEffects({ hash, items }: PlannedEffects): Refusal | null {
  const acting = items.filter(({ mayAct }) => !mayAct);
  if (acting.length === 0) return null;
  const list = acting.slice(0, 5).map(({ nodeId }) => nodeId).join(', ');
  const message = `${acting.length} ${acting.length === 1 ? 'node acts' : 'nodes act'} outside of the workflow for real (${list}${acting.length > 5 ? ', ...' : ''}). Look at the list and acknowledge it.`;
  return new Refusal('effects_not_acknowledged', message, { effectsHash: hash });
}
