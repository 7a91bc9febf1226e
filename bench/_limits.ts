/** What making a script may cost, against what it did cost. */

export interface Limits {
  /** Times JSON.stringify of the same object; null: not limited. */
  readonly times: number | null;
  readonly ms: number;
  /** Times the definition. */
  readonly memory: number;
}

export interface Cost {
  readonly ms: number;
  readonly stringifyMs: number;
  readonly memory: number;
}

/** One line for each limit that was missed; empty: all were kept. @param what of which it is the cost */
export function missedLimits(what: string, limits: Limits, { ms, stringifyMs, memory }: Cost): string[] {
  const line = (cost: string, most: string) => `MISSED: ${what} ${cost}, at most ${most}`;
  const times = ms / stringifyMs;
  return [
    ...(limits.times !== null && !(times <= limits.times) ? [line(`takes ${times.toFixed(2)} x JSON.stringify`, `${limits.times} x`)] : []),
    ...(ms <= limits.ms ? [] : [line(`takes ${ms.toFixed(0)} ms`, `${limits.ms} ms`)]),
    ...(memory <= limits.memory ? [] : [line(`takes ${memory.toFixed(2)} x the definition of memory`, `${limits.memory} x`)]),
  ];
}
