/** Histograms of microseconds, 3 significant digits: they merge without loss, percentiles never do. */
import { addPacked, type Counts, decode, encode, highestAt, pack, placeOf, placeOfRank, repack, withRoomFor } from './hdr.ts';

const NOTHING: Counts = new Uint32Array(0);

const EMPTY = { count: 0, sumMicros: 0, minMicros: Number.POSITIVE_INFINITY, maxMicros: 0 };

/** Latencies of successes. Minimum, maximum, sum and count are exact beside the histogram. */
export class LatencyHistogram {
  count = 0;
  sumMicros = 0;
  minMicros = Number.POSITIVE_INFINITY;
  maxMicros = 0;
  #counts = NOTHING;

  /** Decoding costs most of all: what goes into several sums is decoded once. */
  static from({ histogram, ...exact }: StoredLatency): LatencyHistogram {
    const latency = Object.assign(new LatencyHistogram(), exact);
    latency.#counts = decode(histogram);
    return latency;
  }

  /** All of them together. */
  static of(all: readonly StoredLatency[]): LatencyHistogram {
    const [first, ...others] = all;
    const latency = first ? LatencyHistogram.from(first) : new LatencyHistogram();
    for (const other of others) latency.add(LatencyHistogram.from(other));
    return latency;
  }

  record(micros: number): void {
    const place = placeOf(Math.max(1, micros));
    if (place >= this.#counts.length) this.#counts = withRoomFor(this.#counts, place);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.count += 1;
    this.sumMicros += micros;
    if (micros < this.minMicros) this.minMicros = micros;
    if (micros > this.maxMicros) this.maxMicros = micros;
  }

  add(other: LatencyHistogram): void {
    if (other.count === 0) return;
    const last = other.#last;
    if (last >= this.#counts.length) this.#counts = withRoomFor(this.#counts, last);
    const [to, from] = [this.#counts, other.#counts];
    for (let place = other.#first; place <= last; place++) to[place] = (to[place] ?? 0) + (from[place] ?? 0);
    this.count += other.count;
    this.sumMicros += other.sumMicros;
    this.minMicros = Math.min(this.minMicros, other.minMicros);
    this.maxMicros = Math.max(this.maxMicros, other.maxMicros);
  }

  stored(): StoredLatency | null {
    if (this.count === 0) return null;
    const { count, sumMicros, minMicros, maxMicros } = this;
    return { count, sumMicros, minMicros, maxMicros, histogram: encode(this.#counts, this.#first, this.#last) };
  }

  /** For many that are kept in memory: an array each would take a hundred times as much. */
  packed(): PackedLatency {
    const { count, sumMicros, minMicros, maxMicros } = this;
    return { count, sumMicros, minMicros, maxMicros, counts: count === 0 ? '' : pack(this.#counts, this.#first, this.#last) };
  }

  addPacked({ counts, count, sumMicros, minMicros, maxMicros }: PackedLatency): void {
    if (count === 0) return;
    this.#counts = addPacked(counts, this.#counts);
    this.count += count;
    this.sumMicros += sumMicros;
    this.minMicros = Math.min(this.minMicros, minMicros);
    this.maxMicros = Math.max(this.maxMicros, maxMicros);
  }

  /** What was counted is forgotten, and its memory used again. */
  clear(): void {
    this.#counts.fill(0);
    Object.assign(this, EMPTY);
  }

  /** The value of a rank (1 = fastest), within 0.1 %, never outside the exact minimum and maximum. */
  atRank(rank: number): number {
    return this.atRanks([rank])[0] ?? 0;
  }

  /** Of several, in ascending order, with one way through the counts: each second of a long run has them. */
  atRanks(ranks: readonly number[]): number[] {
    const counts = this.#counts;
    const last = this.#last;
    let place = this.#first;
    let passed = counts[place] ?? 0;
    return ranks.map((rank) => {
      while (passed < rank && place < last) {
        place += 1;
        passed += counts[place] ?? 0;
      }
      return Math.min(Math.max(highestAt(place), this.minMicros), this.maxMicros);
    });
  }

  /** null: there is none. */
  get medianMicros(): number | null {
    return this.count > 0 ? this.atRank(Math.ceil(this.count / 2)) : null;
  }

  /** How many took so long or longer: to 0.1 % of that, and those that cannot be told from it are among them. */
  countFrom(micros: number): number {
    if (this.count === 0 || micros > this.maxMicros) return 0;
    if (micros <= this.minMicros) return this.count;
    let count = 0;
    for (let place = placeOf(Math.max(1, micros)); place <= this.#last; place++) count += this.#counts[place] ?? 0;
    return count;
  }

  get #first(): number {
    return placeOf(Math.max(1, this.minMicros));
  }

  get #last(): number {
    return placeOf(Math.max(1, this.maxMicros));
  }
}

interface Exact {
  readonly count: number;
  readonly sumMicros: number;
  readonly minMicros: number;
  readonly maxMicros: number;
}

/** `counts`: as `pack` of `hdr.ts` makes them. */
export interface PackedLatency extends Exact {
  readonly counts: string;
}

export interface StoredLatency extends Exact {
  /** HdrHistogram V2, compressed, base64. */
  readonly histogram: string;
}

/** Without the counts in between, which take most of the time; throws at what is no histogram. */
export function packedFrom({ histogram, ...exact }: StoredLatency): PackedLatency {
  return { ...exact, counts: repack(histogram) };
}

/** By nearest rank; of none it is 0. */
export function medianOf({ counts, count, minMicros, maxMicros }: PackedLatency): number {
  return Math.min(Math.max(highestAt(placeOfRank(counts, Math.ceil(count / 2))), minMicros), maxMicros);
}
