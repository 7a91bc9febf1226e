/** What a value must show to be a secret, its keys having said this much. */
import type { KeyKind } from './keys.ts';
import { looksLikeKey, looksRandom } from './random.ts';
import { holdsSecret } from './references.ts';

export type Shows =
  /** Its keys say nothing. */
  | 'nothing'
  /** A text that is no reference, a number that is no count. */
  | 'text-or-number'
  /** A text that is no reference. */
  | 'text'
  /** Letters and digits. */
  | 'letters-and-digits'
  /** That a machine made it. */
  | 'random'
  /** That it is no word, or that it stands beside a user or a server. */
  | 'password';

export const VALUE_SHOWS: Readonly<Record<KeyKind, Shows>> = { secret: 'text-or-number', settings: 'text-or-number', pass: 'password', key: 'random', other: 'nothing' };

/** The members of an object under such a key, and what is further down. */
export const MEMBERS_SHOW: Readonly<Record<KeyKind, Shows>> = { secret: 'text', settings: 'letters-and-digits', pass: 'nothing', key: 'nothing', other: 'nothing' };

/** @param key nearest to the value; of `password` another look is needed */
export function showsSecret(shows: Shows, key: string, value: string): boolean {
  if (shows === 'nothing' || !holdsSecret(key, value)) return false;
  if (shows === 'letters-and-digits') return looksRandom(value);
  return shows !== 'random' || looksLikeKey(value);
}

/** What a password may be, and an answer, or the name of a node: `approved`. */
export function isWord(value: string): boolean {
  return /^[a-z][a-z _-]*$/i.test(value);
}

/** Who has one of these members beside `pass` asks somebody for entry. @param object JSON text */
export function asksForEntry(object: string): boolean {
  return /"(?:user|username|user_name|usr|uid|login|email|account|host|hostname|server|database)"\s*:/i.test(object);
}
