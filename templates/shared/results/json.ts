/** JSON that anybody may have written: members are read one by one, and only those that the object has itself. */
import { Unreadable } from './unreadable.ts';

export type Members = Readonly<Record<string, unknown>>;

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable('The file is no JSON, or it was cut on its way.');
  }
}

export const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** undefined: there is no such member, or nothing that could have it. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** What is no object has none. */
export const entries = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);
