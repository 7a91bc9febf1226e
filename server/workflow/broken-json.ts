/** Questions to text that may be broken JSON: where it breaks, how deep it is. */
import { printParseErrorCode, visit } from 'jsonc-parser';
import { scanJson } from './json-scan.ts';

const WHAT: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this word is not JSON (names and texts stand in double quotes)',
  InvalidNumberFormat: 'this is not a number of JSON',
  PropertyNameExpected: 'a property name in double quotes is expected',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected',
  CommaExpected: 'a comma is expected',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'the text goes on after its end',
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
  const nothing = () => undefined;
  const events = {
    stopped: false,
    open() {
      depth += 1;
      events.stopped ||= depth > most;
    },
    close() {
      depth -= 1;
    },
    key: nothing,
    string: nothing,
    literal: nothing,
  };
  scanJson(text, events);
  return events.stopped;
}
