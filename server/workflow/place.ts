/** Where something stands in a text, in words. */

const LINE_BREAK = /\r\n?|\n/g;

/** From 1; CRLF, LF and CR each end a line. */
export function lineAt(text: string, offset: number): number {
  return (text.slice(0, offset).match(LINE_BREAK)?.length ?? 0) + 1;
}

export function placeOf(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return `Line ${lineAt(text, offset)}, column ${offset === 0 ? 1 : offset - start + 1}`;
}

/** Where half of a character pair stands first, which has no UTF-8; null: nowhere. */
export function halfCharacterPlace(text: string): string | null {
  if (text.isWellFormed()) return null;
  return placeOf(text, text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/));
}
