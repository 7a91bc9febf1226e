/** Run states: which of them are over, and how they look. */
export type RunState = 'QUEUED' | 'STARTING' | 'RUNNING' | 'STOPPING' | 'FINISHED' | 'ABORTED' | 'CRASHED';

export const isSettled = (state: RunState): boolean => state === 'FINISHED' || state === 'ABORTED' || state === 'CRASHED';

/** Over before its turn came: nothing was sent. */
export function neverBegan({ state, moves }: { readonly state: RunState; readonly moves: readonly { readonly to: RunState }[] }): boolean {
  return isSettled(state) && moves.length > 0 && moves.every(({ to }) => to === 'QUEUED' || isSettled(to));
}

/** Something can be compared with it. */
export const hasMeasured = ({ state, steady }: { readonly state: string; readonly steady: { readonly executions: number } | null }): boolean => state === 'FINISHED' && (steady?.executions ?? 0) > 0;

interface Accepted {
  readonly id: string;
  readonly moves: readonly { readonly at: string }[];
}

/** Those of `runs` that were accepted before this one and are not over, the first first. */
export function ahead<Other extends Accepted & { readonly state: RunState }>(runs: readonly Other[], run: Accepted): Other[] {
  const since = ({ moves }: Accepted) => Date.parse(moves[0]?.at ?? '');
  return runs.filter((other) => other.id !== run.id && !isSettled(other.state) && since(other) <= since(run)).sort((a, b) => since(a) - since(b));
}

/** When the run was started; of one whose turn has not come, when it was accepted. */
export const acceptedAt = (run: { readonly startedAt: string | null; readonly moves: readonly { readonly at: string }[] }): string | null =>
  run.startedAt ?? run.moves[0]?.at ?? null;
