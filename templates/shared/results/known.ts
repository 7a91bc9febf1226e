/**
 * What bytes mean that come again and again: each is found out once, and is the same object ever after. Each has its place by its hash, and
 * whoever comes to a place that is taken takes it over: a million different ones need no more memory than a few.
 */
import { hashOf, isAt, viewOf } from './words.ts';

const PLACES = 1024;
/** Of longer ones it is found out each time. */
const MOST_BYTES = 2048;

export class Known<T> {
  readonly #places = new Array<{ readonly bytes: DataView; readonly meaning: T } | null>(PLACES).fill(null);
  readonly #meaning: (text: string) => T;
  #bytes: Buffer = Buffer.alloc(0);
  #view = viewOf(this.#bytes);

  constructor(meaning: (text: string) => T) {
    this.#meaning = meaning;
  }

  /** Of the bytes from a place up to another one. */
  at(bytes: Buffer, from: number, to: number): T {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    const place = hashOf(this.#view, from, to) & (PLACES - 1);
    const known = this.#places[place];
    if (known && known.bytes.byteLength === to - from && isAt(this.#view, from, known.bytes)) return known.meaning;
    const meaning = this.#meaning(bytes.toString('utf8', from, to));
    // A copy: it would keep all of the bytes around it.
    if (to - from <= MOST_BYTES) this.#places[place] = { bytes: viewOf(new Uint8Array(bytes.subarray(from, to))), meaning };
    return meaning;
  }
}
