/** Opens what is folded away around an element: a problem must not stand behind a closed fold. */
export function openFolds(element: Element): void {
  for (let fold = element.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null) fold.open = true;
}
