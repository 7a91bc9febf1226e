/** What a container has printed, as Azure tells it: of one that has ended, little. */
const RUNNING_BYTES = 4 * 1024 * 1024;
const [ENDED_BYTES, ENDED_LINES] = [16 * 1024, 1000];

export class ContainerLog {
  readonly #lines: string[] = [];
  isOver = false;
  /** When the last line came. */
  lastAt = performance.now();

  readonly add = (line: string): void => {
    this.#lines.push(line);
    this.lastAt = performance.now();
  };

  /** @param tail so many last lines; null: all that is kept */
  content(tail: number | null): string {
    const most = Math.min(tail ?? Number.POSITIVE_INFINITY, this.isOver ? ENDED_LINES : Number.POSITIVE_INFINITY);
    const lines = most === Number.POSITIVE_INFINITY ? this.#lines : this.#lines.slice(Math.max(0, this.#lines.length - most));
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    return text.subarray(Math.max(0, text.length - (this.isOver ? ENDED_BYTES : RUNNING_BYTES))).toString();
  }
}
