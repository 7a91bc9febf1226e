/**
 * What a tool prints, as lines: without secrets, of bounded length and number. The first ones are stored as they come, with a line that says
 * so when more come; of these the last ones at the end, with a line that says how many are left out: a tool may print for hours.
 */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import type { Mask } from '../masked.ts';

export const FIRST_LINES = 1000;
export const LAST_LINES = 1000;
/** Characters. */
const LINE_LENGTH = 2000;
/** Instead of what comes after the first lines, for as long as the run goes on. */
export const FURTHER_LATER = '... further lines are told when the run ends ...';

export class LogKeeper {
  /** To be stored, in order. */
  #fresh: string[] = [];
  #count = 0;
  readonly #last: string[] = [];
  #leftOut = 0;
  /** All that was printed, in bytes. */
  bytes = 0;
  readonly #mask: Mask;
  /** Characters of a line that are looked at. */
  readonly #longest: number;

  constructor(mask: Mask) {
    this.#mask = mask;
    this.#longest = 2 * LINE_LENGTH + mask.longest;
  }

  /** Reads it to its end, line by line; a last line without an end is one. */
  add(stream: Readable): void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      const lines = (rest + decoder.write(chunk)).split(/\r?\n|\r/);
      // One more than is looked at: that it was cut is still to be seen.
      rest = (lines.pop() ?? '').slice(0, this.#longest + 1);
      for (const line of lines) this.#line(line);
    });
    stream.on('end', () => {
      if (rest !== '') this.#line(rest);
    });
    stream.on('error', () => {}); // a killed process: its end is told by itself
  }

  #line(text: string): void {
    const line = plain(this.#masked(text)).slice(0, LINE_LENGTH).toWellFormed();
    if (this.#count < FIRST_LINES) {
      this.#count += 1;
      this.#fresh.push(line);
      return;
    }
    if (this.#count === FIRST_LINES) {
      this.#count += 1;
      this.#fresh.push(FURTHER_LATER);
    }
    this.#last.push(line);
    if (this.#last.length > LAST_LINES) {
      this.#last.shift();
      this.#leftOut += 1;
    }
  }

  /** Half of a secret at the cut of a long line is not known as one: so much of its end goes. */
  #masked(text: string): string {
    if (text.length <= this.#longest) return this.#mask(text);
    const masked = this.#mask(text.slice(0, this.#longest));
    return masked.slice(0, Math.max(0, masked.length - this.#mask.longest));
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
