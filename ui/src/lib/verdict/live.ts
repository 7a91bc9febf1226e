/** How an objective stands while the run goes on. The words differ from a verdict on purpose: nothing is judged yet. Pure. */

export interface LiveStanding {
  readonly metric: string;
  readonly comparison: string | null;
  readonly value: number | null;
  readonly measured: number | null;
  readonly verdict: 'PASSED' | 'FAILED' | 'NOT_EVALUATED';
}

export type Standing = 'holds' | 'at_risk' | 'broken' | 'too_early';

/** Within a tenth of its limit an objective is at risk. */
const NEAR = 0.1;

export function standing(objective: LiveStanding): Standing {
  if (objective.verdict === 'FAILED') return 'broken';
  if (objective.verdict === 'NOT_EVALUATED') return 'too_early';
  const { measured, value } = objective;
  if (measured === null || value === null || value === 0) return 'holds';
  const upper = objective.comparison === '<' || objective.comparison === '<=';
  const room = upper ? (value - measured) / value : (measured - value) / value;
  return room < NEAR ? 'at_risk' : 'holds';
}

/** Where measured and limit stand on a bar of 0..1; the limit at two thirds, so that both sides are seen. */
export function onBar(measured: number | null, value: number | null): { readonly measured: number; readonly limit: number } | null {
  if (measured === null || value === null || value <= 0) return null;
  return { measured: Math.min(1, (measured / value) * (2 / 3)), limit: 2 / 3 };
}
