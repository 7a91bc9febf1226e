/** What a chart of a run is drawn from: its stored seconds, or as few points as it has room for. */
import type { Context } from '../context.ts';
import { mergePoints } from '../metrics/merge-points.ts';
import { bySecond, type Point, pointOf } from '../metrics/point.ts';
import { rowsAfter } from '../metrics/store.ts';
import { resolvePlan } from '../script/resolve.ts';
import type { Run } from './run.ts';

/**
 * @param run of the viewer's organization
 * @param requestName null: executions
 * @param maxPoints null: one for each second
 */
export async function runPoints({ db }: Pick<Context, 'db'>, run: Run, requestName: string | null, maxPoints: number | null): Promise<Point[]> {
  const plan = resolvePlan(run.plan);
  const seconds = bySecond(await rowsAfter(db, run.organizationId, run.id, 0));
  return mergePoints([...seconds.values()], maxPoints).map((rows) => pointOf(rows, plan, requestName));
}
