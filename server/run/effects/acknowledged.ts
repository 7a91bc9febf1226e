/** Whether somebody has agreed that a workflow does for real what its nodes do outside. */
import type { Context } from '../../context.ts';
import type { PlannedEffects } from '../../script/generate.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import { acknowledge, isAcknowledged } from './store.ts';
import { unseenEffects } from './unseen.ts';

interface Acting {
  readonly workflowHash: string;
  readonly effects: PlannedEffects;
  readonly plan: ResolvedPlan;
}

/** Nodes that act outside do it for real under load: somebody must have seen the list. Unknown code is listed, not refused. @param acknowledged the hash of the list, from who agrees now */
export async function requireAcknowledged(ctx: Context, { workflowHash, effects, plan }: Acting, acknowledged: string | null): Promise<void> {
  const unseen = unseenEffects(effects);
  if (unseen === null) return;
  const key = { organizationId: ctx.viewer.organizationId, workflowHash, targetOrigin: new URL(plan.plan.target.baseUrl).origin, effectsHash: effects.hash };
  if (acknowledged === effects.hash) return acknowledge(ctx.db, { ...key, acknowledgedBy: ctx.viewer.id });
  if (!(await isAcknowledged(ctx.db, key))) throw unseen;
}
