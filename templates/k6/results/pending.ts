/** The last request that was tags: further points of it may still come. */
import type { Outcome, SampleExtra } from '../../../server/samples/sample.ts';
import type { ToldLine } from '../../results.ts';
import type { Tags } from './tags.ts';

export class Pending {
  #tags: Tags | null = null;
  #endMicros = 0;
  #startMicros = 0;
  #durationMicros = 0;
  /** Milliseconds. */
  #blocked: number | undefined;
  #connectMicros: number | undefined;
  #outcome: Outcome | null = null;

  /** k6 can be tags to leave out the tags that say what became of it. */
  get isUnanswered(): boolean {
    return this.#tags !== null && this.#tags.answer === null;
  }

  begin(endMicros: number, startMicros: number, durationMicros: number, tags: Tags): void {
    this.#tags = tags;
    this.#endMicros = endMicros;
    this.#startMicros = startMicros;
    this.#durationMicros = durationMicros;
    this.#blocked = undefined;
    this.#connectMicros = undefined;
    this.#outcome = null;
  }

  add(metric: 'http_req_blocked' | 'http_req_connecting' | 'http_req_failed', endMicros: number, value: number): void {
    if (endMicros !== this.#endMicros) return;
    if (metric === 'http_req_blocked') this.#blocked = value;
    else if (metric === 'http_req_failed') this.#outcome = value === 0 ? 'ok' : 'other';
    // `blocked` holds all of the set-up, and waiting for a connection that is there, too.
    else if (value > 0 && this.#blocked !== undefined) this.#connectMicros = Math.round(this.#blocked * 1000);
  }

  /** undefined: there is none; null: nothing says what became of it. */
  take(): ToldLine | null | undefined {
    const tags = this.#tags;
    if (tags === null) return undefined;
    this.#tags = null;
    const outcome = tags.answer?.outcome ?? this.#outcome;
    if (outcome === null) return null;
    const extra = new Extra(this.#connectMicros, tags.answer?.detail);
    return { kind: 'request', startMicros: this.#startMicros, name: tags.name, durationMicros: this.#durationMicros, outcome, status: tags.answer?.status ?? 0, extra };
  }
}

/** All members from the start: objects of different shapes cost more than all of the reading. */
class Extra implements SampleExtra {
  readonly connectMicros: number | undefined;
  readonly detail: string | undefined;

  constructor(connectMicros: number | undefined, detail: string | undefined) {
    this.connectMicros = connectMicros;
    this.detail = detail;
  }
}
