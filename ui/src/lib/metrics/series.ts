/** What charts need to know of the points as a whole. Pure. */
import { indexAt } from '../chart/readout.ts';
import type { Point } from './points.ts';

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The axis of a chart that has nothing to show yet. */
const EMPTY_TOP_MS = 100;

/** At least so long without any finished execution, between two that finished, is a stall. */
const STALL_MS = 2_000;
/** And in which, at the mean pace of all the other time, so many would have finished: of fewer it is chance that none did. */
const STALL_EXPECTED = 5;

/** Nothing finished in it: there is neither a latency nor a throughput to tell of. */
export const isSilent = (point: Point): boolean => point.succeeded === 0 && point.failed === 0;

/** Stretches in which nothing finished although something had before and did after. */
export function stalls(points: readonly Point[]): Stretch[] {
  const found: Stretch[] = [];
  const first = points.findIndex((point) => !isSilent(point));
  const last = points.findLastIndex((point) => !isSilent(point));
  let [finished, duration] = [0, 0];
  for (let i = Math.max(0, first); i <= last; i++) {
    const { succeeded, failed, widthMs } = points[i] as Point;
    finished += (succeeded + failed) * (widthMs / 1000);
    duration += widthMs;
  }
  const isStall = (lengthMs: number) => lengthMs >= STALL_MS && (finished / (duration - lengthMs)) * lengthMs >= STALL_EXPECTED;
  let from: number | null = null;
  let seen = false;
  for (const point of points) {
    if (!isSilent(point)) {
      if (from !== null && seen && isStall(point.offsetMs - from)) found.push({ fromMs: from, toMs: point.offsetMs });
      from = null;
      seen = true;
    } else from ??= point.offsetMs;
  }
  return found;
}

/**
 * Top of the latency axis: high enough for p95 and the limits, but a lone spike of p99 does not press everything else to
 * the ground: it is clipped and its value written.
 */
export function latencyTop(points: readonly Point[], limits: readonly number[]): number {
  const p95 = maxOf(points, (point) => point.p95);
  const p99 = Float64Array.from(points.map((point) => point.p99).filter((value) => value !== null)).sort();
  const highest = p99.at(-1) ?? 0;
  const usual = p99[Math.floor((p99.length - 1) * 0.95)] ?? 0;
  const lonely = highest > 4 * Math.max(p95, usual);
  const measured = Math.max(p95 * 1.1, lonely ? usual * 1.5 : highest);
  // A limit far above everything measured would press it to the ground: it is left to the objectives.
  const near = limits.filter((limit) => measured === 0 || limit <= measured * 4);
  return Math.max(measured, ...near.map((limit) => limit * 1.2)) || EMPTY_TOP_MS;
}

export function maxOf(points: readonly Point[], value: (point: Point) => number | null): number {
  return points.reduce((max, point) => Math.max(max, value(point) ?? 0), 0);
}

/** The highest point above the top of the axis, if any: where to write what was clipped. */
export function clippedPeak(points: readonly Point[], top: number): { x: number; value: number } | null {
  let peak: { x: number; value: number } | null = null;
  for (const point of points) if (point.p99 !== null && point.p99 > top && point.p99 > (peak?.value ?? 0)) peak = { x: point.x, value: point.p99 };
  return peak;
}

/** The point whose interval holds a moment, or the nearest one. */
export const pointAt = (points: readonly Point[], atMs: number): Point | null => points[indexAt(points, atMs)] ?? null;

export interface Parts {
  /** What lines lead through. */
  readonly through: readonly Point[];
  /** What is drawn beside them: the few answers that came when the plan was over, and a last interval that was cut short. */
  readonly apart: readonly Point[];
}

/** Of the interval before. */
const CUT_SHORT = 0.5;

/** @param planEndMs null: the plan ends with its iterations, whenever that is */
export function partsOf(points: readonly Point[], planEndMs: number | null, over: boolean): Parts {
  const after = planEndMs === null ? -1 : points.findIndex((point) => point.offsetMs >= planEndMs);
  const end = after === -1 ? points.length : after;
  const [before, last] = [points[end - 2], points[end - 1]];
  const finished = (point: Point) => point.succeeded + point.failed;
  const isCut = over && after === -1 && before && last && last.widthMs <= before.widthMs && finished(last) < CUT_SHORT * finished(before);
  const cut = isCut ? end - 1 : end;
  return { through: points.slice(0, cut), apart: points.slice(cut) };
}

/** With the edges of the first and the last interval: what holds for a whole interval is drawn over all of it. */
export function toEdges(points: readonly Point[], value: (point: Point) => number | null): readonly Point[] {
  const isDrawn = (point: Point | undefined, beside: Point | undefined) => point !== undefined && value(point) !== null && (beside === undefined || value(beside) !== null);
  const [first, last] = [points[0], points.at(-1)];
  return [
    ...(first && isDrawn(first, points[1]) ? [{ ...first, x: first.offsetMs }] : []),
    ...points,
    ...(last && isDrawn(last, points.at(-2)) ? [{ ...last, x: last.offsetMs + last.widthMs }] : []),
  ];
}

/** In the last part of the axis a name stands at its end. */
const NEAR_END = 0.85;

/** Where the names of lines stand, ms; undefined: at the end of the axis. */
export function namesAt(through: readonly Point[], until: number, nowMs: number | null): number | undefined {
  const last = through.at(-1);
  const end = last ? last.offsetMs + last.widthMs : 0;
  if (nowMs !== null) return Math.max(end, nowMs);
  return end > NEAR_END * until ? undefined : end;
}

/** Every n-th point, so that a table stays readable; the first one always. */
export function thinned(points: readonly Point[], most: number): { points: readonly Point[]; every: number } {
  const every = Math.max(1, Math.ceil(points.length / most));
  return { points: every === 1 ? points : points.filter((_, i) => i % every === 0), every };
}
