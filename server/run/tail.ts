/** Drains a stream for as long as it flows and keeps its last part: what a tool said before it broke. */
import type { Readable } from 'node:stream';

const KEPT_BYTES = 64 * 1024;

export interface Tail {
  text(): string;
  /** That have flowed. */
  readonly bytes: number;
}

export function keepTail(stream: Readable): Tail {
  let kept = Buffer.alloc(0);
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    kept = Buffer.concat([kept, chunk]);
    if (kept.length > 2 * KEPT_BYTES) kept = kept.subarray(-KEPT_BYTES);
  });
  stream.on('error', () => {}); // the reader of a killed process may see a reset; its end is told by the process itself
  return {
    text: () => (bytes > KEPT_BYTES ? fromLine(kept.subarray(-KEPT_BYTES).toString('utf8')) : kept.toString('utf8')),
    get bytes() {
      return bytes;
    },
  };
}

/** Without the line that was cut: half of a secret in it would not be known as one. */
function fromLine(text: string): string {
  const end = /[\r\n]/.exec(text);
  return end ? text.slice(end.index + 1) : '';
}
