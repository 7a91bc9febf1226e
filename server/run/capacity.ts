/** What a breakpoint run says of its target, read from its stored intervals: of any run of this server, whenever it was settled. */
import type { Context } from '../context.ts';
import { inTurns } from '../metrics/in-turns.ts';
import { rowsAfterInParts } from '../metrics/store.ts';
import { resolvePlan } from '../script/resolve.ts';
import { type Capacity, capacityOf } from '../verdict/capacity.ts';
import { steadily } from './keep/steadily.ts';
import type { Run } from './run.ts';
import { Steps } from './steps.ts';
import { processOfRun } from './store.ts';

/**
 * @param run of the viewer's organization
 * @returns null: of another plan, or not settled yet
 */
export async function capacityOfRun({ db }: Pick<Context, 'db'>, run: Run): Promise<Capacity | null> {
  const { ending, result } = run;
  if (ending === null || result === null || run.plan.load.preset?.key !== 'breakpoint') return null;
  const plan = resolvePlan(run.plan);
  const steps = await steadily(db, run, async () => {
    const all = new Steps(plan);
    for await (const rows of rowsAfterInParts(db, run.organizationId, run.id, 0)) await inTurns(rows, (row) => all.add(row));
    return all;
  });
  const cutShort = ending.cause !== 'planned_end';
  const cores = (await processOfRun(db, run))?.cores ?? 1;
  const isExcused = result.objectives[ending.objective ?? -1]?.reasonCode === 'generator_unhealthy';
  const said = isExcused ? { broken: null, unhealthy: result.generator.reasons[0] ?? null } : { broken: ending.message, unhealthy: null };
  const stopped = ending.cause === 'objective_broken' ? said : null;
  const endedMs = result.grounds?.endedMs ?? result.summary.durationMs;
  return capacityOf(plan.load.model, steps.end({ endedMs, cutShort, stopped, cores }), cutShort ? ending.message : null);
}
