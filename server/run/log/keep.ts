/**
 * What a tool prints, as lines: without secrets, of bounded length and number. The first ones are stored as they come; of what comes
 * after them the last ones at the end, with a line that says how many are left out: a tool may print for hours.
 */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

export const FIRST_LINES = 1000;
export const LAST_LINES = 1000;
/** Characters. */
const LINE_LENGTH = 2000;

export class LogKeeper {
  /** To be stored, in order. */
  #fresh: string[] = [];
  #count = 0;
  readonly #last: string[] = [];
  #leftOut = 0;
  /** All that was printed, in bytes. */
  bytes = 0;
  readonly #mask: (text: string) => string;

  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  /** Reads it to its end, line by line; a last line without an end is one. */
  add(stream: Readable): void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      const lines = (rest + decoder.write(chunk)).split(/\r?\n|\r/);
      rest = (lines.pop() ?? '').slice(0, 2 * LINE_LENGTH);
      for (const line of lines) this.#line(line);
    });
    stream.on('end', () => {
      if (rest !== '') this.#line(rest);
    });
    stream.on('error', () => {}); // a killed process: its end is told by itself
  }

  #line(text: string): void {
    const line = plain(this.#mask(text)).slice(0, LINE_LENGTH).toWellFormed();
    if (this.#count < FIRST_LINES) {
      this.#count += 1;
      this.#fresh.push(line);
      return;
    }
    this.#last.push(line);
    if (this.#last.length > LAST_LINES) {
      this.#last.shift();
      this.#leftOut += 1;
    }
  }

  /** Lines that have come since the last call, up to the bound. */
  take(): string[] {
    return this.#fresh.splice(0);
  }

  /** The rest of them. Nothing is added afterwards. */
  takeLast(): string[] {
    const note = this.#leftOut > 0 ? [`... ${this.#leftOut} lines are left out ...`] : [];
    return [...this.take(), ...note, ...this.#last.splice(0)];
  }
}

/** Without colours, and without what no database or screen keeps; its indentation stays. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, ' ').trimEnd();
}
