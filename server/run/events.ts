/**
 * News of runs: "something of run X was stored", "somebody asked for the end of run X". From this server, and from others where
 * there are any. They carry no data: who hears them reads the table.
 */
import type { News } from '../db/notify.ts';
import { Bell } from './bell.ts';

/** News may get lost between two servers: who waits for some looks into the table this often whatever it hears. */
export const LOOK_AGAIN_MS = 5000;

export interface RunEvents extends News {
  /** Resolves at the next change, after `ms`, or when the signal is aborted. */
  next(runId: string, ms: number, signal: AbortSignal): Promise<void>;
  /** `listener` hears each run whose end is asked for; null: of any run it may have been asked. Until it is disposed of. */
  onStopAsked(listener: (runId: string | null) => void): Disposable;
}

export function runEvents(): RunEvents {
  const bells = new Map<string, Bell>();
  const stops = new Set<(runId: string | null) => void>();
  const tellStops = (runId: string | null) => {
    for (const listener of stops) listener(runId);
  };
  return {
    changed: (runId) => bells.get(runId)?.ring(),
    stopAsked: tellStops,
    missed() {
      for (const bell of [...bells.values()]) bell.ring();
      tellStops(null);
    },
    async next(runId, ms, signal) {
      const bell = bells.get(runId) ?? new Bell();
      bells.set(runId, bell);
      await bell.next(signal, ms);
      if (bell.waiting === 0 && bells.get(runId) === bell) bells.delete(runId);
    },
    onStopAsked(listener) {
      stops.add(listener);
      return { [Symbol.dispose]: () => void stops.delete(listener) };
    },
  };
}
