// The latency that the table at the end shows, from buckets at most 0.1 % wide. The verdict is counted from the durations themselves.
// The same as histogram.py.

export function newHistogram() {
  /** Upper end of a bucket in microseconds -> samples in it. */
  const counts = new Map();
  let total = 0;
  let censored = 0;
  let longest = 0;

  return {
    /** @param {number} micros whole, below 2^43 */
    add(micros) {
      const shift = 32 - Math.clz32(micros / 2 ** 11);
      const bucket = (Math.floor(micros / 2 ** shift) + 1) * 2 ** shift - 1;
      counts.set(bucket, (counts.get(bucket) || 0) + 1);
      total += 1;
      longest = Math.max(longest, micros);
    },
    /** A sample slower than all others; by how much is not known. */
    addCensored() {
      censored += 1;
    },
    /**
     * Nearest rank.
     * @param {number} perMille 950 is p95, 1000 the maximum
     * @returns {number | null} microseconds; Infinity: of a censored one; null: there is no sample
     */
    at(perMille) {
      const n = total + censored;
      if (n === 0) return null;
      let rank = Math.max(1, Math.ceil((perMille * n) / 1000));
      if (rank > total) return Infinity;
      const bucket = [...counts.keys()]
        .sort((a, b) => a - b)
        .find((end) => {
          rank -= counts.get(end);
          return rank <= 0;
        });
      return Math.min(longest, bucket);
    },
  };
}
