/** Questions to JSON text that its parsed value cannot answer: where it breaks, how deep it is, the unchanged text of a value. */
import { decoded, type JsonEvents, scanJson } from './json-scan.ts';

export { isDeeperThan, whereJsonBreaks } from './broken-json.ts';

/** Keys and indices from the outermost value down. */
export type ValuePath = readonly (string | number)[];

interface Place {
  readonly children: Map<string, Place>;
  /** Index in the answer; several when a path was asked for twice. */
  readonly asked: number[];
  /** Those of the children that the text has, so far. */
  readonly begun: Place[];
}

/** The texts of the values at these paths, in their order, in one scan; null: there is none. Of several with one key the last, as `JSON.parse` does. */
export function slicesAt(text: string, paths: readonly ValuePath[]): (string | null)[] {
  return found(text, paths, false);
}

/** The same, but of several with one key perhaps an earlier one: it stops where all are found. */
export function firstSlicesAt(text: string, paths: readonly ValuePath[]): (string | null)[] {
  return found(text, paths, true);
}

function found(text: string, paths: readonly ValuePath[], stopWhenFound: boolean): (string | null)[] {
  const slices: (string | null)[] = paths.map(() => null);
  scanJson(text, new SliceFinder(text, placesOf(paths), slices, stopWhenFound));
  return slices;
}

/** The text of a member of the object in `text`. */
export function memberSlice(text: string, name: string): string | null {
  return slicesAt(text, [[name]])[0] ?? null;
}

/** The texts of the elements of the array in `text`. */
export function elementSlices(text: string): string[] {
  const slices: string[] = [];
  let depth = 0;
  let from = 0;
  const scalar = (at: number, end: number) => {
    if (depth === 1) slices.push(text.slice(at, end));
  };
  scanJson(text, {
    open(at) {
      if (depth === 1) from = at;
      depth += 1;
    },
    close(end) {
      depth -= 1;
      if (depth === 1) slices.push(text.slice(from, end));
    },
    key: () => undefined,
    string: (at, end) => scalar(at - 1, end + 1),
    literal: scalar,
  });
  return slices;
}

function placesOf(paths: readonly ValuePath[]): Place {
  const newPlace = (): Place => ({ children: new Map(), asked: [], begun: [] });
  const root = newPlace();
  paths.forEach((path, i) => {
    let place = root;
    for (const step of path) {
      const next = place.children.get(String(step)) ?? newPlace();
      place.children.set(String(step), next);
      place = next;
    }
    place.asked.push(i);
  });
  return root;
}

class SliceFinder implements JsonEvents {
  readonly #text: string;
  readonly #slices: (string | null)[];
  readonly #frames: { place: Place | null; from: number; index: number }[] = [];
  readonly #root: Place;
  readonly #stopWhenFound: boolean;
  /** The next value's own, when its parent is on a path. */
  #place: Place | null = null;
  stopped = false;

  constructor(text: string, root: Place, slices: (string | null)[], stopWhenFound: boolean) {
    this.#text = text;
    this.#root = root;
    this.#slices = slices;
    this.#stopWhenFound = stopWhenFound;
  }

  open(at: number, object: boolean): void {
    const place = this.#begin();
    this.#frames.push({ place, from: at, index: object ? -1 : 0 });
  }

  close(end: number): void {
    const frame = this.#frames.pop();
    if (frame) this.#end(frame.place, frame.from, end);
  }

  key(from: number, to: number): void {
    const parent = this.#frames.at(-1)?.place;
    this.#place = parent && parent.children.size > 0 ? (parent.children.get(decoded(this.#text.slice(from, to))) ?? null) : null;
  }

  string(from: number, to: number): void {
    this.#end(this.#begin(), from - 1, to + 1);
  }

  literal(from: number, to: number): void {
    this.#end(this.#begin(), from, to);
  }

  #begin(): Place | null {
    const parent = this.#frames.at(-1);
    const place = parent === undefined ? this.#root : parent.index < 0 ? this.#place : (parent.place?.children.get(String(parent.index++)) ?? null);
    this.#place = null;
    if (place === null) return null;
    // A key for the second time: nothing of its first value counts.
    this.#forget(place);
    parent?.place?.begun.push(place);
    return place;
  }

  #end(place: Place | null, from: number, to: number): void {
    if (place === null || place.asked.length === 0) return;
    for (const i of place.asked) this.#slices[i] = this.#text.slice(from, to);
    this.stopped = this.#stopWhenFound && !this.#slices.includes(null);
  }

  #forget(place: Place): void {
    for (const i of place.asked) this.#slices[i] = null;
    for (const child of place.begun.splice(0)) this.#forget(child);
  }
}
