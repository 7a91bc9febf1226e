/** A run that is judged once more while its limits are changed. Only the answer to the last question counts; nothing is saved. */
import { ask, type Problem, type Refusal, type Trouble } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import { atField, problemsOf } from '../plan/problems.ts';
import { type AskedAgain, asJudged, type JudgedRun, planAsked } from './asked-again.ts';
import { Rejudge } from './operations.ts';

export type Judgement = Extract<ResultOf<typeof Rejudge>['rejudge'], { __typename: 'Judgement' }>;

/** Between the last key and the question. */
const PAUSE_MS = 300;

export class Rejudging {
  fields = $state<AskedAgain>({ objectives: [], warmUp: '' });
  judgement = $state.raw<Judgement | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  readonly #runId: string;
  readonly #run: JudgedRun;
  readonly #start: string;
  #asked = 0;

  readonly #plan = $derived.by(() => planAsked(this.#run.plan, this.fields));
  /** What is asked, as a text: it changes when another question is to be asked. */
  readonly question: string = $derived(JSON.stringify(this.fields));
  readonly changed: boolean = $derived.by(() => this.question !== this.#start);
  readonly #own: readonly Problem[] = $derived.by(() => problemsOf(this.#plan));
  readonly problems: readonly Problem[] = $derived([...this.#own, ...(this.refusal?.problems.map(atField) ?? [])]);

  constructor(runId: string, run: JudgedRun) {
    this.#runId = runId;
    this.#run = run;
    this.fields = asJudged(run);
    this.#start = JSON.stringify(this.fields);
  }

  at(path: string): string[] {
    return this.problems.filter((problem) => problem.path === path).map(({ message }) => message);
  }

  /** As the plan says. */
  back(): void {
    this.fields = asJudged(this.#run);
  }

  /** The fields have changed: what was said of others is gone. Returns what ends the wait. */
  ask(): () => void {
    const number = ++this.#asked;
    this.refusal = null;
    this.trouble = null;
    if (!this.changed || this.#own.length > 0) {
      this.judgement = null;
      return () => {};
    }
    const timer = setTimeout(() => void this.#send(number), PAUSE_MS);
    return () => clearTimeout(timer);
  }

  async #send(number: number): Promise<void> {
    const { objectives, warmUpMs = null } = this.#plan;
    const answer = await ask(graphqlClient(), 'query', Rejudge, { runId: this.#runId, objectives, warmUpMs }, (data) => data.rejudge);
    if (number !== this.#asked) return;
    this.judgement = answer.ok ?? null;
    this.refusal = answer.refusal ?? null;
    this.trouble = answer.trouble ?? null;
  }
}
