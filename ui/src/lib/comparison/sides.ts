/** Which runs stand on the two sides of a comparison. Pure. */
import { hasMeasured } from '../run/state.ts';

export interface Fellow {
  readonly id: string;
  readonly state: string;
  readonly steady: { readonly executions: number } | null;
}

export interface Side {
  readonly id: string;
  /** All that were asked for at once, this one among them; null: it was asked for alone. */
  readonly repeat: { readonly runs: readonly Fellow[] } | null;
}

export interface Sides {
  readonly baselineRunIds: readonly string[];
  readonly runIds: readonly string[];
}

/** Runs that were repeated stand together, those of them that measured something; a run never stands on both sides. */
export function sidesOf(baseline: Side, run: Side): Sides {
  const isOneGroup = baseline.repeat?.runs.some(({ id }) => id === run.id) ?? false;
  const together = ({ id, repeat }: Side) => (repeat === null || isOneGroup ? [id] : [...new Set([id, ...repeat.runs.filter(hasMeasured).map((fellow) => fellow.id)])]);
  return { baselineRunIds: together(baseline), runIds: together(run) };
}

/** In which order chosen runs are compared. @param listed newest first; what is not among them is older: it is further down the list */
export function oldestFirst(chosen: readonly string[], listed: readonly string[]): string[] {
  const place = (id: string) => (listed.includes(id) ? listed.indexOf(id) : listed.length);
  return [...chosen].sort((a, b) => place(b) - place(a));
}
