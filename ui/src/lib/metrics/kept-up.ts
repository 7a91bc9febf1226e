/** Whether the machine that made the load kept up. Pure. */

export interface Measured {
  readonly cpuRatio: number | null;
  readonly latenessP99Ms: number | null;
  readonly saturated: boolean;
}

/** Without processor time and without lateness nothing speaks for it: that nothing speaks against it either is no yes. */
export function keptUp(generator: Measured | null): 'healthy' | 'saturated' | 'notMeasured' {
  if (generator?.saturated) return 'saturated';
  return generator === null || (generator.cpuRatio === null && generator.latenessP99Ms === null) ? 'notMeasured' : 'healthy';
}
