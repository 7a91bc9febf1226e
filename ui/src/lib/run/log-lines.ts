/** The lines of a log that are kept for the eye: the last ones, numbered from the first line of the run. Pure. */

/** More would make the page slow; the file has them all. */
export const MOST_LINES = 1000;

export interface KeptLines {
  /** Number of the first of them; as many came before it. */
  readonly first: number;
  readonly lines: readonly string[];
}

export const NO_LINES: KeptLines = { first: 0, lines: [] };

export const nextOf = ({ first, lines }: KeptLines): number => first + lines.length;

/** @param nextLine the number of the line after `lines`. What is there already is not added again. */
export function withLines(kept: KeptLines, { nextLine, lines }: { readonly nextLine: number; readonly lines: readonly string[] }): KeptLines {
  const fresh = lines.slice(Math.max(0, nextOf(kept) - (nextLine - lines.length)));
  if (fresh.length === 0) return kept;
  const all = [...kept.lines, ...fresh];
  return { first: nextLine - Math.min(all.length, MOST_LINES), lines: all.slice(-MOST_LINES) };
}

/** Tools say it in words; the colour only helps to find them. */
export function toneOf(line: string): 'fail' | 'warn' | '' {
  if (/\b(ERROR|CRITICAL|FATAL)\b|level=(error|fatal)|^Traceback\b|^(Uncaught )?\w*(Error|Exception)\b/.test(line)) return 'fail';
  return /\bWARN(ING)?\b|level=warn/.test(line) ? 'warn' : '';
}
