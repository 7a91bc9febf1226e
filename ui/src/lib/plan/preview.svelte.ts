/** What the server makes of the plan while it is written: the planned curve, totals, effects, what can be judged. */
import type { Client } from '@urql/core';
import { type Answer, ask, type Problem } from '../graphql/answer.ts';
import type { PlanInput, ResultOf } from '../graphql/graphql.ts';
import { PreviewPlan } from './operations.ts';
import { previewable } from './problems.ts';

export type PlanPreview = Extract<ResultOf<typeof PreviewPlan>['previewPlan'], { __typename: 'PlanPreview' }>;

/** `PlanPreview.stages`, a JSON scalar. */
export interface PlannedStages {
  readonly model: 'closed' | 'open';
  readonly maxUsers: number;
  /** The run ends after so many iterations; null: the stages decide. */
  readonly maxIterations: number | null;
  readonly warmUpMs: number;
  readonly steady: readonly (readonly [fromMs: number, toMs: number])[];
  readonly stages: readonly { readonly durationMs: number; readonly users?: number; readonly ratePerSecond?: number }[];
}

export const stagesOf = (preview: PlanPreview): PlannedStages => preview.stages as PlannedStages;

const ASK_AFTER_MS = 300;

export class Preview {
  /** The last good one: it stays while the next is being typed. */
  current = $state.raw<PlanPreview | null>(null);
  /** Is `current` of the plan as it stands in the form? */
  fresh = $state(false);
  /** To the plan as it stands; refused, it may be drawn all the same: `current` is then what the plan comes to without target and framework. */
  answer = $state.raw<Answer<PlanPreview> | null>(null);
  /** The form's numbers of the objectives that `current.canJudge` counts. */
  #objectives: readonly number[] = [];
  #asked = '';
  #answered = '';

  readonly #client: Client;
  readonly #workflowId: string | null;

  constructor(client: Client, workflowId: string | null) {
    this.#client = client;
    this.#workflowId = workflowId;
  }

  /** Inside an effect: asks a moment after the last change, once per changed plan. @param problems what the form itself finds wrong */
  follow(framework: string, plan: PlanInput, problems: readonly Problem[]): () => void {
    const able = previewable(plan, problems);
    const key = able ? JSON.stringify([framework, able.plan]) : '';
    this.fresh = key !== '' && key === this.#answered;
    if (key === this.#asked) return () => {};
    if (!able) {
      this.#asked = '';
      return () => {};
    }
    const timer = setTimeout(() => void this.#ask(key, framework, able), this.current ? ASK_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }

  async #ask(key: string, framework: string, { plan, objectives }: NonNullable<ReturnType<typeof previewable>>): Promise<void> {
    this.#asked = key;
    const answer = await this.#answerTo(plan, framework || null);
    // What a framework or a target cannot take has a curve all the same.
    const drawn = answer.refusal ? await this.#answerTo(plan, null) : answer;
    if (this.#asked !== key) return;
    this.answer = answer;
    if (drawn.ok) {
      this.current = drawn.ok;
      this.#objectives = objectives;
      this.#answered = key;
      this.fresh = true;
    } else if (answer.trouble) this.#asked = '';
  }

  #answerTo(plan: PlanInput, framework: string | null): Promise<Answer<PlanPreview>> {
    const workflow = this.#workflowId === null ? null : { id: this.#workflowId };
    return ask(this.#client, 'query', PreviewPlan, { framework, workflow, plan }, (data) => data.previewPlan);
  }

  /** What can be said about an objective of the form before the run; null: nothing yet. */
  sentenceOf(objective: number): string | null {
    const number = this.#objectives.indexOf(objective);
    return this.current?.canJudge.find((judge) => judge.objective === number)?.sentence ?? null;
  }
}
