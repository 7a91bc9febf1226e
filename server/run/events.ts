/** In-process news of runs: "something of run X was stored". Carries no data: who listens reads the table. */
import { EventEmitter, once } from 'node:events';

export interface RunEvents {
  changed(runId: string): void;
  /** Resolves at the next change, or after `ms`: another server process may have written, and its news do not come here. */
  next(runId: string, ms: number, signal: AbortSignal): Promise<void>;
}

export function runEvents(): RunEvents {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    changed: (runId) => void emitter.emit(runId),
    async next(runId, ms, signal) {
      const waiting = new AbortController();
      const timer = setTimeout(() => waiting.abort(), ms);
      try {
        await once(emitter, runId, { signal: AbortSignal.any([signal, waiting.signal]) });
      } catch (error) {
        if ((error as Error).name !== 'AbortError') throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
