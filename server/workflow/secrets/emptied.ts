/** Inputs as they are offered to a plan, where they would stand in clear: an empty text in the place of each secret says what is asked for. */
import { findIn, MOST_FINDINGS } from './find.ts';
import { Marks } from './marks.ts';

/** @param inputs JSON text, and all else stays as it is; null: more secrets than are looked for */
export function emptied(inputs: string, nodeIds: ReadonlySet<string>): string | null {
  const found = findIn(inputs, new Marks([]), nodeIds);
  if (found.length === 0) return inputs;
  if (found.length > MOST_FINDINGS) return null;
  const pieces: string[] = [];
  let behind = 0;
  for (const { from, to, kind } of found) {
    pieces.push(inputs.slice(behind, from), kind === 'number' ? '""' : '');
    behind = to;
  }
  return `${pieces.join('')}${inputs.slice(behind)}`;
}
