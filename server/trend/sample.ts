/** A few numbers that were measured in the same way: their mean, how far they scatter, how sure that makes the mean. */

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Their mean need not be that value to the last bit. */
export function areAllSame(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/** Unbiased; 0 of a single one. */
export function varianceOf(values: readonly number[]): number {
  if (areAllSame(values)) return 0;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** A variance of something that was estimated, and how well it is known. */
export interface Uncertainty {
  readonly variance: number;
  /** Degrees of freedom. */
  readonly freedom: number;
}

/** Of a sum of independent estimates (Welch 1947, Satterthwaite 1946). */
export function together(parts: readonly Uncertainty[]): Uncertainty {
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const shares = parts.reduce((sum, part) => sum + (part.variance > 0 ? part.variance ** 2 / part.freedom : 0), 0);
  return { variance, freedom: shares > 0 ? variance ** 2 / shares : Number.POSITIVE_INFINITY };
}
