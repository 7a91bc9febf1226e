/** With fewer samples no upper 95 % bound of the percentile exists: it is a number, but says nothing. Also read by the panel. */
export const LEAST_SAMPLES: Readonly<Record<string, number>> = { p50: 5, p90: 29, p95: 59, p99: 299, p999: 2995, max: 1 };

/** A ratio below r is shown by 3/r without a failure (its upper 95 % bound). Also read by the panel. */
export const SAMPLES_OF_RATIO = 3;
