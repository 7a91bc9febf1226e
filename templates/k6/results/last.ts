/** What the text of a fixed length meant that was read last: most often it is the same again. */
import { isAt, viewOf } from '../../shared/results/words.ts';

export class Last {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #meaning: (text: string) => number;
  #value = Number.NaN;

  constructor(length: number, meaning: (text: string) => number) {
    this.#bytes = Buffer.alloc(length);
    this.#view = viewOf(this.#bytes);
    this.#meaning = meaning;
  }

  at(bytes: Buffer, view: DataView, at: number): number {
    if (at + this.#bytes.length > view.byteLength) return Number.NaN;
    if (!isAt(view, at, this.#view)) {
      bytes.copy(this.#bytes, 0, at, at + this.#bytes.length);
      this.#value = this.#meaning(this.#bytes.toString('latin1'));
    }
    return this.#value;
  }
}
