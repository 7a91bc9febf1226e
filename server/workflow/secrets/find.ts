/** One pass over a text that finds its secrets: by their key, by their value, by the name beside them, by what the user says. */
import { decoded, type JsonEvents, scanJson } from '../json-scan.ts';
import { isNeutralKey, type KeyKind, kindOfKey, mayBeSecretKey } from './keys.ts';
import type { MarkedPlace, Marks } from './marks.ts';
import { type Level, stepsTo } from './pointer.ts';
import { holdsSecret, isMapped } from './references.ts';
import { asksForEntry, isWord, MEMBERS_SHOW, type Shows, showsSecret, VALUE_SHOWS } from './shows.ts';
import type { Span } from './span.ts';
import { ValueSecrets } from './values.ts';

export interface Finding extends Span {
  readonly kind: 'string' | 'number';
  /** To the value that holds it, decoded. */
  readonly steps: readonly string[];
  /** What it is called: its key; in a list of pairs the name beside it. */
  readonly called: string;
  /** It shows by its value, whatever it is called. */
  readonly byValue: boolean;
}

/** What a user can still look through; a text with more is refused. */
export const MOST_FINDINGS = 10_000;

/** Findings in the order of the text, none in another; no more are looked for once there are more than `MOST_FINDINGS`. The marks know afterwards what they point at. */
export function findIn(text: string, marks: Marks, nodeIds: ReadonlySet<string>): Finding[] {
  const finder = new Finder(text, marks, nodeIds);
  scanJson(text, finder);
  return apart(finder.found);
}

/** One for each depth, used again: objects and lists are many. */
interface Frame extends Level {
  readonly parent: Frame | null;
  object: boolean;
  /** Where it begins. */
  from: number;
  /** Of a list: what its elements must show. */
  elements: Shows;
  /** What a member must show whose own key says nothing, in this object or further down. */
  members: Shows;
  marked: MarkedPlace | null;
  /** What the last key says of its value. */
  part: Part;
  /** The name in this object when it is that of a secret. */
  named: string | null;
  /** Under `pass` alone: a secret if what stands beside it says so. */
  pass: Finding | null;
  held: (Span & { readonly kind: Finding['kind']; readonly keyFrom: number; readonly keyTo: number }) | null;
}

/** How far a user may stand from the password, in characters: objects in objects must not be read again and again. */
const NEAR = 20_000;

