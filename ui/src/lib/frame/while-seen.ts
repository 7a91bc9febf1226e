/** Asks again and again while somebody looks at the page, and never before the last answer is there. Returns what ends it. */
const ASK_EVERY_MS = 3_000;

export function whileSeen(ask: () => Promise<unknown>): () => void {
  let asking = false;
  const timer = setInterval(() => {
    if (asking || document.visibilityState === 'hidden') return;
    asking = true;
    void ask().finally(() => (asking = false));
  }, ASK_EVERY_MS);
  return () => clearInterval(timer);
}
