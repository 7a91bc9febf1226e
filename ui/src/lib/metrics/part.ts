/** Which part of a run its numbers are of in a list: all of one part, the one that is judged where there is one. Pure. */

export interface Shown<Summary> {
  readonly part: 'steady' | 'whole';
  readonly summary: Summary;
}

/** null: it has told nothing. */
export function shownPart<Summary extends { readonly executions: number }>({ steady, summary }: { readonly steady: Summary | null; readonly summary: Summary | null }): Shown<Summary> | null {
  if (steady && steady.executions > 0) return { part: 'steady', summary: steady };
  return summary && { part: 'whole', summary };
}
