/**
 * HTML, SVG and XML are written with this tag, and only with it: what is put in is text, whatever it holds, unless it is markup itself.
 * The one place where reports escape.
 */
export class Markup {
  readonly text: string;

  /** Use the tag: this takes its text as it is. */
  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** null and false leave nothing behind. */
type Part = string | number | Markup | null | false | readonly Part[];

export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, i) => `${text}${textOf(parts[i - 1] ?? null)}${string}`));
}

function textOf(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Markup) return part.text;
  return Array.isArray(part) ? part.map(textOf).join('') : escaped(String(part));
}

/** Neither HTML nor XML 1.0 can hold these, not even as a reference: control characters, and what is no character. */
const IMPOSSIBLE = /[^\t\n\r\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
/** They would end what they stand in, or, being white space, become a space in an attribute. */
const SPECIAL = /[&<>"'\t\n\r]/g;

/** Safe between tags and in quotes, in both. */
function escaped(text: string): string {
  return text.replace(IMPOSSIBLE, '\ufffd').replace(SPECIAL, (character) => `&#${character.codePointAt(0)};`);
}
