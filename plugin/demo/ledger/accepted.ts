/** The true times of one asynchronous execution. */
import type { TruthExecution, TruthRequest } from '../truth.ts';
import type { Entry } from './entry.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export type AcceptedExecution = Pick<TruthExecution, 'id' | 'workflow' | 'intendedDelayMs' | 'lost'>;

export class Accepted {
  readonly #execution: Writable<TruthExecution>;
  /** The first poll whose answer told the end. */
  #told: TruthRequest | null = null;

  constructor({ name, arrivedAt }: TruthRequest, execution: AcceptedExecution) {
    this.#execution = { ...execution, name, arrivedAt, startedAt: null, endedAt: null, toldAt: null, polls: 0, outcome: null };
  }

  get execution(): TruthExecution {
    const told = this.#told;
    return { ...this.#execution, toldAt: told?.ending === 'answered' ? told.arrivedAt + (told.servedMs ?? 0) : null };
  }

  /** @param at `performance.now()` */
  start(at: number): void {
    this.#execution.startedAt = performance.timeOrigin + at;
  }

  end(at: number, outcome: 'completed' | 'failed'): void {
    this.#execution.endedAt = performance.timeOrigin + at;
    this.#execution.outcome = outcome;
  }

  poll(entry: Entry, over: boolean): void {
    this.#execution.polls += 1;
    if (over) this.#told ??= entry.request;
  }
}
