/**
 * Bytes to lines at LF only: `readline` would also split at U+2028, which may stand unescaped in a detail. A line over
 * the bound (the first line holds the plan, whose inputs may have 10 MB) is given as an empty line, which parses as unreadable: counted, and memory stays flat.
 */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const LF = 10;

export async function* readLines(stream: AsyncIterable<Buffer>, maxBytes = MAX_LINE_BYTES): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(LF, from); at !== -1; at = chunk.indexOf(LF, from)) {
      const part = chunk.subarray(from, at);
      from = at + 1;
      const tooLong = restBytes + part.length > maxBytes;
      const line = tooLong ? '' : rest.length > 0 ? Buffer.concat([...rest, part]).toString('utf8') : part.toString('utf8');
      rest = [];
      restBytes = 0;
      yield line;
    }
    const tail = chunk.subarray(from);
    restBytes += tail.length;
    if (restBytes <= maxBytes && tail.length > 0) rest.push(tail);
  }
  // What has no LF was cut while it was written: an incomplete line, given as it is (it will hardly parse).
  if (restBytes > 0) yield restBytes > maxBytes ? '' : Buffer.concat(rest).toString('utf8');
}
