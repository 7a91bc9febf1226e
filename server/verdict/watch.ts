/**
 * Objectives that may stop a run: one that was broken over its whole window of finished seconds. The same rule as in the
 * scripts (`templates/shared/bundle/watch.js`), fed with interval rows; both are held to `templates/shared/vectors/watch.json`.
 */
import type { ScriptObjective } from '../../templates/framework.ts';
import type { Batch, IntervalRow } from '../metrics/interval.ts';
import { LEAST_IN_WINDOW } from '../script/early-stop.ts';
import { scriptObjective } from '../script/objective.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { allowedOf } from './judge.ts';
import { countedFor, isJudgedOn, NOTHING, type ObjectiveTally, sumOfTallies } from './tally.ts';

/** An objective that was broken over its window. */
export interface Broken {
  /** Its number in the plan. */
  readonly index: number;
  /** Judged in the window. */
  readonly n: number;
  /** Against it. */
  readonly k: number;
  /** So many may be. */
  readonly allowed: number;
  /** Seconds of the plan: the window, its end excluded. */
  readonly from: number;
  readonly until: number;
}

export interface Watch {
  /**
   * @param batch what came since the last call; null: nothing
   * @param until all seconds before this one are over
   * @returns the first objective that was broken over its window; null: none
   */
  brokenAt(batch: Batch | null, until: number): Broken | null;
}

export interface WatchedPlan {
  readonly steady: ResolvedPlan['steady'];
  readonly objectives: readonly ScriptObjective[];
}

/** null: no objective of this plan stops a run. */
export function newWatch({ steady, objectives }: Pick<ResolvedPlan, 'steady' | 'objectives'>): Watch | null {
  return watchOf({ steady, objectives: objectives.map(scriptObjective) });
}

export function watchOf({ steady, objectives }: WatchedPlan): Watch | null {
  const windows = objectives.map(({ abortAfterMs }) => Math.ceil((abortAfterMs ?? 0) / 1000));
  const longest = Math.max(0, ...windows);
  if (longest === 0) return null;
  /** Second of the END -> tallies of the steady samples that ended in it, one for each objective. */
  const seconds = new Map<number, ObjectiveTally[]>();

  function add(row: IntervalRow): void {
    if (row.phase !== 'steady') return;
    const before = seconds.get(row.second);
    const tallies = objectives.map((objective, i) => sumOfTallies(before?.[i] ?? NOTHING, isJudgedOn(row, objective) ? countedFor(objective, i, row) : NOTHING));
    seconds.set(row.second, tallies);
  }

  function brokenOver(objective: ScriptObjective, index: number, until: number): Broken | null {
    const from = until - (windows[index] ?? 0);
    // Never inside a ramp: the load itself would break it.
    if (from === until || !steady.some(([fromMs, toMs]) => from * 1000 >= fromMs && until * 1000 <= toMs)) return null;
    let window = NOTHING;
    for (let at = from; at < until; at++) window = sumOfTallies(window, seconds.get(at)?.[index] ?? NOTHING);
    const allowed = allowedOf(objective, window.n);
    return window.n >= LEAST_IN_WINDOW && allowed !== null && window.k > allowed ? { index, ...window, allowed, from, until } : null;
  }

  return {
    brokenAt(batch, until) {
      batch?.rows.forEach(add);
      const broken = objectives.values().map((objective, i) => brokenOver(objective, i, until)).find((found) => found !== null) ?? null;
      for (const second of seconds.keys()) if (second < until - longest) seconds.delete(second);
      return broken;
    },
  };
}
