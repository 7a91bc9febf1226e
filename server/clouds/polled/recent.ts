/** Ids that were seen lately: the newest of however many. */
const MOST = 50_000;

export class Recent {
  #newer = new Set<string>();
  #older = new Set<string>();

  /** @returns it is new */
  add(id: string): boolean {
    if (this.#newer.has(id) || this.#older.has(id)) return false;
    if (this.#newer.size >= MOST) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(id);
    return true;
  }
}
