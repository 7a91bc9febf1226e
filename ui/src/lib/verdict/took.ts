/** How long a run took. Pure. */

interface Over {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly ending: { readonly cause: string } | null;
  readonly summary: { readonly durationMs: number } | null;
  /** null: it was run here. */
  readonly importedFrom: { readonly durationMs: number | null } | null;
}

/** ms; null: not known. A run whose server was gone was settled by another one, or later, and one that was brought when it was brought: what lies between is not of the run. */
export function tookOf({ startedAt, finishedAt, ending, summary, importedFrom }: Over): number | null {
  if (importedFrom) return summary?.durationMs ?? importedFrom.durationMs;
  if (ending?.cause === 'owner_lost') return summary?.durationMs ?? null;
  return startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);
}
