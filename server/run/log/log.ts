/** The log of a run while it runs: what the tool prints is stored once a second. Losing a line of it ends no run. */
import type { Readable } from 'node:stream';
import type { Mask } from '../masked.ts';
import { LogKeeper } from './keep.ts';

const EVERY_MS = 1000;

export interface RunLogOptions {
  readonly mask: Mask;
  /** `from`: number of the first line. */
  store(from: number, lines: readonly string[]): Promise<void>;
  onTrouble(error: unknown): void;
}

export class RunLog implements AsyncDisposable {
  readonly #keeper: LogKeeper;
  readonly #options: RunLogOptions;
  readonly #timer: NodeJS.Timeout;
  #next = 0;
  #storing: Promise<void> = Promise.resolve();

  constructor(options: RunLogOptions) {
    this.#options = options;
    this.#keeper = new LogKeeper(options.mask);
    this.#timer = setInterval(() => this.#store(this.#keeper.take()), EVERY_MS);
  }

  add(stream: Readable): void {
    this.#keeper.add(stream);
  }

  /** All that was printed. */
  get bytes(): number {
    return this.#keeper.bytes;
  }

  #store(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const from = this.#next;
    this.#next += lines.length;
    this.#storing = this.#storing.then(() => this.#options.store(from, lines)).catch((error: unknown) => this.#options.onTrouble(error));
  }

  /** Stores the rest; nothing is pending afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#store(this.#keeper.takeLast());
    await this.#storing;
  }
}
