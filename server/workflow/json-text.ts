/** Questions to JSON text that its parsed value cannot answer: where it breaks, how deep it is, the original slice of a member. */
import { printParseErrorCode, visit } from 'jsonc-parser';

const WHAT: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this word is not JSON (names and texts stand in double quotes)',
  InvalidNumberFormat: 'this is not a number of JSON',
  PropertyNameExpected: 'a property name in double quotes is expected',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected',
  CommaExpected: 'a comma is expected',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'the text goes on after the end of the definition',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a text in quotes does not end on its line',
  UnexpectedEndOfNumber: 'this number is not complete',
  InvalidUnicode: 'this \\u escape is not complete',
  InvalidEscapeCharacter: 'this escape is not known to JSON',
  InvalidCharacter: 'a control character must be written as an escape',
};

/** Why `JSON.parse` refused it: line, column and a reason. */
export function whereJsonBreaks(text: string): string {
  let first: string | null = null;
  visit(
    text,
    {
      onError(code, _offset, _length, line, column) {
        first ??= `line ${line + 1}, column ${column + 1}: ${WHAT[printParseErrorCode(code)] ?? 'this is not JSON'}`;
      },
    },
    { disallowComments: true, allowTrailingComma: false },
  );
  return first ?? 'it could not be parsed';
}

/** True when objects and arrays stand deeper in each other than `most`. Works on broken text too, and never recurses. */
export function isDeeperThan(text: string, most: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 0x5c) i += 1;
      else if (c === 0x22) quoted = false;
    } else if (c === 0x22) quoted = true;
    else if (c === 0x7b || c === 0x5b) {
      depth += 1;
      if (depth > most) return true;
    } else if (c === 0x7d || c === 0x5d) depth -= 1;
  }
  return false;
}

/** The unchanged text of a member of the object in `text`; of several with one name the last, as `JSON.parse` does. */
export function memberSlice(text: string, name: string): string | null {
  let wanted = false;
  let slice: string | null = null;
  visitValues(text, (value) => {
    if (wanted) slice = value;
  }, (property) => {
    wanted = property === name;
  });
  return slice;
}

/** The unchanged texts of the elements of the array in `text`. */
export function elementSlices(text: string): string[] {
  const slices: string[] = [];
  visitValues(text, (value) => slices.push(value), () => undefined);
  return slices;
}

/** The values that stand directly in the outermost object or array of `text`. */
function visitValues(text: string, onValue: (slice: string) => void, onProperty: (name: string) => void): void {
  let depth = 0;
  let from = 0;
  const begin = (offset: number) => {
    if (depth === 1) from = offset;
    depth += 1;
  };
  const end = (offset: number, length: number) => {
    depth -= 1;
    if (depth === 1) onValue(text.slice(from, offset + length));
  };
  visit(text, {
    onObjectBegin: begin,
    onArrayBegin: begin,
    onObjectEnd: end,
    onArrayEnd: end,
    onObjectProperty: (name) => {
      if (depth === 1) onProperty(name);
    },
    onLiteralValue: (_value, offset, length) => {
      if (depth === 1) onValue(text.slice(offset, offset + length));
    },
  });
}
