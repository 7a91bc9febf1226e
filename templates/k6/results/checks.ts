/** Checks by name: k6 does not say which request they look at. */
import type { ToldCheck } from '../../results.ts';

/** A name may hold an id: further ones are counted together. */
const MOST_NAMES = 200;
const FURTHER_NAMES = 'other';

export class ToldChecks {
  readonly #counts = new Map<string, { passed: number; failed: number }>();

  /** false: it is no check. @param value 1: passed, 0: failed */
  add(name: string, value: number): boolean {
    if (name === '' || (value !== 0 && value !== 1)) return false;
    const counts = this.#counts.get(name) ?? this.#newCounts(name);
    if (value === 1) counts.passed += 1;
    else counts.failed += 1;
    return true;
  }

  told(): readonly ToldCheck[] {
    return [...this.#counts].map(([name, counts]) => ({ name, ...counts }));
  }

  #newCounts(name: string): { passed: number; failed: number } {
    const counted = this.#counts.size < MOST_NAMES ? name : FURTHER_NAMES;
    const counts = this.#counts.get(counted) ?? { passed: 0, failed: 0 };
    this.#counts.set(counted, counts);
    return counts;
  }
}
