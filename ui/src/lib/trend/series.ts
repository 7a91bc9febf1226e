/** A number from run to run as it is drawn: one place for each run, its levels, and where the framework became another one. Pure. */

export interface TrendPoint {
  readonly runId: string;
  /** By which the run is called; null: it has none. */
  readonly number: number | null;
  readonly at: string;
  readonly value: number | null;
  /** The value is at least that. */
  readonly atLeast: boolean;
  readonly verdict: 'PASSED' | 'FAILED' | 'NOT_EVALUATED' | null;
  readonly framework: string;
  readonly frameworkVersion: string | null;
  readonly place: string;
  readonly baseline: boolean;
  /** Runs that a level can be told of are of one series: one framework, plan, place and machine. */
  readonly series: number;
}

export interface ChangePoint {
  readonly runId: string;
  readonly before: number;
  readonly after: number;
  readonly changeRatio: number;
  readonly weak: boolean;
}

/** In the middle of its place: the first run stands at 0.5. */
export type Placed<Point> = Point & { readonly x: number; readonly index: number };

export const placed = <Point>(points: readonly Point[]): Placed<Point>[] => points.map((point, index) => ({ ...point, index, x: index + 0.5 }));

export interface Step {
  /** Between two runs, where the level moved. */
  readonly x: number;
  readonly series: number;
  readonly change: ChangePoint;
}

export interface Level {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly series: number;
}

/** A change point is the first run of the new level; one of a run that is not drawn is left out. */
export function stepsOf(points: readonly TrendPoint[], changePoints: readonly ChangePoint[]): Step[] {
  return changePoints.flatMap((change) => {
    const x = points.findIndex(({ runId }) => runId === change.runId);
    const point = points[x];
    return point ? [{ x, series: point.series, change }] : [];
  });
}

/** Of each series from step to step, and from its first run to its last one: runs of another series in between do not break it. Without a step there is no level to tell of. */
export function levelsOf(points: readonly TrendPoint[], steps: readonly Step[]): Level[] {
  return [...Map.groupBy(steps, ({ series }) => series)].flatMap(([series, own]) => {
    const isOwn = (point: TrendPoint) => point.series === series;
    const ends = [points.findIndex(isOwn), ...own.map(({ x }) => x), points.findLastIndex(isOwn) + 1];
    const values = [own[0]?.change.before ?? 0, ...own.map(({ change }) => change.after)];
    return values.flatMap((value, i) => {
      const [from, to] = [ends[i] ?? 0, ends[i + 1] ?? 0];
      return from < to ? [{ from, to, value, series }] : [];
    });
  });
}

/** Change points of the runs that the last one belongs to: news about how it is now. */
export function ofTheLast<Change extends ChangePoint>(points: readonly TrendPoint[], changePoints: readonly Change[]): Change[] {
  const now = points.at(-1)?.series;
  const runs = new Set(points.filter(({ series }) => series === now).map(({ runId }) => runId));
  return changePoints.filter(({ runId }) => runs.has(runId));
}

export interface Standing {
  readonly value: number;
  readonly level: number;
  /** Of the level; of ratios the difference. */
  readonly change: number;
  /** Further than any other run of that level. */
  readonly furthest: boolean;
}

/** With fewer there is no level to compare with. */
const LEAST_OF_LEVEL = 5;
/** As of change points: less is what runs vary by. Of ratios half a point. */
const LEAST_CHANGE = 0.05;
const LEAST_POINTS = 0.005;

/** How the last run stands to the level that its series has had before it; null: it has no value, there is no level, or it is about that. */
export function standingOf(points: readonly TrendPoint[], changePoints: readonly ChangePoint[], inPoints: boolean): Standing | null {
  const last = points.at(-1);
  if (last?.value == null) return null;
  const own = points.slice(0, -1).filter((point) => point.series === last.series);
  const since = own.findLastIndex((point) => changePoints.some(({ runId }) => runId === point.runId));
  const values = own.slice(Math.max(0, since)).flatMap(({ value }) => (value === null ? [] : [value])).sort((a, b) => a - b);
  const level = changePoints.find(({ runId }) => runId === own[since]?.runId)?.after ?? values[values.length >> 1];
  if (level === undefined || values.length < LEAST_OF_LEVEL || (level === 0 && !inPoints)) return null;
  const change = inPoints ? last.value - level : last.value / level - 1;
  if (Math.abs(change) < (inPoints ? LEAST_POINTS : LEAST_CHANGE)) return null;
  return { value: last.value, level, change, furthest: change > 0 ? last.value > (values.at(-1) ?? 0) : last.value < (values[0] ?? 0) };
}

export interface Changed {
  readonly x: number;
  readonly from: { readonly framework: string; readonly version: string };
  readonly to: { readonly framework: string; readonly version: string };
}

/** Where a framework became another version of itself, or came in beside another one. A run that does not know its version (it never came so far) says nothing about it. */
export function versionChanges(points: readonly TrendPoint[]): Changed[] {
  const known = points.flatMap(({ framework, frameworkVersion }, x) => (frameworkVersion === null ? [] : [{ x, framework, version: frameworkVersion }]));
  const latest = new Map<string, (typeof known)[number]>();
  return known.flatMap((to, i) => {
    const from = latest.get(to.framework) ?? known[i - 1];
    latest.set(to.framework, to);
    return from && (from.framework !== to.framework || from.version !== to.version) ? [{ x: to.x, from, to }] : [];
  });
}

/** Which runs carry their day below the axis: the last one, and others so that there are at most so many, evenly apart. */
export function labelled(count: number, most: number): number[] {
  const every = Math.max(1, Math.ceil(count / Math.max(1, most)));
  return Array.from({ length: count }, (_, i) => i).filter((i) => (count - 1 - i) % every === 0);
}

/** The step from one run to a neighbour that has a value, by the arrow keys. */
export function neighbour(points: readonly { readonly value: number | null }[], index: number, step: 1 | -1): number {
  for (let i = index + step; i >= 0 && i < points.length; i += step) if (points[i]?.value !== null) return i;
  return index;
}
