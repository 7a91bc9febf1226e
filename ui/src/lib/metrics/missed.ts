/** Where the planned load was not reached, for the chart of the load. Pure. */
import type { Point } from './points.ts';

/** How it is known: users that were not there; starts that were not made; or, of a tool that tells neither, executions that did not finish. */
export type MissedKind = 'users' | 'starts' | 'finished';

export interface Missed {
  readonly kind: MissedKind;
  /** In the chart's unit: users, or per second. */
  readonly amount: number;
}

/** Less than a whole one is no gap: users come one at a time. */
const LEAST = 1;
/** Of what was planned: executions that finish a moment later are not missed. */
const LEAST_SHARE = 0.02;

/** null: reached, or not known. */
export function missedOf({ planned, achieved, dropped, widthMs }: Point, model: 'closed' | 'open'): Missed | null {
  if (planned === null) return null;
  const kind: MissedKind = model === 'closed' ? 'users' : dropped === null ? 'finished' : 'starts';
  const amount = kind === 'starts' ? (dropped ?? 0) / (widthMs / 1000) : achieved === null ? 0 : planned - achieved;
  return amount >= LEAST && amount >= LEAST_SHARE * planned ? { kind, amount: Math.min(amount, planned) } : null;
}

/** Where the word stands: in the middle of the longest stretch. null: nothing was missed, or in the last interval alone, in which users go. */
export function missedWord(points: readonly Point[], model: 'closed' | 'open'): { readonly kind: MissedKind; readonly x: number; readonly value: number } | null {
  let longest: readonly Point[] = [];
  let stretch: Point[] = [];
  for (const point of points) {
    if (missedOf(point, model)) stretch.push(point);
    else stretch = [];
    if (stretch.length > longest.length) longest = stretch;
  }
  if (longest.length === 1 && longest[0] === points.at(-1)) return null;
  const middle = longest[Math.floor(longest.length / 2)];
  const missed = middle && missedOf(middle, model);
  return middle && missed ? { kind: missed.kind, x: middle.x, value: (middle.planned ?? 0) - missed.amount / 2 } : null;
}
