/** Bytes looked at four at a time: a byte at a time takes several times as long. */

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** Of a text in ASCII. */
export const wordOf = (text: string): DataView => viewOf(new TextEncoder().encode(text));

export function isAt(view: DataView, at: number, word: DataView): boolean {
  const { byteLength } = word;
  if (at < 0 || at + byteLength > view.byteLength) return false;
  const last = byteLength - 4;
  for (let i = 0; i < last; i += 4) if (view.getInt32(at + i) !== word.getInt32(i)) return false;
  // The last four may hold some that were seen.
  if (last >= 0) return view.getInt32(at + last) === word.getInt32(last);
  for (let i = 0; i < byteLength; i++) if (view.getUint8(at + i) !== word.getUint8(i)) return false;
  return true;
}

/** Two at once: each step waits for the one before it. */
export function hashOf(view: DataView, from: number, to: number): number {
  let even = to - from;
  let odd = 0;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    even = (Math.imul(even, 31) + view.getInt32(at)) | 0;
    odd = (Math.imul(odd, 31) + view.getInt32(at + 4)) | 0;
  }
  let hash = even ^ Math.imul(odd, 17);
  for (; at < to; at++) hash = (Math.imul(hash, 31) + view.getUint8(at)) | 0;
  return hash ^ (hash >>> 10) ^ (hash >>> 20);
}
