/** One pass over a text that finds its secrets: by their key, by their value, by the name beside them, by what the user says. */
import { decoded, type JsonEvents, scanJson } from '../json-scan.ts';
import { isSecretKey, mayBeSecretKey } from './keys.ts';
import type { MarkedPlace, Marks } from './marks.ts';
import { type Level, stepsTo } from './pointer.ts';
import { holdsSecret } from './references.ts';
import type { Span } from './span.ts';
import { ValueSecrets } from './values.ts';

export interface Finding extends Span {
  readonly kind: 'string' | 'number';
  /** To the value that holds it, decoded. */
  readonly steps: readonly string[];
  /** What it is called: its key; in a list of pairs the name beside it. */
  readonly called: string;
}

/** What a user can still look through; a text with more is refused. */
export const MOST_FINDINGS = 10_000;

/** Findings in the order of the text, none in another; no more are looked for once there are more than `MOST_FINDINGS`. The marks know afterwards what they point at. */
export function findIn(text: string, marks: Marks): Finding[] {
  const finder = new Finder(text, marks);
  scanJson(text, finder);
  return apart(finder.found);
}

/** One for each depth, used again: objects and lists are many. */
interface Frame extends Level {
  readonly parent: Frame | null;
  object: boolean;
  /** A list under a secret key: its texts are secrets. */
  secret: boolean;
  marked: MarkedPlace | null;
  /** What the last key says of its value. */
  part: Part;
  /** The name in this object when it is that of a secret. */
  named: string | null;
  held: (Span & { readonly kind: Finding['kind']; readonly keyFrom: number; readonly keyTo: number }) | null;
}

/** `{"name": "X-Api-Key", "value": "..."}`: headers, environments of containers, form fields. */
type Part = 'named' | 'held' | null;
const PARTS: ReadonlyMap<string, Part> = new Map([
  ...['name', 'key', 'header', 'variable', 'id'].map((key) => [key, 'named'] as const),
  ...['value', 'default', 'default_value'].map((key) => [key, 'held'] as const),
]);

/** By their first letter: most keys need not be taken out of the text. */
const MAY_BE_PART = Array.from({ length: 128 }, (_, c) => [...PARTS.keys()].some((key) => key.charCodeAt(0) === c));

class Finder implements JsonEvents {
  readonly found: Finding[] = [];
  readonly #text: string;
  readonly #marks: Marks;
  readonly #values: ValueSecrets;
  #frame: Frame | null = null;
  readonly #frames: Frame[] = [];
  #depth = 0;
  /** Keys repeat from node to node. */
  readonly #secretKeys = new Map<string, boolean>();
  /** Of the value that comes next. */
  #secretKey = false;

  constructor(text: string, marks: Marks) {
    this.#text = text;
    this.#marks = marks;
    this.#values = new ValueSecrets(text);
  }

  open(_at: number, object: boolean): void {
    const marked = this.#next();
    meet(marked, 'container');
    this.#frames[this.#depth] ??= newFrame(this.#frame);
    const frame = this.#frames[this.#depth] as Frame;
    frame.object = object;
    frame.index = -1;
    frame.secret = !object && this.#secretKey;
    frame.marked = marked;
    frame.part = null;
    frame.named = null;
    frame.held = null;
    this.#frame = frame;
    this.#depth += 1;
    this.#secretKey = false;
  }

