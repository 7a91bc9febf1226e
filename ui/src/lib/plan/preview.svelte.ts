/** What the server makes of the plan while it is written: the planned curve, totals, effects, what can be judged. */
import type { Client } from '@urql/core';
import { type Answer, ask, type Problem } from '../graphql/answer.ts';
import type { PlanInput, ResultOf, WorkflowInput } from '../graphql/graphql.ts';
import { PreviewPlan, PreviewTwo } from './operations.ts';
import { previewable } from './problems.ts';

export type PlanPreview = Extract<ResultOf<typeof PreviewPlan>['previewPlan'], { __typename: 'PlanPreview' }>;

type Two = Extract<ResultOf<typeof PreviewTwo>['generateScript'], { __typename: 'Script' }>;

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
  /** Of the two definitions that alternate; null: there is one only, or the server has something against it. */
  two = $state.raw<Two | null>(null);
  #alternates = $state(false);
  /** What the run would do outside; null: not known yet. */
  readonly effects: PlanPreview['effects'] = $derived.by(() => (this.#alternates ? (this.two?.effects ?? null) : (this.current?.effects ?? null)));
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

  /** Inside an effect: asks a moment after the last change, once per changed plan. @param problems what the form itself finds wrong @param other the definition that iterations alternate with */
  follow(framework: string, plan: PlanInput, problems: readonly Problem[], other: WorkflowInput | null = null): () => void {
    const able = previewable(plan, problems);
    const key = able ? JSON.stringify([framework, able.plan, other, other === null || problems.length === 0]) : '';
    this.#alternates = other !== null;
    this.fresh = key !== '' && key === this.#answered;
    if (key === this.#asked) return () => {};
    if (!able) {
      this.#asked = '';
      return () => {};
    }
    const timer = setTimeout(() => void this.#ask(key, framework, able, problems.length === 0 ? other : null), this.current ? ASK_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }

  async #ask(key: string, framework: string, { plan, objectives }: NonNullable<ReturnType<typeof previewable>>, other: WorkflowInput | null): Promise<void> {
    this.#asked = key;
    const alone = await this.#answerTo(plan, framework || null);
    const two = alone.ok && other && this.#workflowId !== null ? await this.#answerToTwo(this.#workflowId, plan, framework, other) : null;
    const answer = two && !two.ok ? two : alone;
    // What a framework or a target cannot take has a curve all the same.
    const drawn = alone.refusal ? await this.#answerTo(plan, null) : alone;
    if (this.#asked !== key) return;
    this.answer = answer;
    this.two = two?.ok ?? null;
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

  #answerToTwo(id: string, plan: PlanInput, framework: string, compareWith: WorkflowInput): Promise<Answer<Two>> {
    return ask(this.#client, 'mutation', PreviewTwo, { input: { framework, workflow: { id }, plan, compareWith } }, (data) => data.generateScript);
  }

  /** What can be said about an objective of the form before the run; null: nothing yet. */
  sentenceOf(objective: number): string | null {
    const number = this.#objectives.indexOf(objective);
    return this.current?.canJudge.find((judge) => judge.objective === number)?.sentence ?? null;
  }

  /** The same of the error objective that every plan has; it comes last. */
  get sentenceOfAdded(): string | null {
    return this.current?.canJudge.find((judge) => judge.objective === this.#objectives.length)?.sentence ?? null;
  }
}
