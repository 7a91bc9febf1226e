/** What this machine adds to every measurement by itself: the answers of an echo on the same machine, taken by the same tool just before a run. Pure. */
import type { Latency } from '../metrics/summary.ts';

export type SelfCheck =
  | {
      readonly p50Ms: number;
      readonly p99Ms: number;
      /** p99; null: the tool did not tell. */
      readonly latenessP99Ms: number | null;
    }
  /** A sentence: why there are no numbers. */
  | { readonly problem: string };

/** A larger part of what was measured than this is said. */
const MOST_SHARE = 0.2;
const MOST_LATE_MS = 10;
const TIMES_THE_BASELINE = 2;

export function floorOf(selfCheck: SelfCheck | undefined): { readonly floorP50Ms: number | null; readonly floorP99Ms: number | null } {
  return selfCheck && 'p50Ms' in selfCheck ? { floorP50Ms: selfCheck.p50Ms, floorP99Ms: selfCheck.p99Ms } : { floorP50Ms: null, floorP99Ms: null };
}

/** Floors of another run. */
export interface Floor {
  readonly floorP50Ms?: number | null;
  readonly floorP99Ms?: number | null;
}

/**
 * What the user should know of it; nothing of this makes a generator unhealthy.
 * @param latency of the steady part
 * @param baseline what the baseline's machine took; null: there is none, or it was not looked at
 */
export function floorReasons(selfCheck: SelfCheck | undefined, latency: Pick<Latency, 'p50Ms' | 'p99Ms'> | null, baseline: Floor | null = null): string[] {
  if (!selfCheck) return [];
  if ('problem' in selfCheck) return [`This machine could not be measured before the run: ${selfCheck.problem}`];
  const { latenessP99Ms } = selfCheck;
  const late = latenessP99Ms !== null && latenessP99Ms > MOST_LATE_MS ? [`This machine was busy before the run began: with next to no load the generator was late by ${ms(latenessP99Ms)} (p99).`] : [];
  const slower = ([['p50Ms', 'floorP50Ms'], ['p99Ms', 'floorP99Ms']] as const).flatMap(([field, floor]) => {
    const then = baseline?.[floor] ?? null;
    if (then === null || selfCheck[field] < TIMES_THE_BASELINE * then) return [];
    return `The machine was slower than before the baseline: an echo on it took ${ms(selfCheck[field])} (${field.slice(0, 3)}) just before, and ${ms(then)} then.`;
  });
  if (latency === null) return [...late, ...slower];
  const large = (['p50Ms', 'p99Ms'] as const).flatMap((field) => {
    const [floor, measured] = [selfCheck[field], latency[field]];
    if (floor <= MOST_SHARE * measured) return [];
    const part = floor < measured ? `Of the ${ms(measured)} measured (${field.slice(0, 3)}) up to ${ms(floor)}` : `All of the ${ms(measured)} measured (${field.slice(0, 3)})`;
    return `${part} may be this machine's own: an echo on it took ${floor < measured ? 'that' : ms(floor)} just before.`;
  });
  return [...late, ...slower, ...large];
}

const ms = (value: number): string => `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ms`;
