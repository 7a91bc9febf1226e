/** Values of environment variables, typed for the next runs of this tab. In memory only: never stored, never in an address. */
import { SvelteMap } from 'svelte/reactivity';

class Environment {
  readonly #values = new SvelteMap<string, string>();

  valueOf(name: string): string {
    return this.#values.get(name) ?? '';
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** Those of `names` that have a value, in the shape of `StartRunInput.environment`. */
  take(names: readonly string[]): { name: string; value: string }[] {
    return names.filter((name) => this.valueOf(name) !== '').map((name) => ({ name, value: this.valueOf(name) }));
  }
}

export const environment = new Environment();