  close(): void {
    const frame = this.#frame;
    if (frame?.held && frame.named !== null) {
      const { from, to, kind, keyFrom, keyTo } = frame.held;
      Object.assign(frame, { keyFrom, keyTo });
      if (holdsSecret(frame.named, decoded(this.#text.slice(from, to)))) this.found.push({ ...this.#finding(from, to, kind), called: frame.named });
    }
    this.#frame = frame?.parent ?? null;
    this.#depth -= 1;
  }

  key(from: number, to: number): void {
    const frame = this.#frame;
    if (!frame) return;
    frame.keyFrom = from;
    frame.keyTo = to;
    this.#secretKey = this.#isSecretKey(from, to);
    frame.part = to - from > 13 || !MAY_BE_PART[this.#text.charCodeAt(from) & 0x7f] ? null : (PARTS.get(this.#text.slice(from, to)) ?? null);
  }

  string(from: number, to: number): void {
    const marked = this.#next();
    meet(marked, from === to ? 'empty' : 'value');
    const frame = this.#frame;
    if (frame?.part === 'named') frame.named = this.#isSecretKey(from, to) ? decoded(this.#text.slice(from, to)) : null;
    if (from < to) this.#value(marked, from, to, 'string');
  }

  literal(from: number, to: number): void {
    const marked = this.#next();
    const c = this.#text.charCodeAt(from);
    const number = c === 0x2d || (c >= 0x30 && c <= 0x39);
    meet(marked, number ? 'value' : 'word');
    if (number) this.#value(marked, from, to, 'number');
  }

  #value(marked: MarkedPlace | null, from: number, to: number, kind: Finding['kind']): void {
    const frame = this.#frame;
    const said = this.#marks.secretAt(marked);
    if (said === false) return;
    const secretKey = frame !== null && (frame.object ? this.#secretKey : frame.secret);
    if (this.found.length > MOST_FINDINGS) return;
    if (said || (secretKey && this.#holds(from, to, kind))) this.found.push(this.#finding(from, to, kind));
    else if (kind === 'string')
      for (const span of this.#values.in(from, to)) {
        if (this.found.length > MOST_FINDINGS) break;
        this.found.push(this.#finding(span.from, span.to, kind));
      }
    if (frame?.part === 'held') frame.held = { from, to, kind, keyFrom: frame.keyFrom, keyTo: frame.keyTo };
  }

  /** A short number is a switch or a count. */
  #holds(from: number, to: number, kind: Finding['kind']): boolean {
    return kind === 'number' ? to - from >= 4 : holdsSecret(this.#called(), decoded(this.#text.slice(from, to)));
  }

  #finding(from: number, to: number, kind: Finding['kind']): Finding {
    return { from, to, kind, steps: stepsTo(this.#text, levelsOf(this.#frame)), called: this.#called() };
  }

  /** The nearest key: elements of a list are called as the list. */
  #called(): string {
    let frame = this.#frame;
    while (frame && !frame.object) frame = frame.parent;
    return frame ? decoded(this.#text.slice(frame.keyFrom, frame.keyTo)) : '';
  }

  /** The next value begins. */
  #next(): MarkedPlace | null {
    const frame = this.#frame;
    if (!frame) return this.#marks.root;
    if (!frame.object) frame.index += 1;
    if (!frame.marked || frame.marked.below.size === 0) return null;
    const step = frame.object ? decoded(this.#text.slice(frame.keyFrom, frame.keyTo)) : String(frame.index);
    return frame.marked.below.get(step) ?? null;
  }

  #isSecretKey(from: number, to: number): boolean {
    if (!mayBeSecretKey(this.#text, from, to)) return false;
    const raw = this.#text.slice(from, to);
    let secret = this.#secretKeys.get(raw);
    if (secret === undefined) {
      secret = isSecretKey(decoded(raw));
      if (this.#secretKeys.size < 10_000) this.#secretKeys.set(raw, secret);
    }
    return secret;
  }
}

function newFrame(parent: Frame | null): Frame {
  return { parent, object: true, index: -1, keyFrom: 0, keyTo: 0, secret: false, marked: null, part: null, named: null, held: null };
}

function levelsOf(frame: Frame | null): Frame[] {
  const levels: Frame[] = [];
  for (let level = frame; level; level = level.parent) levels.unshift(level);
  return levels;
}

/** Of several values with one path, one that can be a secret counts. */
function meet(marked: MarkedPlace | null, holds: MarkedPlace['holds']): void {
  if (marked && marked.holds !== 'value') marked.holds = holds;
}

/** A value that is a secret as a whole is not one in parts too. */
function apart(found: readonly Finding[]): Finding[] {
  const sorted = [...found].sort((a, b) => a.from - b.from || b.to - a.to);
  let behind = -1;
  return sorted.filter(({ from, to }) => {
    if (from < behind) return false;
    behind = to;
    return true;
  });
}
