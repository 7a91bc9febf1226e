/**
 * An objective as the scripts and the judge use it: limits in the integers that samples are counted in. The scripts derive them by the same
 * rules (`templates/shared/bundle/objective.js`); both are held to `templates/shared/vectors/objective.json`.
 */
import type { ScriptObjective } from '../../templates/framework.ts';
import type { ResolvedObjective } from './resolve.ts';

const PER_MILLE: Readonly<Record<string, number>> = { p50: 500, p90: 900, p95: 950, p99: 990, p999: 999, max: 1000 };

export function scriptObjective(objective: ResolvedObjective): ScriptObjective {
  // Of what is held to the baseline nothing can be counted while it runs: what the baseline measured is the server's to know.
  const latency = objective.metric === 'latency' && objective.value !== null;
  return {
    ...objective,
    statistic: objective.statistic,
    perMille: latency ? (PER_MILLE[objective.statistic ?? ''] ?? null) : null,
    slowerFromMicros: latency ? slowerFrom(objective.comparison, objective.value) : null,
    limitPpm: limitPpmOf(objective),
  };
}

/** `< 500 ms`: 500,000 µs is slower already; `<= 500 ms`: 500,001 µs is the first that is. */
function slowerFrom(comparison: ResolvedObjective['comparison'], value: number): number {
  // In nanoseconds first: 16.1 * 1000 is 16100.000000000002, and 2.3 * 1000 is 2299.9999999999995.
  const limitMicros = Math.round(value * 1e6) / 1000;
  return comparison === '<' ? Math.ceil(limitMicros) : Math.floor(limitMicros) + 1;
}

/** The share that may be against it: failed executions, or failed checks. null: not judged by a share. */
export function limitPpmOf({ metric, value }: Pick<ResolvedObjective, 'metric' | 'value'>): number | null {
  if (value === null) return null;
  if (metric === 'error_ratio') return Math.round(value * 1_000_000);
  return metric === 'checks_ratio' ? 1_000_000 - Math.round(value * 1_000_000) : null;
}
