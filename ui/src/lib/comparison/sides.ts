/** Which runs stand on the two sides of a comparison. Pure. */

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

const hasMeasured = ({ state, steady }: Fellow): boolean => state === 'FINISHED' && (steady?.executions ?? 0) > 0;
