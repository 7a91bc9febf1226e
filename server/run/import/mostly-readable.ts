import { Refusal } from '../../refusal.ts';

/** A tool may print a banner between its lines, or a warning with each of many requests. */
const MANY = 10_000;

/** Whatever a file begins with: one that holds more lines that are none than lines that are is of something else, and each of them takes its time. */
export class MostlyReadable {
  #readable = 0;
  #unreadable = 0;

  /** Throws a Refusal. @param lines null: none of the format */
  see(lines: readonly unknown[]): void {
    for (const line of lines) {
      if (line === null) this.#unreadable += 1;
      else this.#readable += 1;
    }
    if (this.#unreadable > MANY && this.#unreadable > this.#readable) throw new Refusal('invalid_results', 'This file begins as results do, but most of its lines are none.');
  }
}
