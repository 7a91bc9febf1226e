/** The load profile as mathematics: stages of one model, and what follows from them. Pure. */

export interface Stage {
  readonly durationMs: number;
  /** Users (closed) or iterations per second (open) at the END of the stage; linear from the stage before, 0 at the start. */
  readonly target: number;
}

export interface Load {
  readonly model: 'closed' | 'open';
  readonly stages: readonly Stage[];
  /** Most iterations in flight at once. Closed: the peak number of users. */
  readonly maxUsers: number;
  /** The smoke preset ends after so many iterations; null: the stages decide. */
  readonly maxIterations: number | null;
}

export type Window = readonly [fromMs: number, toMs: number];

export function durationOf(load: Load): number {
  return load.stages.reduce((sum, stage) => sum + stage.durationMs, 0);
}

export function peakOf(stages: readonly Stage[]): number {
  return Math.max(0, ...stages.map((stage) => stage.target));
}

interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly from: number;
  readonly to: number;
}

/** The stages with their start and their level at both ends; jumps (0 ms) have no length and are left out. */
export function segmentsOf(stages: readonly Stage[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  let level = 0;
  for (const stage of stages) {
    if (stage.durationMs > 0) segments.push({ fromMs: at, toMs: at + stage.durationMs, from: level, to: stage.target });
    at += stage.durationMs;
    level = stage.target;
  }
  return segments;
}

/** Planned users or iterations per second at a moment; 0 before the start and after the end. */
export function levelAt(load: Load, atMs: number): number {
  if (atMs < 0) return 0;
  const segment = segmentsOf(load.stages).find((s) => atMs < s.toMs);
  if (!segment) return 0;
  return segment.from + ((segment.to - segment.from) * (atMs - segment.fromMs)) / (segment.toMs - segment.fromMs);
}

/** Area under the planned level up to a moment: iterations (open) or user-seconds (closed). */
export function areaUntil(load: Load, atMs: number): number {
  let area = 0;
  for (const s of segmentsOf(load.stages)) {
    const until = Math.min(atMs, s.toMs);
    if (until <= s.fromMs) break;
    const end = s.from + ((s.to - s.from) * (until - s.fromMs)) / (s.toMs - s.fromMs);
    area += ((s.from + end) / 2) * ((until - s.fromMs) / 1000);
  }
  return area;
}

/**
 * Iterations an open plan starts: floor(area + 1e-9), the one integer that all three scripts compute too.
 * A closed plan has no such number (faster answers mean more iterations): null, unless it is limited.
 */
export function plannedIterations(load: Load): number | null {
  if (load.model === 'open') return Math.floor(areaUntil(load, durationOf(load)) + 1e-9);
  return load.maxIterations;
}

/** max(first ramp, 3 s), then cut to 20 % of the run. */
export function defaultWarmUp(load: Load): number {
  if (load.maxIterations !== null) return 0;
  const first = load.stages.find((stage) => stage.durationMs > 0 || stage.target > 0);
  const firstRamp = first && first.durationMs > 0 ? first.durationMs : 0;
  return Math.min(Math.max(firstRamp, 3000), Math.floor(durationOf(load) / 5));
}

/** The constant stages after the warm-up, neighbours joined. With `level`, only those at that level (a spike's base). */
export function steadyWindows(load: Load, warmUpMs: number, level?: number): Window[] {
  const windows: [number, number][] = [];
  for (const s of segmentsOf(load.stages)) {
    if (s.from !== s.to || s.to === 0 || (level !== undefined && s.to !== level)) continue;
    const from = Math.max(s.fromMs, warmUpMs);
    if (from >= s.toMs) continue;
    const last = windows.at(-1);
    if (last && last[1] === from) last[1] = s.toMs;
    else windows.push([from, s.toMs]);
  }
  return windows;
}
