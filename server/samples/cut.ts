/** What came of a line whose end is still to come: chunks end anywhere. Bounded; of a line that is too long nothing is kept. */
const FEW_BYTES = 4096;

export class Cut {
  #room = Buffer.alloc(FEW_BYTES);
  /** Of the line so far, also when it is too long. */
  length = 0;

  add(part: Buffer, maxBytes: number): void {
    const from = this.length;
    this.length += part.length;
    if (this.length > maxBytes) this.#room = Buffer.alloc(FEW_BYTES);
    else {
      if (this.length > this.#room.length) {
        const larger = Buffer.alloc(Math.max(this.length, Math.min(2 * this.#room.length, maxBytes)));
        this.#room.copy(larger, 0, 0, from);
        this.#room = larger;
      }
      part.copy(this.#room, from);
    }
  }

  /** The line, and the next one begins; null: it was too long. What is given is good until then. */
  take(maxBytes: number): Buffer | null {
    const { length } = this;
    const room = this.#room;
    this.length = 0;
    if (room.length > FEW_BYTES) this.#room = Buffer.alloc(FEW_BYTES);
    return length > maxBytes ? null : room.subarray(0, length);
  }
}
