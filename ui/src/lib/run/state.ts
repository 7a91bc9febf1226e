/** Run states: which of them are over, and how they look. */
export type RunState = 'QUEUED' | 'STARTING' | 'RUNNING' | 'STOPPING' | 'FINISHED' | 'ABORTED' | 'CRASHED';

export const isSettled = (state: RunState): boolean => state === 'FINISHED' || state === 'ABORTED' || state === 'CRASHED';

/** When the run was accepted: the first move. */
export const acceptedAt = (run: { readonly startedAt: string | null; readonly moves: readonly { readonly at: string }[] }): string | null =>
  run.startedAt ?? run.moves[0]?.at ?? null;
