/** Memory that does not grow: what is held after a tenth of the work against what is held at its end. */

/** Bytes that are held; `bench/run.ts` starts each bench so that it can ask. */
export function held(): number {
  if (!globalThis.gc) throw new Error('start it with node --expose-gc');
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Compiled code and caches still come to this. */
const SOME_BYTES = 2_000_000;
const SHARE = 0.05;

/** With fewer looks at it nothing can be said of it. */
const LEAST_LOOKS = 10;

export const afterATenth = (samples: readonly number[]): number => samples[Math.floor(samples.length / 10)] ?? Number.NaN;

/** One line when it grew; empty: it is flat. @param samples after equal parts of the work */
export function missedFlat(what: string, samples: readonly number[]): string[] {
  if (samples.length < LEAST_LOOKS) return [`MISSED: the memory of ${what} was looked at ${samples.length} times, at least ${LEAST_LOOKS} are needed`];
  const first = afterATenth(samples);
  const last = samples.at(-1) ?? Number.NaN;
  if (last <= first * (1 + SHARE) + SOME_BYTES) return [];
  return [`MISSED: ${what} holds ${megabytes(last)} at the end and held ${megabytes(first)} after a tenth: it grows`];
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
