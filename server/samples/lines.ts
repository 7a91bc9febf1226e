/**
 * Bytes to samples, a chunk at a time. Lines end at LF only: U+2028 may stand unescaped in a detail. What is no line of the protocol is null,
 * and so is what is too long to be one: it is counted, and memory stays flat.
 */
import { Cut } from './cut.ts';
import { parseLine } from './parse.ts';
import { RequestReader } from './request-reader.ts';
import type { SampleLine } from './sample.ts';

/** The first line holds the plan, whose inputs may have 10 MB. */
const MAX_BEGIN_BYTES = 32 * 1024 * 1024;
/** Names of failed checks are the longest that any other line holds. */
const MAX_BYTES = 1024 * 1024;
/** Of a shorter line it need not be found out. */
const LEAST_BYTES = '["gauge",0]'.length;
const LF = 10;

/** The lines that each chunk completes, in order. */
export async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator<readonly (SampleLine | null)[]> {
  const reader = new SampleReader();
  for await (const chunk of stream) yield reader.read(chunk);
  yield reader.end();
}

class SampleReader {
  readonly #requests = new RequestReader();
  readonly #cut = new Cut();
  #maxBytes = MAX_BEGIN_BYTES;

  read(chunk: Buffer): (SampleLine | null)[] {
    const lines: (SampleLine | null)[] = [];
    const end = chunk.lastIndexOf(LF) + 1;
    let at = 0;
    if (end > 0 && this.#cut.length > 0) {
      at = chunk.indexOf(LF) + 1;
      this.#cut.add(chunk.subarray(0, at), this.#maxBytes);
      lines.push(this.#cutLine());
    }
    while (at < end) {
      const request = this.#requests.read(chunk, at);
      const to = request ? this.#requests.at : chunk.indexOf(LF, at) + 1;
      lines.push(to - at > this.#maxBytes ? null : (request ?? this.#other(chunk.subarray(at, to))));
      at = to;
    }
    if (at < chunk.length) this.#cut.add(chunk.subarray(at), this.#maxBytes);
    return lines;
  }

  /** What has no end was cut while it was written: it will hardly be a line, but it is told. */
  end(): (SampleLine | null)[] {
    return this.#cut.length > 0 ? [this.#cutLine()] : [];
  }

  #cutLine(): SampleLine | null {
    const bytes = this.#cut.take(this.#maxBytes);
    return bytes && (this.#requests.read(bytes, 0) ?? this.#other(bytes));
  }

  /** @param bytes with the line's end, which is white space to JSON */
  #other(bytes: Buffer): SampleLine | null {
    const line = bytes.length < LEAST_BYTES ? null : parseLine(bytes.toString('utf8'));
    if (line?.kind === 'begin') this.#maxBytes = MAX_BYTES;
    return line;
  }
}
