/** Where the scan is: from the outermost value down to the next one. */
import { decoded } from '../json-scan.ts';

/** One object or list on the way. */
export interface Level {
  /** In a list: of the value that was last; -1 in an object. */
  index: number;
  /** Of the key that was last, between its quotes. */
  keyFrom: number;
  keyTo: number;
}

/** The steps to the present value, decoded. */
export function stepsTo(text: string, levels: readonly Level[]): string[] {
  return levels.map(({ index, keyFrom, keyTo }) => (index >= 0 ? String(index) : decoded(text.slice(keyFrom, keyTo))));
}

/** RFC 6901. */
export function pointerOf(steps: readonly string[]): string {
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
