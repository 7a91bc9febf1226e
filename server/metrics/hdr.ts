/**
 * HdrHistogram's way to count values with 3 digits, and its format V2 (https://github.com/HdrHistogram/HdrHistogram): the first 2048 values
 * have a place each, and every further power of two has 1024. Own code: a row is encoded each second and name, and every sample is counted.
 */
import { constants, deflateSync, inflateSync } from 'node:zlib';

const HALF = 1024;
const HALF_BITS = 10;

/** Counts by place. */
export type Counts = Uint32Array<ArrayBuffer>;

/** @param value a whole number from 1 to 2^53 */
export function placeOf(value: number): number {
  if (value < 2 * HALF) return value;
  if (value < 2 ** 31) {
    const shift = 31 - Math.clz32(value) - HALF_BITS;
    return shift * HALF + (value >>> shift);
  }
  // Beyond what bits can be counted of.
  const shift = 61 - Math.clz32(Math.floor(value / 2 ** 30)) - HALF_BITS;
  return shift * HALF + Math.floor(value / 2 ** shift);
}

/** The highest value that is counted at a place. */
export function highestAt(place: number): number {
  const shift = Math.max(0, Math.floor(place / HALF) - 1);
  return (place - shift * HALF + 1) * 2 ** shift - 1;
}

/** Of what a number can still tell to the last microsecond. */
const LAST_PLACE = placeOf(Number.MAX_SAFE_INTEGER);

/** Of four powers of two: latencies of one second seldom differ by more, so that it hardly ever grows twice. */
const ROOM = 4 * HALF;

export function withRoomFor(counts: Counts, place: number): Counts {
  const grown = new Uint32Array((Math.floor(place / ROOM) + 1) * ROOM);
  grown.set(counts);
  return grown;
}

const COOKIE = 0x1c849303 | 0x10;
const COMPRESSED_COOKIE = 0x1c849304 | 0x10;
const HEADER_BYTES = 40;
const DIGITS = 3;
/** 33 bits: a count, and whether it is one. */
const MAX_COUNT_BYTES = 5;

/** Compressing is most of the work. With its usual memory of 256 kB it takes half as long again; and the second of a few hundred requests is short as it is. */
const LITTLE_MEMORY = { windowBits: 12, memLevel: 5 };
const NOT_AT_ALL = { ...LITTLE_MEMORY, level: constants.Z_NO_COMPRESSION };
const FEW_BYTES = 1024;
/** Around such a block: 7 before it, a sum after it. */
const STORED_BYTES = 11;

/** What is encoded is put here first, and what was packed before it is read. */
let scratch = Buffer.alloc(0);

/** V2, compressed, base64. Places before the first and after the last are empty. */
export function encode(counts: Counts, first: number, last: number): string {
  const bytes = withScratch(HEADER_BYTES + mostBytes(first, last));
  const at = putCounts(bytes, HEADER_BYTES, counts, first, last);
  bytes.fill(0, 0, HEADER_BYTES);
  bytes.writeInt32BE(COOKIE, 0);
  bytes.writeInt32BE(at - HEADER_BYTES, 4);
  bytes.writeInt32BE(DIGITS, 12);
  bytes.writeInt32BE(1, 20); // lowest value
  bytes.writeBigInt64BE(BigInt(highestAt(Math.max(last, 2 * HALF - 1))), 24); // less is refused by others
  bytes.writeDoubleBE(1, 32); // what values are multiplied with
  const compressed = deflateSync(bytes.subarray(0, at), at < FEW_BYTES ? NOT_AT_ALL : LITTLE_MEMORY);
  const head = Buffer.alloc(8);
  head.writeInt32BE(COMPRESSED_COOKIE, 0);
  head.writeInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]).toString('base64');
}

/** Of 3 digits; throws at anything else. */
export function decode(text: string): Counts {
  const bytes = unwrapped(text);
  return addCounts(bytes, HEADER_BYTES, bytes.length, new Uint32Array(placeOf(Number(bytes.readBigInt64BE(24))) + 1));
}

