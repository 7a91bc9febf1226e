/** The versions of a tool in words, so that its `tool.ts` is the one place that says them. */
import type { Tool } from '../framework.ts';

/**
 * @returns least: the lowest version of the range; words: "2.47.0 or newer, below 3"
 * Throws where the range is not of the form `>=2.47.0 <3`.
 */
export function versionsOf({ range }: Pick<Tool, 'range'>): { readonly least: string; readonly words: string } {
  const [, least, end] = /^>=(\S+) <(\S+)$/.exec(range) ?? [];
  if (least === undefined || end === undefined) throw new RangeError(`no range that a README can say: ${range}`);
  return { least, words: `${least} or newer, below ${end}` };
}
