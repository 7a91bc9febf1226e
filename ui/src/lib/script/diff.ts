/** What is other in a file than in an earlier one, line by line. The comparison itself is loaded when it is asked for. */
import { MOST_SHOWN, type Script } from './bundle.ts';

export interface DiffLine {
  readonly sign: '+' | '-' | ' ';
  readonly text: string;
}

export interface Part {
  /** Its first line in the file as it is now. */
  readonly from: number;
  readonly lines: readonly DiffLine[];
}

export type Difference =
  | { readonly kind: 'same' }
  /** Too large, or too much of it, to be drawn by lines. */
  | { readonly kind: 'large' }
  | { readonly kind: 'lines'; readonly added: number; readonly removed: number; readonly parts: readonly Part[] };

const CONTEXT = 3;
const LONGEST_MS = 2_000;
/** A line of minified JSON. */
const LONGEST_LINE = 1_000;

export async function differenceOf(before: string, after: string): Promise<Difference> {
  if (before === after) return { kind: 'same' };
  if (before.length > MOST_SHOWN || after.length > MOST_SHOWN) return { kind: 'large' };
  const { structuredPatch } = await import('diff');
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: CONTEXT, timeout: LONGEST_MS });
  if (!patch) return { kind: 'large' };
  const parts = patch.hunks.map(({ newStart, lines }): Part => ({ from: newStart, lines: lines.map(lineOf).filter((line) => line !== null) }));
  const count = (sign: DiffLine['sign']) => parts.reduce((sum, { lines }) => sum + lines.filter((line) => line.sign === sign).length, 0);
  return { kind: 'lines', added: count('+'), removed: count('-'), parts };
}

/** Null: a remark that a last line has no end. */
function lineOf(line: string): DiffLine | null {
  const sign = line[0];
  if (sign !== '+' && sign !== '-' && sign !== ' ') return null;
  const text = line.slice(1);
  return { sign, text: text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)} …` : text };
}

/** Files of a script that an earlier one had otherwise, and those that it had besides. */
export function changedFiles(before: Script, after: Script): { readonly changed: ReadonlySet<string>; readonly gone: readonly string[] } {
  const texts = new Map(before.files.map(({ path, text }) => [path, text]));
  const now = new Set(after.files.map(({ path }) => path));
  return { changed: new Set(after.files.filter(({ path, text }) => texts.get(path) !== text).map(({ path }) => path)), gone: before.files.map(({ path }) => path).filter((path) => !now.has(path)) };
}
