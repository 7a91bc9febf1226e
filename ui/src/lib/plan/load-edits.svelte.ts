/** Changes to the load that are made beside its fields: on the curve, in the rows of stages, or by turning a preset into stages. */
import type { Fields } from './fields.ts';
import { canRedo, changed, madeAgain, NO_HISTORY, takenBack } from './history.ts';
import { maxUsersAfter, type OwnStages, type StageFields } from './load.ts';

type Load = Pick<Fields, 'shape' | 'model' | 'closedStages' | 'openStages' | 'maxUsers'>;

export class LoadEdits {
  #history = $state.raw(NO_HISTORY);
  readonly #fields: () => Fields;
  readonly canUndo: boolean = $derived.by(() => this.#history.done.length > 0);
  readonly canRedo: boolean = $derived.by(() => canRedo(this.#history, this.#now()));

  constructor(fields: () => Fields) {
    this.#fields = fields;
  }

  /** @param own the stages as they are now @param kind changes of one kind are one step; null: a step alone */
  change(kind: string | null, own: OwnStages, change: (stages: readonly StageFields[]) => StageFields[]): void {
    const before = this.#now();
    const stages = change(own.stages);
    Object.assign(this.#fields(), { shape: 'stages', model: own.model }, own.model === 'closed' ? { closedStages: stages } : { openStages: stages, maxUsers: maxUsersAfter(own, stages) });
    this.#history = changed(this.#history, { before, after: this.#now(), kind });
  }

  undo(): void {
    this.#go(takenBack(this.#history, this.#now()));
  }

  redo(): void {
    this.#go(madeAgain(this.#history, this.#now()));
  }

  #go(step: ReturnType<typeof takenBack>): void {
    if (!step) return;
    this.#history = step.history;
    Object.assign(this.#fields(), JSON.parse(step.show) as Load);
  }

  #now(): string {
    const { shape, model, closedStages, openStages, maxUsers } = this.#fields();
    return JSON.stringify({ shape, model, closedStages, openStages, maxUsers } satisfies Load);
  }
}
