/** Changes that can be taken back and made again. What was typed beside them is found by what stands there now, and is taken back first. Pure. */

interface Step {
  readonly before: string;
  readonly after: string;
  /** Further changes of one kind, one after the other, are one step: a point that is dragged. Null: it is a step alone. */
  readonly kind: string | null;
  /** It was typed, and is no step of its own to be taken back. */
  readonly typed?: boolean;
}

export interface History {
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
}

export const NO_HISTORY: History = { done: [], undone: [] };

const MOST_STEPS = 100;

export function changed({ done }: History, step: Step): History {
  const last = done.at(-1);
  const goesOn = step.kind !== null && last?.kind === step.kind && last.after === step.before;
  return { done: [...(goesOn ? done.slice(0, -1) : done), goesOn ? { ...step, before: last.before } : step].slice(-MOST_STEPS), undone: [] };
}

export const canRedo = ({ undone }: History, now: string): boolean => undone.at(-1)?.before === now;

/** Null: there is nothing to take back. */
export function takenBack({ done, undone }: History, now: string): { readonly history: History; readonly show: string } | null {
  const step = done.at(-1);
  if (!step) return null;
  const typed = now !== step.after;
  const show = typed ? step.after : step.before;
  return { show, history: { done: typed ? done : done.slice(0, -1), undone: [...undone, { before: show, after: now, kind: step.kind, typed }] } };
}

/** Null: something else was changed since. */
export function madeAgain(history: History, now: string): { readonly history: History; readonly show: string } | null {
  const step = history.undone.at(-1);
  if (!step || !canRedo(history, now)) return null;
  return { show: step.after, history: { done: step.typed ? history.done : [...history.done, step], undone: history.undone.slice(0, -1) } };
}
