/** The bytes of results that somebody brought: a text, or an upload; unpacked where they are gzip, and bounded. */
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { Refusal } from '../../refusal.ts';

/** Disposed of, its file is let go: until then it can be read, also when it was removed. */
export interface Source extends AsyncDisposable {
  /** The first bytes, unpacked. */
  readonly head: Buffer;
  /** All bytes, unpacked; can be read more than once. Throws a Refusal when they are damaged, or too many. */
  bytes(): AsyncGenerator<Buffer>;
}

const HEAD_BYTES = 64 * 1024;
/** Each is read at a stretch, and some lines take long: nobody else waits for many of them. */
const CHUNK_BYTES = 256 * 1024;
/** No byte is packed into less than a thousandth of itself. */
const MOST_OF_HEAD_BYTES = 2048 * HEAD_BYTES;
/** Unpacked. A file of a few kilobytes can be unpacked into more than a disk holds. */
const MOST_UNPACKED_BYTES = 16e9;

export function textSource(text: string): Source {
  const bytes = Buffer.from(text);
  return { head: bytes.subarray(0, HEAD_BYTES), bytes: () => inOne(bytes), [Symbol.asyncDispose]: async () => {} };
}

export async function fileSource(path: string): Promise<Source> {
  await using opened = new AsyncDisposableStack();
  const file = opened.use(await open(path));
  const first = await firstOf(file);
  const isPacked = first[0] === 0x1f && first[1] === 0x8b;
  const head = isPacked ? unpackedStart(first, first.length < HEAD_BYTES) : first;
  const own = opened.move();
  return { head, bytes: () => (isPacked ? unpacked(file) : whole(file)), [Symbol.asyncDispose]: () => own.disposeAsync() };
}

async function firstOf(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** As far as these bytes go. @param isAll there are no others */
function unpackedStart(first: Buffer, isAll: boolean): Buffer {
  try {
    return gunzipSync(first, { finishFlush: isAll ? constants.Z_FINISH : constants.Z_SYNC_FLUSH, maxOutputLength: MOST_OF_HEAD_BYTES }).subarray(0, HEAD_BYTES);
  } catch {
    throw damaged();
  }
}

async function* inOne(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** No stream of the file: one that is not read to its end would keep it from being closed. */
async function* whole(file: FileHandle): AsyncGenerator<Buffer> {
  for (let at = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function* unpacked(file: FileHandle): AsyncGenerator<Buffer> {
  let bytes = 0;
  const gunzip = createGunzip();
  // What goes wrong in either of them is thrown by the loop.
  pipeline(whole(file), gunzip).catch(() => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_UNPACKED_BYTES) throw new Refusal('limit_exceeded', `Unpacked, these results are more than ${MOST_UNPACKED_BYTES / 1e9} GB: leave parts of them out.`);
      yield chunk;
    }
  } catch (error) {
    throw typeof (error as NodeJS.ErrnoException).errno === 'number' && String((error as NodeJS.ErrnoException).code).startsWith('Z_') ? damaged() : error;
  }
}

function damaged(): Refusal {
  return new Refusal('invalid_results', 'This file begins as gzip, but cannot be unpacked: it is cut or damaged. Bring it again.');
}
