/** Credentials in texts that are sent as they are, where nothing is cut out. Only those that show by their value: a password in inputs may be what is tested. */
import { decoded } from '../json-scan.ts';
import { findIn } from './find.ts';
import { Marks } from './marks.ts';
import { pointerOf } from './pointer.ts';
import { holdsSecretByValue } from './values.ts';

/** JSON Pointer to the first one; in a text that is no JSON it is empty. null: none. */
export function recognisedIn(text: string): string | null {
  if (!isJson(text)) return holdsSecretByValue(text) ? '' : null;
  const first = findIn(text, new Marks([]), new Set()).find(({ byValue, from, to }) => byValue || holdsSecretByValue(decoded(text.slice(from, to))));
  return first ? pointerOf(first.steps) : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
