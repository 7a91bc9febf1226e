/** Where something stands in what the user gave us, in words. */

const LINE_BREAK = /\r\n?|\n/g;

/** From 1; CRLF, LF and CR each end a line. */
export function lineAt(text: string, offset: number): number {
  return (text.slice(0, offset).match(LINE_BREAK)?.length ?? 0) + 1;
}

function placeOf(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return `Line ${lineAt(text, offset)}, column ${offset === 0 ? 1 : offset - start + 1}`;
}

/** A sentence on the first character that cannot be sent or stored; null: there is none. */
export function brokenCharacter(text: string): string | null {
  const nul = text.indexOf('\0');
  if (nul >= 0) return `${placeOf(text, nul)}: this is a NUL character; take it out.`;
  if (text.isWellFormed()) return null;
  const half = text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  return `${placeOf(text, half)}: half of a character pair (a lone surrogate) cannot be sent as UTF-8; take it out.`;
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
