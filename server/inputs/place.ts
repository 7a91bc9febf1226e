/** Where something stands in what the user gave us, in words. */
import { halfCharacterPlace, placeOf } from '../workflow/place.ts';

/** A sentence on the first character that cannot be sent or stored; null: there is none. */
export function brokenCharacter(text: string): string | null {
  const nul = text.indexOf('\0');
  if (nul >= 0) return `${placeOf(text, nul)}: this is a NUL character; take it out.`;
  const half = halfCharacterPlace(text);
  return half === null ? null : `${half}: half of a character pair (a lone surrogate) cannot be sent as UTF-8; take it out.`;
}

/** `['a', 'b', 0, 'x y']` reads `a.b[0]["x y"]`. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      return /^[\w$-]{1,100}$/.test(part) ? `${i === 0 ? '' : '.'}${part}` : `[${JSON.stringify(part.slice(0, 100))}]`;
    })
    .join('');
}
