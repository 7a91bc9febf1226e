/** Keys with a form of their own, in the raw text of a value (escapes as they are). */
import { isEscaped } from '../json-scan.ts';
import { OTHER_PATTERNS, PATTERNS, type Pattern } from './patterns.ts';
import { isMask } from './references.ts';
import type { Look, Span } from './span.ts';

const alternatives = (patterns: readonly Pattern[]) => patterns.map(({ begins }) => begins).join('|');
const withForms = (patterns: readonly Pattern[]) => patterns.map((pattern) => ({ pattern, form: new RegExp(`(?:${pattern.begins})${pattern.goesOn}`, 'y') }));

/**
 * Looked for from the separator backwards: separators are few, and most letters of a text are the first one of some key.
 * It is ten times as fast as the same list of beginnings.
 */
export const separated: Look = {
  sign: new RegExp(String.raw`[-_.](?<=(?:${alternatives(PATTERNS)})[-_.])`, 'g'),
  secretAt(raw, sign) {
    let from = sign;
    while (from > 0 && /[A-Za-z0-9]/.test(raw.charAt(from - 1))) from -= 1;
    if (from > 0 && isEscaped(raw, from)) from += raw.charAt(from) === 'u' ? 5 : 1;
    return formAt(raw, from, FORMS);
  },
};
const FORMS = withForms(PATTERNS);

export const other: Look = {
  sign: new RegExp(alternatives(OTHER_PATTERNS), 'g'),
  secretAt: (raw, sign) => formAt(raw, sign, OTHER_FORMS),
};
const OTHER_FORMS = withForms(OTHER_PATTERNS);

function formAt(raw: string, from: number, forms: ReturnType<typeof withForms>): Span | null {
  for (const { pattern, form } of forms) {
    form.lastIndex = from;
    const [found] = form.exec(raw) ?? [];
    if (found !== undefined && beginsAt(raw, from, pattern) && !isMask(found) && (pattern.proves?.(found) ?? true)) return { from, to: from + found.length };
  }
  return null;
}

/** It is not the rest of a longer word: `task-...` is no `sk-...`. The letter of an escape is no part of a word. */
function beginsAt(raw: string, from: number, { pointed = false }: Pattern): boolean {
  if (from === 0) return true;
  if (!(pointed ? /[\w.-]/ : /[\w-]/).test(raw.charAt(from - 1))) return true;
  return isEscaped(raw, from - 1) || (/\\u[0-9a-fA-F]{4}$/.test(raw.slice(Math.max(0, from - 6), from)) && isEscaped(raw, from - 5));
}
