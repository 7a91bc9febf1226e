/** A report of a run as text, read and written in parts: not all of a long run fits into memory. */
import { setImmediate } from 'node:timers/promises';
import type { Services } from '../context.ts';
import type { LinkedFile } from '../links.ts';
import { bySecond, type Point, type PointPlan, pointOf } from '../metrics/point.ts';
import { secondsInParts, type StoredRow } from '../metrics/store.ts';
import { capacityOfRun } from '../run/capacity.ts';
import { listNotes } from '../run/notes/store.ts';
import { runPoints } from '../run/points.ts';
import type { Run } from '../run/run.ts';
import { resolvePlan } from '../script/resolve.ts';
import { CSV_HEADER, csvOf } from './csv.ts';
import { htmlOf } from './html.ts';
import { jsonOf } from './json.ts';
import { junitOf } from './junit.ts';

type Reading = Pick<Services, 'db' | 'frameworks'>;

export interface Asked {
  readonly file: Exclude<LinkedFile['file'], 'log.txt'>;
  readonly title: string;
  /** Of the run, as the API names it. */
  readonly id: string;
}

/** Of a chart: as many as can be told apart on a page. */
const MAX_POINTS = 600;

export async function* written(ctx: Reading, run: Run, { file, title, id }: Asked): AsyncGenerator<string> {
  switch (file) {
    case 'junit.xml':
      return yield junitOf(run, title);
    case 'intervals.csv':
      return yield* csvInParts(ctx, run);
    case 'run.json':
      return yield jsonOf(run, { id, title, ...(await measured(ctx, run)) });
    case 'report.html':
      return yield htmlOf(run, { title, frameworkName: ctx.frameworks.find(({ key }) => key === run.framework)?.name ?? run.framework, ...(await measured(ctx, run)) });
  }
}

async function measured(ctx: Reading, run: Run) {
  return { capacity: await capacityOfRun(ctx, run), points: await runPoints(ctx, run, null, MAX_POINTS), notes: await listNotes(ctx.db, run) };
}

async function* csvInParts({ db }: Reading, run: Run): AsyncGenerator<string> {
  const plan = resolvePlan(run.plan);
  yield CSV_HEADER;
  for await (const rows of secondsInParts(db, run.organizationId, run.id, plan.steady))
    for (const second of bySecond(rows).values()) {
      yield csvOf(pointsOfSecond(second, plan));
      await setImmediate();
    }
}

/** Executions first, then the requests of each name. */
function pointsOfSecond(rows: readonly StoredRow[], plan: PointPlan): Point[] {
  const ofNames = Map.groupBy(rows.filter(({ kind }) => kind === 'request'), ({ name }) => name);
  const named = [...ofNames].sort(([a], [b]) => (a < b ? -1 : 1));
  return [pointOf(rows, plan, null), ...named.map(([name, own]) => pointOf(own, plan, name))];
}
