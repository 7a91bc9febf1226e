/** Keys with a form of their own. */
import { isEscaped } from '../json-scan.ts';
import { OTHER_PATTERNS, PATTERNS, type Pattern } from './patterns.ts';
import { isMask } from './references.ts';
import type { Look, Span } from './span.ts';

const alternatives = (patterns: readonly Pattern[]) => patterns.map(({ begins }) => begins).join('|');
/** A group for each of them: which one matched tells which pattern it is. */
const oneOf = (patterns: readonly Pattern[]) => ({ patterns, form: new RegExp(patterns.map(({ begins, goesOn }) => `((?:${begins})${goesOn})`).join('|'), 'y') });
type Forms = ReturnType<typeof oneOf>;
/** Behind a point, and elsewhere. */
const formsOf = (patterns: readonly Pattern[]): readonly [Forms, Forms] => [oneOf(patterns.filter(({ pointed }) => !pointed)), oneOf(patterns)];

/**
 * Looked for from the separator backwards, or from the rarest letter: separators are few, and most letters of a text are the
 * first one of some key. It is ten times as fast as a list of beginnings.
 */
export const forms: Look = {
  signs: [`[-_.](?<=(?:${alternatives(PATTERNS)})[-_.])`, 'J(?<=eyJ)', 'z(?<=AIz)', 'N(?<=-----BEGIN)', 'A(?=KIA|SIA|BIA|CCA)'],
  characters: '-_.JzNA',
  secretAt(text, sign, value) {
    const before = BEGINS_BEFORE[text.charAt(sign)];
    if (before !== undefined) return formAt(text, sign - before, OTHER, value);
    let from = sign;
    while (sign - from < LONGEST_BEGINNING && /[A-Za-z0-9]/.test(text.charAt(from - 1))) from -= 1;
    if (isEscaped(text, from)) from += text.charAt(from) === 'u' ? 5 : 1;
    return formAt(text, from, SEPARATED, value);
  },
};
const SEPARATED = formsOf(PATTERNS);
const OTHER = formsOf(OTHER_PATTERNS);
/** How far before its rarest letter such a key begins. */
const BEGINS_BEFORE: Readonly<Record<string, number>> = { J: 2, z: 2, N: 9, A: 0 };
/** With the escape of a letter before it. */
const LONGEST_BEGINNING = 16;

function formAt(text: string, from: number, [behindPoint, anywhere]: readonly [Forms, Forms], value: Span): Span | null {
  const behind = charBehindOf(text, from);
  // It is not the rest of a longer word: `task-...` is no `sk-...`.
  if (/[\w-]/.test(behind)) return null;
  const { patterns, form } = behind === '.' ? behindPoint : anywhere;
  form.lastIndex = from;
  const match = form.exec(text);
  if (match === null) return null;
  const pattern = patterns[match.indexOf(match[0], 1) - 1];
  const to = from + match[0].length;
  if (!pattern || isMask(match[0]) || pattern.proves?.(match[0]) === false) return null;
  return { from, to: pattern.ends === undefined ? to : to + endOf(text.slice(to, value.to), pattern.ends) };
}

/** Empty: none. The letters of an escape are no part of a word. */
function charBehindOf(text: string, at: number): string {
  if (isEscaped(text, at - 1)) return '';
  const char = text.charAt(at - 1);
  return /[0-9a-fA-F]/.test(char) && /\\u[0-9a-fA-F]{4}$/.test(text.slice(Math.max(0, at - 6), at)) && isEscaped(text, at - 5) ? '' : char;
}

function endOf(rest: string, [line, end]: NonNullable<Pattern['ends']>): number {
  const last = rest.indexOf(line);
  const to = last < 0 ? -1 : rest.indexOf(end, last + line.length);
  return to < 0 ? rest.length : to + end.length;
}
