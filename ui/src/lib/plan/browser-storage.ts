/**
 * The browser's storage, for whoever keeps something there. It may be full, and it may not be there at all: a page inside of another
 * site's is often refused the very property. Nothing here throws, and nobody may need what is kept.
 */

/** `browser`: until it is discarded; `tab`: as long as this tab is open, over reloads. Each has room of its own. */
export type Place = 'browser' | 'tab';

const storageOf = (place: Place): Storage => (place === 'browser' ? localStorage : sessionStorage);

/** Null: nothing is kept, or nothing can be. */
export function stored(key: string, place: Place = 'browser'): string | null {
  try {
    return storageOf(place).getItem(key);
  } catch {
    return null;
  }
}

/** False: it was not kept, and what stood there before still does. */
export function store(key: string, text: string, place: Place = 'browser'): boolean {
  try {
    storageOf(place).setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function discard(key: string, place: Place = 'browser'): void {
  try {
    storageOf(place).removeItem(key);
  } catch {
    // Where nothing can be kept, nothing is left.
  }
}