/** `{"input_mapping": {"token": "login.result.token"}}` */
const MAPPING = /map(?:ping|pings)?$/i;

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
  readonly #nodeIds: ReadonlySet<string>;
  readonly #values: ValueSecrets;
  #frame: Frame | null = null;
  readonly #frames: Frame[] = [];
  #depth = 0;
  /** Keys repeat from node to node. */
  readonly #kinds = new Map<string, KeyKind>();
  /** Of the key of the value that comes next. */
  #kind: KeyKind = 'other';

  constructor(text: string, marks: Marks, nodeIds: ReadonlySet<string>) {
    this.#text = text;
    this.#marks = marks;
    this.#nodeIds = nodeIds;
    this.#values = new ValueSecrets(text);
  }

  open(at: number, object: boolean): void {
    const marked = this.#next();
    meet(marked, 'container');
    const outer = this.#frame;
    const members = outer?.object && this.#kind !== 'other' && !this.#isNode(outer) ? MEMBERS_SHOW[this.#kind] : 'nothing';
    const elements = outer === null || object ? 'nothing' : this.#showsOf(outer);
    this.#frames[this.#depth] ??= newFrame(outer);
    const frame = this.#frames[this.#depth] as Frame;
    frame.object = object;
    frame.from = at;
    frame.index = -1;
    frame.elements = elements === 'random' || elements === 'password' ? 'nothing' : elements;
    frame.members = members === 'nothing' ? (outer?.members ?? 'nothing') : members;
    frame.marked = marked;
    frame.part = null;
    frame.named = null;
    frame.held = null;
    frame.pass = null;
    this.#frame = frame;
    this.#depth += 1;
    this.#kind = 'other';
  }

  close(end: number): void {
    const frame = this.#frame;
    if (frame?.pass && asksForEntry(this.#text.slice(frame.from, Math.min(end, frame.from + NEAR)))) this.found.push(frame.pass);
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
    this.#kind = this.#kindOfKey(from, to);
    frame.part = to - from > 13 || !MAY_BE_PART[this.#text.charCodeAt(from) & 0x7f] ? null : (PARTS.get(this.#text.slice(from, to)) ?? null);
  }

  string(from: number, to: number): void {
    const marked = this.#next();
    meet(marked, from === to ? 'empty' : 'value');
    const frame = this.#frame;
    if (frame?.part === 'named') frame.named = this.#namesSecret(from, to) ? decoded(this.#text.slice(from, to)) : null;
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
    if (this.found.length > MOST_FINDINGS) return;
    if (said || (frame !== null && this.#holds(frame, this.#showsOf(frame), from, to, kind))) this.found.push(this.#finding(from, to, kind));
    else if (kind === 'string')
      for (const span of this.#values.in(from, to)) {
        if (this.found.length > MOST_FINDINGS) break;
        this.found.push({ ...this.#finding(span.from, span.to, kind), byValue: true });
      }
    if (frame?.part === 'held') frame.held = { from, to, kind, keyFrom: frame.keyFrom, keyTo: frame.keyTo };
  }

  /** What the next value in this object or list must show. */
  #showsOf(frame: Frame): Shows {
    if (!frame.object) return frame.elements;
    const own = VALUE_SHOWS[this.#kind];
    if (frame.members === 'nothing' || own === 'text-or-number') return own;
    if (this.#kind === 'pass') return 'text-or-number';
    return isNeutralKey(decoded(this.#text.slice(frame.keyFrom, frame.keyTo))) ? 'nothing' : frame.members;
  }

  /** A short number is a switch or a count. */
  #holds(frame: Frame, shows: Shows, from: number, to: number, kind: Finding['kind']): boolean {
    if (shows === 'nothing') return false;
    if (kind === 'number') return to - from >= 4 && (shows === 'text-or-number' || (shows === 'text' && frame.part === 'held'));
    const value = decoded(this.#text.slice(from, to));
    if (!showsSecret(shows, this.#called(), value) || (isMapped(value) && this.#isInMapping(frame))) return false;
    if (shows !== 'password' || !isWord(value)) return true;
    frame.pass = this.#finding(from, to, kind);
    return false;
  }

  #isInMapping({ object, parent }: Frame): boolean {
    return object && MAPPING.test(this.#keyOf(parent));
  }

  /** The next value is a node or the inputs of one, by its id: `reset_password` says nothing of them. */
  #isNode({ parent, keyFrom, keyTo }: Frame): boolean {
    const within = this.#keyOf(parent);
    return within === 'nodes' || ((within === 'inputs' || parent === null) && this.#nodeIds.has(decoded(this.#text.slice(keyFrom, keyTo))));
  }

  /** As it is written; of a list and of the outermost value none. */
  #keyOf(frame: Frame | null): string {
    return frame?.object ? this.#text.slice(frame.keyFrom, frame.keyTo) : '';
  }

  #finding(from: number, to: number, kind: Finding['kind']): Finding {
    return { from, to, kind, steps: stepsTo(this.#text, levelsOf(this.#frame)), called: this.#called(), byValue: false };
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

  #kindOfKey(from: number, to: number): KeyKind {
    if (!mayBeSecretKey(this.#text, from, to)) return 'other';
    const raw = this.#text.slice(from, to);
    let kind = this.#kinds.get(raw);
    if (kind === undefined) {
      kind = kindOfKey(decoded(raw));
      if (this.#kinds.size < 10_000) this.#kinds.set(raw, kind);
    }
    return kind;
  }

  #namesSecret(from: number, to: number): boolean {
    const kind = this.#kindOfKey(from, to);
    return kind !== 'other' && kind !== 'key';
  }
}

function newFrame(parent: Frame | null): Frame {
  return { parent, object: true, index: -1, keyFrom: 0, keyTo: 0, from: 0, elements: 'nothing', members: 'nothing', marked: null, part: null, named: null, held: null, pass: null };
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
