/** Opens what is folded away around an element: a problem must not stand behind a closed fold. */
export function openFolds(element: Element): void {
  for (let fold = element.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null) fold.open = true;
}

/** Puts the focus there, where it is seen; nowhere where there is nothing. */
export function goTo(element: HTMLElement | null | undefined): void {
  if (!element) return;
  openFolds(element);
  element.focus();
  element.scrollIntoView({ block: 'center' });
}
