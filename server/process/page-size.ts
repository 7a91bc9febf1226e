/** Bytes of a page of memory, which the system counts in: 4 kB on most machines, 16 or 64 kB on some. */
import { readFileSync } from 'node:fs';

/** Its key in what the kernel gives each program at its start: pairs of words (getauxval(3)). */
const AT_PAGESZ = 6n;
const USUAL = 4096;

export function pageBytes(readAuxiliary: () => Uint8Array = () => readFileSync('/proc/self/auxv')): number {
  try {
    // Copied: words begin at multiples of 8.
    const words = new BigUint64Array(Uint8Array.from(readAuxiliary()).buffer);
    for (let at = 0; at + 1 < words.length; at += 2) if (words[at] === AT_PAGESZ) return Number(words[at + 1]);
  } catch {
    // the system does not tell
  }
  return USUAL;
}
