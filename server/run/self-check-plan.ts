/** What is asked of the echo before a run: of the same kind as the run's own plan, but small. Pure. */
import { type Load, peakOf } from '../script/load.ts';
import type { TestPlan } from '../script/plan.ts';
import { proposedMaxUsers } from '../script/presets.ts';
import type { ResolvedPlan } from '../script/resolve.ts';

/** Shorter runs are not worth the wait. */
const FROM_MS = 30_000;
const CHECK_MS = 3000;
/** Connections are opened, code becomes warm. */
const WARM_UP_MS = 500;
const MOST_USERS = 2;
/** Two users with this think time make at most 200 requests per second: no tool is busy with that. */
const THINK_MS = 10;
const MOST_PER_SECOND = 100;
/** Fewer starts would say nothing in three seconds. */
const LEAST_PER_SECOND = 5;

/** A plan with a number of iterations is over when they are, whatever its stages say. */
export function isWorthACheck({ durationMs, load }: Pick<ResolvedPlan, 'durationMs' | 'load'>): boolean {
  return durationMs >= FROM_MS && load.maxIterations === null;
}

export function checkPlan(load: Load, baseUrl: string): TestPlan {
  const peak = peakOf(load.stages);
  const common = { target: { preset: 'studio', baseUrl } as const, warmUpMs: WARM_UP_MS, requestTimeoutMs: 2000 };
  if (load.model === 'open' && peak <= MOST_PER_SECOND) {
    const ratePerSecond = Math.max(peak, LEAST_PER_SECOND);
    return { ...common, load: { open: { stages: [{ durationMs: 0, ratePerSecond }, { durationMs: CHECK_MS, ratePerSecond }], maxUsers: proposedMaxUsers(ratePerSecond) } } };
  }
  const users = load.model === 'open' ? MOST_USERS : Math.min(peak, MOST_USERS);
  return { ...common, thinkTime: { minMs: THINK_MS, maxMs: THINK_MS }, load: { closed: { stages: [{ durationMs: 0, users }, { durationMs: CHECK_MS, users }] } } };
}
