/** The last lines that a tool printed, and what they are known to mean, as the end of a message. Pure. */
import type { Framework, KnownCause } from '../../templates/framework.ts';

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Characters of a line. */
const LONGEST = 300;
const LINES = 2;
/** Two texts that end in the same so many characters tell the same. */
const SAME = 40;

/** `. What it means. It said: the line that says why ... the last line`; null: it printed nothing that says anything. */
export function lastWords({ causes, problemFrom }: Pick<Framework, 'causes' | 'problemFrom'>, { stdout, stderr }: Printed): string | null {
  const problem = problemFrom(stderr, stdout);
  const last = lastLines({ stdout, stderr });
  // The problem is one of the last lines as a rule, perhaps shortened: what came before it says less.
  const at = problem === null ? -1 : last.findIndex((line) => line.includes(problem.slice(-SAME)));
  const lines = problem === null ? last : [problem, ...(at === -1 ? last.slice(-1) : last.slice(at + 1))];
  if (lines.length === 0) return null;
  // Only of what is shown: an earlier line may tell of a request that failed, which is no reason.
  const meaning = meaningOf(causes, lines);
  return `${meaning === null ? ': ' : `. ${meaning} It said: `}${shown(lines)}`;
}

/** ` Who printed last: the line before ... the last line`, where that is no reason but all that is known; empty: it printed nothing that says anything. */
export function printedLast(who: string, printed: Printed): string {
  const lines = lastLines(printed);
  return lines.length === 0 ? '' : ` ${who} printed last: ${shown(lines)}`;
}

const lastLines = ({ stdout, stderr }: Printed): string[] => linesOf(stderr.trim() === '' ? stdout : stderr).slice(-LINES);
const shown = (lines: readonly string[]): string => lines.map((line) => line.slice(0, LONGEST)).join(' ... ');

/** Of a stack, as JavaScript, Python and Go write it. */
const FRAME = /^(at |File "|\S+\.go:\d+)/;
const linesOf = (text: string): string[] => text.split(/[\r\n]+/).map((line) => line.trim()).filter((line) => line !== '' && !FRAME.test(line));

/** The sentence of the first cause that fits a line, by the last such line; null: nothing is known. */
function meaningOf(causes: readonly KnownCause[], lines: readonly string[]): string | null {
  for (const { says, means } of causes) {
    const found = lines.map((line) => says.exec(line)).findLast((match) => match !== null);
    if (found) return means(found[1] ?? '');
  }
  return null;
}
