/** What the user says about single values: this one is a secret, that one is none. */
import type { Problem } from '../problem.ts';

export interface SecretMark {
  /** JSON Pointer (RFC 6901) into the text, as `FoundSecret.path`. */
  readonly path: string;
  readonly secret: boolean;
}

/** A step on the way to marked values: what stands at this place of the text, and what is said of it. */
export interface MarkedPlace {
  readonly below: Map<string, MarkedPlace>;
  /** Index of the mark; null: no mark points here, only further down. */
  mark: number | null;
  /** What the text has here; `nothing` until it was met. */
  holds: 'nothing' | 'value' | 'empty' | 'word' | 'container';
}

export class Marks {
  readonly root: MarkedPlace = newPlace();
  readonly #marks: readonly SecretMark[];
  readonly #places: (MarkedPlace | null)[];
  readonly #problems: Problem[] = [];

  constructor(marks: readonly SecretMark[]) {
    this.#marks = marks;
    this.#places = marks.map(({ path, secret }, i) => {
      const steps = stepsOf(path);
      if (steps === null) {
        this.#refuse(i, `${JSON.stringify(path)} is not a JSON pointer, like /nodes/0/parameters/api_key.`);
        return null;
      }
      let place = this.root;
      for (const step of steps) {
        const next = place.below.get(step) ?? newPlace();
        place.below.set(step, next);
        place = next;
      }
      const before = place.mark === null ? undefined : marks[place.mark];
      if (before !== undefined && before.secret !== secret) this.#refuse(i, 'This value is marked twice, once as a secret and once as none.');
      place.mark ??= i;
      return place;
    });
  }

  /** undefined: nothing is said. */
  secretAt(place: MarkedPlace | null): boolean | undefined {
    return place === null || place.mark === null ? undefined : this.#marks[place.mark]?.secret;
  }

  /** After the whole text was met. */
  problems(): Problem[] {
    this.#places.forEach((place, i) => {
      const sentence = place === null ? null : SENTENCES[place.holds];
      // A mark that takes away may stand at anything that is there.
      if (sentence && (place?.holds === 'nothing' || this.#marks[i]?.secret)) this.#refuse(i, sentence);
    });
    return this.#problems;
  }

  #refuse(i: number, message: string): void {
    this.#problems.push({ path: `secrets[${i}].path`, message });
  }
}

const SENTENCES: Readonly<Record<MarkedPlace['holds'], string | null>> = {
  nothing: 'There is nothing at this place of the definition: it may have been changed since; take the mark out.',
  value: null,
  empty: 'This text is empty: there is nothing to keep secret.',
  word: 'Only a text or a number can be a secret; here stands true, false or null.',
  container: 'Only a text or a number can be a secret; here stands an object or a list: mark the values in it.',
};

function newPlace(): MarkedPlace {
  return { below: new Map(), mark: null, holds: 'nothing' };
}

/** null: no pointer. */
function stepsOf(path: string): string[] | null {
  if (path === '') return [];
  if (!path.startsWith('/') || /~(?![01])/.test(path)) return null;
  return path.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
