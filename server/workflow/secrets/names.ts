/** Names of environment variables for secrets: `SECRET_<NODE ID>_<KEY>`, and one text has one variable. */
const MOST = 100;

/** Where a secret stands, in words for its name. */
export interface Place {
  /** null: outside of a node. */
  readonly node: string | null;
  readonly key: string;
}

export class VariableNames {
  readonly #byText = new Map<string, string>();
  readonly #taken: Set<string>;
  /** How often a name was wished for: the next number behind it. */
  readonly #wished = new Map<string, number>();

  /** @param taken names that the plan gives to other variables */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** @param identity two secrets with the same one share a variable */
  nameFor(identity: string, place: Place): string {
    const known = this.#byText.get(identity);
    if (known !== undefined) return known;
    const wish = wishFor(place);
    let number = this.#wished.get(wish) ?? 1;
    let name = numbered(wish, number);
    while (this.#taken.has(name)) {
      number += 1;
      name = numbered(wish, number);
    }
    this.#wished.set(wish, number);
    this.#taken.add(name);
    this.#byText.set(identity, name);
    return name;
  }
}

function wishFor({ node, key }: Place): string {
  return ['SECRET', node ?? '', key].map(word).filter((part) => part !== '').join('_').slice(0, MOST);
}

function numbered(wish: string, number: number): string {
  const suffix = number === 1 ? '' : `_${number}`;
  return `${wish.slice(0, MOST - suffix.length)}${suffix}`;
}

/** Capitals, digits and _ only; runs of anything else are one _. */
function word(text: string): string {
  return text.slice(0, 2 * MOST).replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '').toUpperCase();
}
