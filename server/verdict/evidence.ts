/** All that a run's rows say to the judge: their totals, and what each second says of each objective that is judged by counts. */
import type { ScriptObjective } from '../../templates/framework.ts';
import { Fold } from '../metrics/fold.ts';
import { secondsIn } from '../metrics/folded.ts';
import type { IntervalRow } from '../metrics/interval.ts';
import { scriptObjective } from '../script/objective.ts';
import type { ResolvedObjective } from '../script/resolve.ts';
import { type Counted, countedFor, isJudgedOn, NOTHING, type ObjectiveTally, sumOfTallies } from './tally.ts';

export class Evidence {
  readonly fold: Fold;
  readonly #objectives: readonly ResolvedObjective[];
  #counted: readonly { readonly index: number; readonly objective: ScriptObjective; readonly bySecond: ObjectiveTally[] }[];

  /** @param objectives of the plan */
  constructor(objectives: readonly ResolvedObjective[], fold = new Fold()) {
    this.fold = fold;
    this.#objectives = objectives;
    this.#counted = objectives
      .map((objective, index) => ({ index, objective: scriptObjective(objective), bySecond: [] as ObjectiveTally[] }))
      .filter(({ objective: { perMille, limitPpm } }) => perMille !== null || limitPpm !== null);
  }

  add(row: IntervalRow): this {
    this.fold.add(row);
    for (const { index, objective, bySecond } of this.#counted) {
      if (!isJudgedOn(row, objective) || (objective.during === 'steady' && row.phase !== 'steady')) continue;
      for (const part of partsOf(row, index)) {
        const tally = countedFor(objective, index, part);
        if (tally.n > 0) bySecond[part.second] = sumOfTallies(bySecond[part.second] ?? NOTHING, tally);
      }
    }
    return this;
  }

  /** What goes into it is not in this one. */
  copy(): Evidence {
    const copy = new Evidence(this.#objectives, this.fold.copy());
    copy.#counted = this.#counted.map((one) => ({ ...one, bySecond: one.bySecond.slice() }));
    return copy;
  }

  /** Of an objective by its number in the plan: the seconds that have samples. Empty: it is not judged by counts. */
  secondsOf(index: number): readonly ObjectiveTally[] {
    // In their order, in which they need not have come: what is added up of them is the same to the last digit. Seconds without samples are none.
    return this.#counted.find((one) => one.index === index)?.bySecond.filter(() => true) ?? [];
  }
}

/** What is known of a row, but not of each of its seconds, came together. */
function partsOf(row: IntervalRow, index: number): readonly (Counted & Pick<IntervalRow, 'second'>)[] {
  const seconds = secondsIn(row);
  return seconds.some(({ slower }) => slower[index] === null) ? [row] : seconds;
}

/** Of many rows; they may come in any order. */
export function evidenceOf(objectives: readonly ResolvedObjective[], rows: Iterable<IntervalRow>): Evidence {
  const evidence = new Evidence(objectives);
  for (const row of rows) evidence.add(row);
  return evidence;
}
