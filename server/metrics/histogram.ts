/** HDR histograms of microseconds, 3 significant digits: they merge without loss, percentiles never do. */
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Latencies of successes. Minimum, maximum, sum and count are exact beside the histogram. */
export class LatencyHistogram {
  count = 0;
  sumMicros = 0;
  minMicros = Number.POSITIVE_INFINITY;
  maxMicros = 0;
  readonly #histogram: Histogram;

  constructor(histogram: Histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 2048, autoResize: true, numberOfSignificantValueDigits: 3, useWebAssembly: false })) {
    this.#histogram = histogram;
  }

  /** Decoding costs most of all: what goes into several sums is decoded once. */
  static from({ histogram, ...exact }: StoredLatency): LatencyHistogram {
    return Object.assign(new LatencyHistogram(decodeFromCompressedBase64(histogram, 32, false)), exact);
  }

  record(micros: number): void {
    this.#histogram.recordValue(Math.max(1, micros));
    this.count += 1;
    this.sumMicros += micros;
    this.minMicros = Math.min(this.minMicros, micros);
    this.maxMicros = Math.max(this.maxMicros, micros);
  }

  add(other: LatencyHistogram): void {
    if (other.count === 0) return;
    this.#histogram.add(other.#histogram);
    this.count += other.count;
    this.sumMicros += other.sumMicros;
    this.minMicros = Math.min(this.minMicros, other.minMicros);
    this.maxMicros = Math.max(this.maxMicros, other.maxMicros);
  }

  stored(): StoredLatency | null {
    if (this.count === 0) return null;
    const { count, sumMicros, minMicros, maxMicros } = this;
    return { count, sumMicros, minMicros, maxMicros, histogram: encodeIntoCompressedBase64(this.#histogram) };
  }

  /**
   * The value of a rank (1 = fastest), within 0.1 %, never outside the exact minimum and maximum.
   * hdr-histogram-js takes floor(percentile / 100 * count + 0.5): given back the rank's own share, that is the rank.
   */
  atRank(rank: number): number {
    const value = this.#histogram.getValueAtPercentile((100 * rank) / this.count);
    return Math.min(Math.max(value, this.minMicros), this.maxMicros);
  }
}

export interface StoredLatency {
  readonly count: number;
  readonly sumMicros: number;
  readonly minMicros: number;
  readonly maxMicros: number;
  /** HdrHistogram V2, compressed, base64. */
  readonly histogram: string;
}
