/** What charts need to know of the points as a whole. Pure. */
import type { Point } from './points.ts';

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The axis of a chart that has nothing to show yet. */
const EMPTY_TOP_MS = 100;

/** At least so long without any finished execution, between two that finished, is a stall and not chance. */
const STALL_MS = 2_000;

/** Stretches in which nothing finished although something had before and did after. */
export function stalls(points: readonly Point[]): Stretch[] {
  const found: Stretch[] = [];
  let from: number | null = null;
  let seen = false;
  for (const point of points) {
    const silent = point.succeeded === 0 && point.failed === 0;
    if (!silent) {
      if (from !== null && seen && point.offsetMs - from >= STALL_MS) found.push({ fromMs: from, toMs: point.offsetMs });
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
  const p99 = points.map((point) => point.p99).filter((value) => value !== null).sort((a, b) => a - b);
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
export function pointAt(points: readonly Point[], atMs: number): Point | null {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((points[middle]?.offsetMs ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return points[low] ?? null;
}

/** Every n-th point, so that a table stays readable; the first one always. */
export function thinned(points: readonly Point[], most: number): { points: readonly Point[]; every: number } {
  const every = Math.max(1, Math.ceil(points.length / most));
  return { points: every === 1 ? points : points.filter((_, i) => i % every === 0), every };
}
