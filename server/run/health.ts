/** How the generator itself did, from the gauges of each second. Pure. */
import type { Gauges } from '../metrics/interval.ts';
import type { StoredRow } from '../metrics/store.ts';
import type { ResolvedPlan } from '../script/resolve.ts';

export interface Measured {
  readonly plan: Pick<ResolvedPlan, 'steady'>;
  /** All of the run. */
  readonly rows: readonly Pick<StoredRow, 'second' | 'phase' | 'gauges'>[];
  /** Of the executions of the steady part; null: none of them has a latency. */
  readonly p50Ms: number | null;
  /** How hard it was for the generator; left out: by the gauges of `rows`. */
  readonly strain?: Strain;
  /** p99 of how late the starts of the steady part were; null: it is not known of each start (closed model, or lost with its server). */
  readonly startsLateP99Ms: number | null;
  /** That the tool can use on its machine. */
  readonly cores: number;
}

/** Of one generator in the part that is judged; null: it is not known. */
export interface Strain {
  /** Mean; 1 = one core fully used. */
  readonly cpuRatio: number | null;
  /** Of its scheduler, in most seconds. */
  readonly lagMs: number | null;
}

export interface Health {
  /** Mean over the steady part; 1 = one core fully used. null where the system does not tell. */
  readonly cpuRatio: number | null;
  /** Most that the process group held. */
  readonly memoryBytes: number | null;
  readonly latenessP99Ms: number | null;
  /** Sentences; empty: it kept up, as far as is known. */
  readonly unhealthy: readonly string[];
}

/** Of the cores that the tool can use: above it, work waits for a processor. */
const MOST_CPU = 0.8;
/** Lateness above this, and above this share of the median, would stand in the numbers as if the target had been slow. */
const MOST_LATE_MS = 10;
const MOST_LATE_SHARE = 0.05;

/** null: nobody looked, as at that of a tool whose own results were brought. */
export function keptUp({ cpuRatio, latenessP99Ms, unhealthy }: Health): boolean | null {
  return cpuRatio === null && latenessP99Ms === null ? null : unhealthy.length === 0;
}

const WHAT_HELPS = 'What helps: close other programs on its machine, ask for less load, or give it a machine of its own.';

export function strainOf(cpu: readonly number[], lag: readonly number[]): Strain {
  return { cpuRatio: cpu.length > 0 ? cpu.reduce((a, b) => a + b, 0) / cpu.length : null, lagMs: typicalWorst(lag) };
}

export function healthOf({ plan, rows, p50Ms, strain, startsLateP99Ms, cores }: Measured): Health {
  const gauges = judgedGauges(plan, rows);
  const { cpuRatio, lagMs } = strain ?? strainOf(known(gauges, 'cpuRatio'), known(gauges, 'lagMs'));
  const memory = rows.flatMap((row) => row.gauges?.memoryBytes ?? []);
  const latenessP99Ms = startsLateP99Ms ?? lagMs;
  const mayBeLateMs = Math.max(MOST_LATE_MS, MOST_LATE_SHARE * (p50Ms ?? 0));
  const unhealthy: string[] = [];
  const acceptedMs = Math.floor(mayBeLateMs);
  if (latenessP99Ms !== null && latenessP99Ms > mayBeLateMs)
    unhealthy.push(`The generator was late by ${msAbove(latenessP99Ms, acceptedMs)} (p99), and up to ${acceptedMs} ms is accepted: what was measured may be its own slowness. ${WHAT_HELPS}`);
  if (cpuRatio !== null && cpuRatio >= MOST_CPU * cores)
    unhealthy.push(`The generator used ${Math.round((100 * cpuRatio) / cores)} % of the ${cores === 1 ? 'one core' : `${cores} cores`} that it can use, and less than ${100 * MOST_CPU} % is accepted: it may have been the slow part itself. ${WHAT_HELPS}`);
  return { cpuRatio, memoryBytes: memory.length > 0 ? memory.reduce((most, bytes) => Math.max(most, bytes)) : null, latenessP99Ms, unhealthy };
}

/** Of the steady part, or of all when there is none; never of the first second, in which a tool is still getting ready. */
function judgedGauges({ steady }: Pick<ResolvedPlan, 'steady'>, rows: Measured['rows']): Gauges[] {
  return rows.flatMap(({ second, phase, gauges }) => (gauges && second > 0 && (phase === 'steady' || steady.length === 0) ? [gauges] : []));
}

/**
 * A scheduler looks at its own lateness 20 to some 200 times a second and tells the worst; in the quieter seconds that is what about 98 of 100
 * looks are within. Seconds in which the whole machine stood still, unless they are most of all, say nothing about the others.
 */
function typicalWorst(worst: readonly number[]): number | null {
  return [...worst].sort((a, b) => a - b)[Math.ceil(worst.length / 4) - 1] ?? null;
}

const known = (gauges: readonly Gauges[], name: 'cpuRatio' | 'lagMs'): number[] => gauges.flatMap((g) => g[name] ?? []);

/** Of microseconds, which is how finely it is measured. */
const MOST_DIGITS = 3;

/** With as many digits as it takes to read as more than `limit`, a whole number. */
function msAbove(value: number, limit: number): string {
  for (let digits = 0; digits <= MOST_DIGITS; digits++) {
    const rounded = Number(value.toFixed(digits));
    if (rounded > limit) return `${rounded} ms`;
  }
  return `more than ${limit} ms`;
}
