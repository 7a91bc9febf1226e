/**
 * Runs something once the pointer is up again. A field that is left by a click elsewhere would else show its problem between
 * press and release: the page moves, and the click misses what it was meant for.
 */
let down = false;

if (typeof window !== 'undefined') {
  const capture = { capture: true, passive: true } as const;
  window.addEventListener('pointerdown', () => (down = true), capture);
  for (const end of ['pointerup', 'pointercancel'] as const) window.addEventListener(end, () => (down = false), capture);
}

export function afterClick(run: () => void): void {
  if (!down) return run();
  const done = () => {
    window.removeEventListener('pointerup', done);
    window.removeEventListener('pointercancel', done);
    // The click itself comes after the pointer is up.
    setTimeout(run);
  };
  window.addEventListener('pointerup', done);
  window.addEventListener('pointercancel', done);
}
