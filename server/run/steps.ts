/** The steps of a breakpoint run, each judged by itself: its stored intervals, by the second in which they ended. Pure but for what it gathers. */
import { gaugesIn } from '../metrics/folded.ts';
import type { Gauges } from '../metrics/interval.ts';
import type { StoredRow } from '../metrics/store.ts';
import { latencyOf } from '../metrics/summary.ts';
import { levelAt, type Window } from '../script/load.ts';
import type { ResolvedObjective, ResolvedPlan } from '../script/resolve.ts';
import { assess } from '../verdict/assess.ts';
import type { Step } from '../verdict/capacity.ts';
import { Evidence } from '../verdict/evidence.ts';
import type { RunFacts } from '../verdict/judge.ts';
import { healthOf } from './health.ts';

export interface StepsEnd {
  /** When the load was over, in ms since plan second 0. */
  readonly endedMs: number;
  readonly cutShort: boolean;
  /** An objective stopped the run, and the run says of it what is said of the last step; null: none did. */
  readonly stopped: Pick<Step, 'broken' | 'unhealthy'> | null;
  /** That the tool can use on its machine. */
  readonly cores: number;
}

type OfSecond = Pick<StoredRow, 'second' | 'phase'> & { readonly gauges: Gauges };

export class Steps {
  readonly #plan: ResolvedPlan;
  readonly #evidence: readonly Evidence[];
  readonly #gauges: readonly OfSecond[][];

  constructor(plan: ResolvedPlan) {
    // At each step all that is asked of the target counts, whatever part of the whole run it was asked of. How much it answers is the question itself.
    const objectives = plan.objectives.map(({ strict: _, ...objective }): ResolvedObjective => ({ ...objective, during: 'steady' }));
    this.#plan = { ...plan, objectives, plannedIterations: null };
    this.#evidence = plan.steady.map(() => new Evidence(objectives));
    this.#gauges = plan.steady.map(() => []);
  }

  add(row: StoredRow): void {
    const { second, phase } = row;
    if (phase !== 'steady') return;
    // What began in a step and ended after it is of this step still.
    const index = this.#plan.steady.findLastIndex(([fromMs]) => fromMs < (second + 1) * 1000);
    this.#evidence[index]?.add(row);
    this.#gauges[index]?.push(...gaugesIn([row]).map((told) => ({ ...told, phase })));
  }

  /** Those that the run came to. */
  end(end: StepsEnd): Step[] {
    const begun = this.#plan.steady.filter(([fromMs]) => !end.cutShort || fromMs < end.endedMs);
    return begun.map((window, i) => {
      const step = this.#stepOf(window, this.#evidence[i] ?? new Evidence([]), this.#gauges[i] ?? [], end);
      // What stopped the run was broken in the last of them.
      return i === begun.length - 1 ? { ...step, broken: step.broken ?? end.stopped?.broken ?? null, unhealthy: step.unhealthy ?? end.stopped?.unhealthy ?? null } : step;
    });
  }

  #stepOf([fromMs, toMs]: Window, evidence: Evidence, gauges: readonly OfSecond[], { endedMs, cutShort, cores }: StepsEnd): Step {
    const complete = !cutShort || toMs <= endedMs;
    const window: Window = [fromMs, complete ? toMs : endedMs];
    const plan = { ...this.#plan, steady: [window] };
    const executions = evidence.fold.executions('steady');
    const p50Ms = latencyOf(executions, plan, 0)?.p50Ms ?? null;
    const unhealthy = healthOf({ plan, rows: gauges, p50Ms, startsLateP99Ms: null, cores }).unhealthy[0] ?? null;
    const broken = assess(plan, evidence, { ...FINE, unhealthy }, null).objectives.find(({ metric, verdict }) => metric !== 'throughput' && verdict === 'failed');
    const perSecond = (counted: number) => (counted * 1000) / (window[1] - window[0]);
    return {
      level: levelAt(plan.load, fromMs),
      succeededPerSecond: perSecond(executions.total - executions.failed),
      endedPerSecond: perSecond(executions.total),
      complete,
      broken: broken?.reason ?? null,
      unhealthy,
    };
  }
}

/** Of one step by itself. */
const FINE: RunFacts = { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: 0, broken: null, unhealthy: null, missed: null };
