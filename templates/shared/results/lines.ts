/** Bytes to lines, a chunk at a time: chunks end anywhere. Bounded: of a line that is too long nothing is kept. */
const MOST_BYTES = 1024 * 1024;
const FEW_BYTES = 4096;
const LF = 10;
const QUOTE = 34;

export interface LineTaker {
  /** A line from a place up to another one, where its LF stands. The bytes are good until this returns. */
  line(bytes: Buffer, from: number, to: number): void;
  /** Instead of a line above 1 MB. */
  tooLong(): void;
}

export class Lines {
  readonly #taker: LineTaker;
  readonly #hasQuotes: boolean;
  #isQuoted = false;
  #kept = Buffer.alloc(FEW_BYTES);
  /** Of the line so far, also when it is too long. */
  #length = 0;

  /** @param hasQuotes an LF between quotation marks ends no line (CSV) */
  constructor(taker: LineTaker, hasQuotes: boolean) {
    this.#taker = taker;
    this.#hasQuotes = hasQuotes;
  }

  read(chunk: Buffer): void {
    const from = this.#hasQuotes ? this.#readQuoted(chunk) : this.#readPlain(chunk);
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  /** @returns where the line begins that has no end yet */
  #readPlain(chunk: Buffer): number {
    const taker = this.#taker;
    let from = 0;
    let to = chunk.indexOf(LF);
    if (to >= 0 && this.#length > 0) {
      this.#take(chunk, from, to);
      from = to + 1;
      to = chunk.indexOf(LF, from);
    }
    for (; to >= 0; to = chunk.indexOf(LF, from)) {
      if (to - from > MOST_BYTES) taker.tooLong();
      else taker.line(chunk, from, to);
      from = to + 1;
    }
    return from;
  }

  #readQuoted(chunk: Buffer): number {
    let from = 0;
    let quote = chunk.indexOf(QUOTE);
    for (let to = chunk.indexOf(LF); to >= 0; to = chunk.indexOf(LF, to + 1)) {
      for (; quote >= 0 && quote < to; quote = chunk.indexOf(QUOTE, quote + 1)) this.#isQuoted = !this.#isQuoted;
      // A quotation mark that nothing closes does not take the rest of the file with it.
      if (this.#isQuoted && this.#length + to - from <= MOST_BYTES) continue;
      this.#take(chunk, from, to);
      this.#isQuoted = false;
      from = to + 1;
    }
    for (; quote >= 0; quote = chunk.indexOf(QUOTE, quote + 1)) this.#isQuoted = !this.#isQuoted;
    return from;
  }

  /** What came after the last LF. Empty: nothing; null: it is too long to be a line. */
  rest(): Buffer | null {
    return this.#length > MOST_BYTES ? null : this.#kept.subarray(0, this.#length);
  }

  #take(chunk: Buffer, from: number, to: number): void {
    if (this.#length + to - from > MOST_BYTES) this.#taker.tooLong();
    else if (this.#length === 0) this.#taker.line(chunk, from, to);
    else {
      this.#keep(chunk.subarray(from, to + 1));
      this.#taker.line(this.#kept, 0, this.#length - 1);
    }
    this.#length = 0;
    if (this.#kept.length > FEW_BYTES) this.#kept = Buffer.alloc(FEW_BYTES);
  }

  #keep(part: Buffer): void {
    const from = this.#length;
    this.#length += part.length;
    // One more than a line, for its LF.
    if (this.#length > MOST_BYTES + 1) return;
    if (this.#length > this.#kept.length) {
      const larger = Buffer.alloc(Math.max(this.#length, 2 * this.#kept.length));
      this.#kept.copy(larger, 0, 0, from);
      this.#kept = larger;
    }
    part.copy(this.#kept, from);
  }
}
