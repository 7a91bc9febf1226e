/** Secrets of a definition as the form lists them: what was found, and what the user says besides. Pure. */
import { isBlankSecret, type SecretFields } from './fields.ts';
import { numberInPlan } from './rows.ts';

export interface FoundSecret {
  readonly path: string;
  readonly variable: string;
}

/** A mark that stands in a row of its own: it adds a value, or takes one away that is not among the found. */
export interface OwnMark {
  /** In the form's list. */
  readonly index: number;
  readonly mark: SecretFields;
  /** In the plan's list. */
  readonly number: number;
}

const isTakenAway = (marks: readonly SecretFields[], path: string) => marks.some((mark) => mark.path === path && !mark.secret);

/** Found ones with what is said of them. Several variables at one path are one row: a mark is about the value. */
export function foundRows(found: readonly FoundSecret[], marks: readonly SecretFields[]): { readonly path: string; readonly variables: readonly string[]; readonly noSecret: boolean }[] {
  const byPath = Map.groupBy(found, ({ path }) => path);
  return [...byPath].map(([path, secrets]) => ({ path, variables: secrets.map(({ variable }) => variable), noSecret: isTakenAway(marks, path) }));
}

export function ownMarks(found: readonly FoundSecret[], marks: readonly SecretFields[]): OwnMark[] {
  const known = new Set(found.map(({ path }) => path));
  return marks.flatMap((mark, index) => (mark.secret || !known.has(mark.path) ? [{ index, mark, number: numberInPlan(marks, index, isBlankSecret) }] : []));
}

/** The list after a found secret was said to be none, or to be one after all. */
export function withNoSecret(marks: readonly SecretFields[], path: string, noSecret: boolean): SecretFields[] {
  const others = marks.filter((mark) => mark.path !== path || mark.secret);
  return noSecret ? [...others, { path, secret: false }] : others;
}
