/**
 * The lines of one shard, each once. Azure knows no place in a log: it tells all of it, 4 MB at most, or so many last lines. So the
 * last lines that were told are looked for in what comes, and what follows them is new.
 */

/** So many lines together stand in no other place of a log: most are numbered. */
const KNOWN = 12;
/** Of last lines that are asked for: at least, and more than what has come since they were asked for last. */
const [LEAST, ROOM, MORE] = [60, 3, 8];

/** null: there is nothing. @param lines how many last ones; null: all */
export type Printed = (lines: number | null) => Promise<string | null>;

export class LogReader {
  readonly #printed: Printed;
  readonly #tell: (line: string) => void;
  #known: readonly string[] = [];
  #lately = LEAST;

  constructor(printed: Printed, tell: (line: string) => void) {
    this.#printed = printed;
    this.#tell = tell;
  }

  /** @param isOver nothing follows: also a last line is told that has no end. @returns how many lines were told */
  async read(isOver = false): Promise<number> {
    const first = this.#known.length === 0;
    for (let wanted: number | null = first ? null : Math.max(LEAST, this.#lately * ROOM); ; wanted = wanted !== null && wanted < LEAST * MORE ** 2 ? wanted * MORE : null) {
      const content = await this.#printed(wanted);
      if (content === null) return 0;
      const lines = linesOf(content, isOver);
      const from = first ? 0 : this.#after(lines);
      if (from !== null) return this.#take(lines.slice(from));
      // More was printed than is kept: all of it is new, but for the first line, which may begin in its middle.
      if (wanted === null) return this.#take(lines.slice(1));
    }
  }

  #take(lines: readonly string[]): number {
    for (const line of lines) this.#tell(line);
    this.#known = [...this.#known, ...lines].slice(-KNOWN);
    this.#lately = lines.length;
    return lines.length;
  }

  /** Where what is new begins; null: what was told is not among it. */
  #after(lines: readonly string[]): number | null {
    const known = this.#known;
    for (let end = lines.length; end >= known.length; end--) {
      if (known.every((line, i) => lines[end - known.length + i] === line)) return end;
    }
    return null;
  }
}

/** What has no end is still being printed. */
export function linesOf(content: string, isOver: boolean): string[] {
  const lines = content.split(/\r?\n/);
  const rest = lines.pop() ?? '';
  return isOver && rest !== '' ? [...lines, rest] : lines;
}
