/** How long a run took. Pure. */

interface Over {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly ending: { readonly cause: string } | null;
  readonly summary: { readonly durationMs: number } | null;
}

/** ms; null: not known. A run whose server was gone was settled by another one, or later: what lies between is not of the run. */
export function tookOf({ startedAt, finishedAt, ending, summary }: Over): number | null {
  if (ending?.cause === 'owner_lost') return summary?.durationMs ?? null;
  return startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);
}
