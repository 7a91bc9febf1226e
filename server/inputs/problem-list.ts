/** What is wrong with a text: the first problems by name, of the others how many they are. */
import { MOST_PROBLEMS, moreProblems, type Problem } from '../workflow/problem.ts';
import { pathText } from './place.ts';

export class ProblemList {
  readonly #first: Problem[] = [];
  #more = 0;

  /** @param path asked for only when it is shown: to find it may take a search */
  add(path: () => readonly (string | number)[], message: string): void {
    if (this.#first.length < MOST_PROBLEMS) this.#first.push({ path: pathText(path()), message });
    else this.#more += 1;
  }

  get all(): readonly Problem[] {
    return this.#more === 0 ? this.#first : [...this.#first, moreProblems(this.#more)];
  }
}