/** The counts of what was encoded, as `pack` makes them; throws as `decode` does. */
export function repack(text: string): string {
  const bytes = unwrapped(text);
  eachCount(bytes, HEADER_BYTES, bytes.length, () => true);
  return bytes.toString('latin1', HEADER_BYTES);
}

function unwrapped(text: string): Buffer {
  const compressed = Buffer.from(text, 'base64');
  if (compressed.readInt32BE(0) !== COMPRESSED_COOKIE) throw new Error('not a compressed histogram of version 2');
  const bytes = inflated(compressed.subarray(8));
  if (bytes.readInt32BE(0) !== COOKIE || bytes.readInt32BE(12) !== DIGITS) throw new Error('not a histogram of version 2 with 3 digits');
  return bytes;
}

/** What was not compressed at all stands there as it is (RFC 1950 and 1951: one block, stored): zlib would take longer to start than for all the rest. */
function inflated(bytes: Buffer): Buffer {
  const isStored = bytes[2] === 1 && bytes.readUInt16LE(3) === bytes.length - STORED_BYTES;
  return isStored ? bytes.subarray(7, -4) : inflateSync(bytes);
}

/** The counts of V2 and nothing else, a character each byte. */
export function pack(counts: Counts, first: number, last: number): string {
  const bytes = withScratch(mostBytes(first, last));
  return bytes.toString('latin1', 0, putCounts(bytes, 0, counts, first, last));
}

/** Returns the counts with what was packed added: the same array, if it has room. */
export function addPacked(packed: string, counts: Counts): Counts {
  const bytes = withScratch(packed.length);
  return addCounts(bytes, 0, bytes.write(packed, 0, 'latin1'), counts);
}

/** Where a rank (1 = fastest) is counted. */
export function placeOfRank(packed: string, rank: number): number {
  const bytes = withScratch(packed.length);
  let passed = 0;
  let at = 0;
  eachCount(bytes, 0, bytes.write(packed, 0, 'latin1'), (place, count) => {
    passed += count;
    at = place;
    return passed < rank;
  });
  return at;
}

function withScratch(most: number): Buffer {
  if (scratch.length < most) scratch = Buffer.alloc(most);
  return scratch;
}

const mostBytes = (first: number, last: number): number => MAX_COUNT_BYTES * (last - first + 2);

function putCounts(bytes: Buffer, from: number, counts: Counts, first: number, last: number): number {
  let at = from;
  let empty = first;
  for (let place = first; place <= last; place++) {
    const count = counts[place] ?? 0;
    if (count === 0) empty += 1;
    else {
      if (empty > 0) at = put(bytes, at, 2 * empty - 1);
      empty = 0;
      at = put(bytes, at, 2 * count);
    }
  }
  return at;
}

function addCounts(bytes: Buffer, from: number, end: number, to: Counts): Counts {
  let counts = to;
  eachCount(bytes, from, end, (place, count) => {
    if (place >= counts.length) counts = withRoomFor(counts, place);
    counts[place] = (counts[place] ?? 0) + count;
    return true;
  });
  return counts;
}

/** @param look false: no further */
function eachCount(bytes: Buffer, from: number, end: number, look: (place: number, count: number) => boolean): void {
  let place = 0;
  for (let at = from; at < end; ) {
    let value = 0;
    let factor = 1;
    let byte = 0x80;
    for (; byte >= 0x80; factor *= 128) {
      byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * factor;
    }
    // Odd: so many empty places.
    if (value % 2 === 1) place += (value + 1) / 2;
    else if (place > LAST_PLACE) throw new Error('a histogram counts what nothing takes');
    else if (!look(place++, value / 2)) return;
  }
}

/** LEB128: 7 bits each, the lowest first, and a mark on all but the last. Returns the place after it. */
function put(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80;
  bytes[at++] = rest;
  return at;
}
