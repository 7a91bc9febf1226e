/**
 * The browser's storage, for whoever keeps something there. It may be full, and it may not be there at all: a page inside of another
 * site's is often refused the very property. Nothing here throws, and nobody may need what is kept.
 */

/** Null: nothing is kept, or nothing can be. */
export function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** False: it was not kept, and what stood there before still does. */
export function store(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function discard(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Where nothing can be kept, nothing is left.
  }
}
