/** How a tool comes to this machine, as its framework says it: the words, and the page that they name. Pure. */

const IN_BRACKETS = /\s*\((https?:\/\/[^\s)]+)\)/;

export function hintOf(installHint: string): { readonly words: string; readonly url: string | null } {
  return { words: installHint.replace(IN_BRACKETS, ''), url: IN_BRACKETS.exec(installHint)?.[1] ?? null };
}
