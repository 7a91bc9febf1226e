/**
 * JSON text with generators -> parts: unchanged slices of the text, and generators between them.
 *
 * A generator is an object with exactly one member: `{"$uuid": true}`, `{"$counter": 1}`, `{"$now": "iso" | "ms" | "s"}`,
 * `{"$int": [min, max]}`, `{"$pick": [a, b, ...]}`, `{"$text": [part, ...]}`, and `{"$literal": ...}` for its value as it is. They
 * stand in the structure: strings are never scanned, so no text of the user can turn into one.
 */
import { parseTree } from 'jsonc-parser';
import { isDeeperThan, whereJsonBreaks } from '../workflow/broken-json.ts';
import { MAX_BYTES, MAX_DEPTH } from '../workflow/bounds.ts';
import type { Problem } from '../workflow/problem.ts';
import { findGenerators } from './find-generators.ts';
import type { Part } from './part.ts';
import { brokenCharacter } from './place.ts';
import { ProblemList } from './problem-list.ts';
import { readGenerator } from './read-generator.ts';

export interface CompileOptions {
  /** Placeholders that may stand here besides the generators, as `{"$workflow": true}`: for bodies of the custom target. Default: none. */
  readonly allow?: readonly ('workflow' | 'inputs')[];
  /** Whatever the generators give, the whole must be one JSON object (inputs are). Default: false. */
  readonly object?: boolean;
}

export interface Compiled {
  /** Joined they are the text; one string, the text itself, when it has no generators. Empty when there are problems. */
  readonly parts: readonly Part[];
  /** Paths begin at the text's own root, like `a.b[0]`; empty: the text as a whole. */
  readonly problems: readonly Problem[];
}

/** Never throws, whatever the text. A leading BOM is dropped. */
export function compileJson(given: string, { allow = [], object = false }: CompileOptions = {}): Compiled {
  const text = given.startsWith('\ufeff') ? given.slice(1) : given;
  const problems = new ProblemList();
  const refused = refusedBecause(text);
  const parts = refused === null ? partsOf(text, allow, problems) : [];
  if (refused !== null) problems.add(() => [], refused);
  else if (object && problems.all.length === 0 && !isObjectText(parts)) problems.add(() => [], 'Inputs are one JSON object, for example {"n": 7}.');
  return { parts: problems.all.length > 0 ? [] : parts, problems: problems.all };
}

function refusedBecause(text: string): string | null {
  if (text.trim() === '') return 'The text is empty: give JSON.';
  if (Buffer.byteLength(text) > MAX_BYTES) return 'At most 10 MB of JSON can be read.';
  const broken = brokenCharacter(text);
  if (broken !== null) return broken;
  if (isDeeperThan(text, MAX_DEPTH)) return `This is nested deeper than ${MAX_DEPTH} levels; that cannot be read.`;
  try {
    // Only to know that it is JSON: values are taken from the text, since this rounds 20-digit integers.
    JSON.parse(text);
    return null;
  } catch {
    return `This is not valid JSON: ${whereJsonBreaks(text)}.`;
  }
}

function partsOf(text: string, allow: readonly string[], problems: ProblemList): Part[] {
  const parts: Part[] = [];
  const append = (part: Part) => {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else if (part !== '') parts.push(part);
  };
  let done = 0;
  for (const { from, to, path } of findGenerators(text)) {
    append(text.slice(done, from));
    const source = { text: text.slice(from, to), path, allow, problems };
    const node = parseTree(source.text);
    if (node) append(readGenerator(source, node));
    done = to;
  }
  append(text.slice(done));
  return parts;
}

function isObjectText(parts: readonly Part[]): boolean {
  const first = parts.find((part) => typeof part !== 'string' || part.trim() !== '');
  if (typeof first === 'string') return first.trimStart().startsWith('{');
  return first !== undefined && 'pick' in first && first.pick.every((json) => json.startsWith('{'));
}
