/** Which times Locust makes one number of. */

/** `bucket_response_time` keeps two digits from 100 ms on; the default of all versions. Whoever replaces it (since 2.43.4) does so to round less. */
function step(value: number): number {
  if (value < 100) return 1;
  if (value < 1000) return 10;
  return value < 10_000 ? 100 : 1000;
}

/** 100 is all from 99.5 to 105: below it the steps are shorter. Longer than `step`, whatever the limit: 1000 may have been 1049. */
export function bucket(value: number): [least: number, most: number] {
  // A median is no bucket where the least or the most was put in its place: the bucket is less than a step away.
  if (!Number.isInteger(value)) return [Math.max(0, value - step(value)), value + step(value)];
  return [Math.max(0, value - step(value - 0.5) / 2), value + step(value) / 2];
}
