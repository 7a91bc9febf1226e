/** Lists of effects that were agreed to in this browser, by their hash, which is of one target. The server keeps the truth. */
import { store, stored } from './browser-storage.ts';

const KEY = 'load-testing:effects';
const MOST = 200;

function entries(): string[] {
  try {
    const kept: unknown = JSON.parse(stored(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

export const wasAcknowledged = (hash: string): boolean => entries().includes(hash);

/** Where it cannot be kept, it is asked for again. */
export function rememberAcknowledged(hash: string): void {
  store(KEY, JSON.stringify([...entries().filter((item) => item !== hash), hash].slice(-MOST)));
}
