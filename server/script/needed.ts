/** How many samples an objective needs before it can PASS. */
import type { ScriptObjective } from '../../templates/framework.ts';
import { LEAST_SAMPLES, SAMPLES_OF_RATIO } from './least-samples.ts';
import { limitPpmOf } from './objective.ts';

/** null: a value of the whole run, not judged by a number of samples. An error ratio below r needs 3/r without a failure. */
export function neededSamples({ metric, statistic, value }: Pick<ScriptObjective, 'metric' | 'statistic' | 'value'>): number | null {
  if (metric === 'latency') return LEAST_SAMPLES[statistic ?? ''] ?? null;
  const ppm = limitPpmOf({ metric, value });
  if (ppm === null) return null;
  return ppm === 0 ? 1 : Math.ceil((SAMPLES_OF_RATIO * 1_000_000) / ppm);
}
