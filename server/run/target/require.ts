/** Where a plan sends its requests, refused where they may not go. */
import type { Context } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import { refuseTarget } from './allowed.ts';
import { refuseAddressOf } from './lookup.ts';

export async function requireAllowedTarget({ host, limits }: Pick<Context, 'host' | 'limits'>, { plan }: Pick<ResolvedPlan, 'plan'>): Promise<void> {
  const { baseUrl } = plan.target;
  const refused = refuseTarget(baseUrl, host.target?.baseUrl ?? null, limits) ?? (await refuseAddressOf(baseUrl));
  if (refused) throw new Refusal('target_not_allowed', refused, { problems: [{ path: 'target.baseUrl', message: refused }] });
}
