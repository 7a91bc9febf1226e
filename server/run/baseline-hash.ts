/** Of a run whose iterations alternated two definitions: the hash of the other one. Its script tells, and holds both: it is opened only where the plan's hash says that there is one. */
import type { Context } from '../context.ts';
import { resolvePlan } from '../script/resolve.ts';
import type { Run } from './run.ts';
import { scriptOf } from './store.ts';

export async function baselineHashOf({ db, cipher }: Pick<Context, 'db' | 'cipher'>, { id, organizationId, plan, planHash }: Pick<Run, 'id' | 'organizationId' | 'plan' | 'planHash'>): Promise<string | null> {
  if (resolvePlan(plan).hash === planHash) return null;
  return (await scriptOf(db, cipher, organizationId, id))?.baselineHash ?? null;
}
