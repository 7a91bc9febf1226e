/** What a chart of a run is drawn from: its stored seconds, or as few points as it has room for. */
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { drawnInParts } from '../metrics/drawn/store.ts';
import { mergePoints } from '../metrics/merge-points.ts';
import { bySecond, type Point, pointOf } from '../metrics/point.ts';
import type { StoredRow } from '../metrics/store.ts';
import { resolvePlan } from '../script/resolve.ts';
import { steadily } from './keep/steadily.ts';
import type { Run } from './run.ts';

/**
 * @param run of the viewer's organization
 * @param requestName null: executions
 * @param maxPoints null: one for each second
 */
export async function runPoints({ db }: Pick<Context, 'db'>, run: Run, requestName: string | null, maxPoints: number | null): Promise<Point[]> {
  const plan = resolvePlan(run.plan);
  const seconds = await steadily(db, run, async () => {
    const all: StoredRow[][] = [];
    for await (const rows of drawnInParts(db, { organizationId: run.organizationId, runId: run.id, requestName })) all.push(...bySecond(rows).values());
    return all;
  });
  const points: Point[] = [];
  for (const rows of mergePoints(seconds, maxPoints)) {
    points.push(pointOf(rows, plan, requestName));
    await setImmediate();
  }
  return points;
}
