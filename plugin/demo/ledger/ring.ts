/** The last so many of something, in the order they came. */
export class Ring<T> {
  readonly #most: number;
  readonly #kept: T[] = [];
  /** Once it is full: where the oldest stands. */
  #oldest = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** What had to go for it. */
  push(item: T): T | undefined {
    if (this.#kept.length < this.#most) {
      this.#kept.push(item);
      return undefined;
    }
    const gone = this.#most === 0 ? item : this.#kept[this.#oldest];
    if (this.#most > 0) {
      this.#kept[this.#oldest] = item;
      this.#oldest = (this.#oldest + 1) % this.#most;
    }
    return gone;
  }

  get size(): number {
    return this.#kept.length;
  }

  last(count: number): T[] {
    const inOrder = [...this.#kept.slice(this.#oldest), ...this.#kept.slice(0, this.#oldest)];
    return inOrder.slice(Math.max(0, inOrder.length - count));
  }
}
