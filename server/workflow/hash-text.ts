/** SHA-256 of long texts, without a copy of them as bytes. */
import type { Hash } from 'node:crypto';

const PIECE = 64 * 1024;

/** Adds the UTF-8 bytes of a text, piece by piece. A piece never ends within a character. */
export function addText(hash: Hash, text: string): Hash {
  for (let from = 0; from < text.length; ) {
    const to = Math.min(text.length, from + PIECE);
    const cut = isHigh(text.charCodeAt(to - 1)) && to < text.length ? to - 1 : to;
    hash.update(text.slice(from, cut), 'utf8');
    from = cut;
  }
  return hash;
}

const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff;
