/** Names out of a file, made fit for a screen and for a database (`isName` of `server/samples/fits.ts`). */

const MAX_NAME = 200;

/** One line of whole characters; what is too long is cut. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
  const line = text.slice(0, MAX_NAME * 4).toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  if (line === '') return '(no name)';
  return line.length <= MAX_NAME ? line : `${line.slice(0, MAX_NAME - 1).toWellFormed()}…`;
}

/** Each its own: what was made fit may have become another's. */
export class Names {
  readonly #taken = new Map<string, number>();

  give(text: string): string {
    const name = oneLine(text);
    const before = this.#taken.get(name) ?? 0;
    this.#taken.set(name, before + 1);
    return before === 0 ? name : this.give(`${name.slice(0, MAX_NAME - 12)} (${before + 1})`);
  }
}
