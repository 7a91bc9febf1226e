/** Stages as points of a curve, and stages again after a point was moved, added or taken away. What is not touched stays as it was typed. Pure. */
import type { Model, StageFields } from './load.ts';
import { durationText, numberText, parseDuration, parseNumber } from './typed.ts';

/** Where a stage ends. */
export interface CurvePoint {
  /** ms from the start of the run. */
  readonly atMs: number;
  /** Users, or iterations per second. */
  readonly level: number;
}

/** Null: a field cannot be read. */
export function curveOf(stages: readonly StageFields[]): CurvePoint[] | null {
  let atMs = 0;
  const points = stages.map(({ duration, level }) => {
    atMs += parseDuration(duration);
    return { atMs, level: parseNumber(level) };
  });
  const readable = stages.length > 0 && points.every((point, i) => point.atMs >= (points[i - 1]?.atMs ?? 0) && point.level >= 0);
  return readable ? points : null;
}

/** A point stays between its neighbours, which stay where they are; the last one ends the run. */
export function moved(stages: readonly StageFields[], index: number, to: CurvePoint): StageFields[] {
  const points = curveOf(stages);
  const point = points?.[index];
  if (!points || !point) return [...stages];
  const before = points[index - 1]?.atMs ?? 0;
  const after = points[index + 1]?.atMs;
  const atMs = Math.round(Math.min(Math.max(to.atMs, before), after ?? Number.POSITIVE_INFINITY));
  return stages.map((stage, i) => {
    if (i === index) return { duration: typedOr(stage.duration, atMs - before), level: levelOr(stage.level, Math.max(0, to.level)) };
    return i === index + 1 && after !== undefined ? { ...stage, duration: typedOr(stage.duration, after - atMs) } : stage;
  });
}

/** A further point, on the curve or beside it. @returns its place among the stages */
export function withPoint(stages: readonly StageFields[], { atMs, level }: CurvePoint): { readonly stages: StageFields[]; readonly index: number } {
  const points = curveOf(stages) ?? [];
  const next = points.findIndex((point) => point.atMs > atMs);
  const index = next === -1 ? stages.length : next;
  const before = points[index - 1]?.atMs ?? 0;
  const added = { duration: durationText(Math.round(atMs) - before), level: written(level) };
  const rest = stages.slice(index).map((stage, i) => (i === 0 ? { ...stage, duration: durationText((points[index]?.atMs ?? 0) - Math.round(atMs)) } : stage));
  return { stages: [...stages.slice(0, index), added, ...rest], index };
}

const USUAL_MS = 20_000;

/** Half-way to the next one; behind the last one the level goes on. */
export function pointAfter(points: readonly CurvePoint[], index: number, model: Model): CurvePoint {
  const point = points[index] ?? { atMs: 0, level: 0 };
  const next = points[index + 1];
  if (!next) return { atMs: point.atMs + USUAL_MS, level: point.level };
  const step = next.atMs - point.atMs >= 2_000 ? 1_000 : 1;
  return { atMs: rounded((point.atMs + next.atMs) / 2, step), level: rounded((point.level + next.level) / 2, model === 'closed' ? 1 : 0.001) };
}

/** The others stay where they are. One is left: a load has a stage. */
export function withoutPoint(stages: readonly StageFields[], index: number): StageFields[] {
  const [removed, next] = [stages[index], stages[index + 1]];
  if (!removed || stages.length === 1) return [...stages];
  const joined = next && { ...next, duration: durationText(parseDuration(removed.duration) + parseDuration(next.duration)) };
  return [...stages.slice(0, index), ...(joined ? [joined] : []), ...stages.slice(index + 2)];
}

/** What an arrow key moves a point by. */
export function keySteps(points: readonly CurvePoint[], model: Model): CurvePoint {
  const peak = Math.max(0, ...points.map((point) => point.level));
  return { atMs: (points.at(-1)?.atMs ?? 0) > 60_000 ? 5_000 : 1_000, level: model === 'open' && peak <= 2 ? 0.1 : 1 };
}

const TIMES_MS = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000, 600_000];

/** A pointer moves by round steps, none finer than a pixel. @param per of one pixel */
export function pointerSteps(per: CurvePoint, model: Model): CurvePoint {
  const power = 10 ** Math.floor(Math.log10(per.level));
  const level = [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= per.level) ?? per.level;
  return { atMs: TIMES_MS.find((step) => step >= per.atMs) ?? 3_600_000, level: Math.max(level, model === 'closed' ? 1 : 0.01) };
}

/** Without what binary fractions leave behind. */
export const rounded = (value: number, step: number): number => Number((Math.round(value / step) * step).toFixed(3));

const written = (level: number) => numberText(rounded(level, 0.001));
const typedOr = (typed: string, durationMs: number) => (parseDuration(typed) === durationMs ? typed : durationText(durationMs));
const levelOr = (typed: string, level: number) => (parseNumber(typed) === level ? typed : written(level));
