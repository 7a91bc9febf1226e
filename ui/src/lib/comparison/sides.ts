/** Which runs stand on the two sides of a comparison. Pure. */

export interface Side {
  readonly id: string;
  /** The same for all that were asked for at once. */
  readonly repeatGroup: string | null;
}

export interface Other extends Side {
  readonly state: string;
  readonly steady: { readonly executions: number } | null;
}

export interface Sides {
  readonly baselineRunIds: readonly string[];
  readonly runIds: readonly string[];
}

/** Runs that were repeated stand together, those of them that measured something; a run never stands on both sides. */
export function sidesOf(baseline: Side, run: Side, others: readonly Other[]): Sides {
  const apart = baseline.repeatGroup === null || baseline.repeatGroup !== run.repeatGroup;
  const together = ({ id, repeatGroup }: Side) => {
    if (repeatGroup === null || !apart) return [id];
    const fellows = others.filter((other) => other.repeatGroup === repeatGroup && other.state === 'FINISHED' && (other.steady?.executions ?? 0) > 0).map((other) => other.id);
    return [...new Set([id, ...fellows])];
  };
  return { baselineRunIds: together(baseline), runIds: together(run) };
}
