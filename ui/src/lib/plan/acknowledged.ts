/** Lists of effects that were agreed to in this browser, by their hash and the target's origin. The server keeps the truth. */
import { store, stored } from './browser-storage.ts';

const KEY = 'load-testing:effects';
const MOST = 200;

const entry = (hash: string, baseUrl: string) => `${hash} ${URL.parse(baseUrl)?.origin ?? ''}`;

function entries(): string[] {
  try {
    const kept: unknown = JSON.parse(stored(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

export const wasAcknowledged = (hash: string, baseUrl: string): boolean => entries().includes(entry(hash, baseUrl));

/** Where it cannot be kept, it is asked for again. */
export function rememberAcknowledged(hash: string, baseUrl: string): void {
  const rest = entries().filter((item) => item !== entry(hash, baseUrl));
  store(KEY, JSON.stringify([...rest, entry(hash, baseUrl)].slice(-MOST)));
}
