/** The last request that was told: further points of it may still come. */
import type { Outcome, SampleExtra } from '../../../server/samples/sample.ts';
import type { ToldLine } from '../../results.ts';
import type { Tags } from './tags.ts';

/** What adds to a request. */
export type Further = 'http_req_connecting' | 'http_req_tls_handshaking' | 'http_req_failed';

export class Pending {
  #tags: Tags | null = null;
  #endMicros = 0;
  #startMicros = 0;
  #durationMicros = 0;
  /** TCP and TLS, which are 0 where a connection was there. DNS k6 tells only together with waiting for a connection. */
  #connectMs = 0;
  #outcome: Outcome | null = null;

  /** Whether a point of it can say anything that is not known yet. */
  wants(metric: Exclude<Further, 'http_req_connecting'>): boolean {
    // k6 can be asked to leave out the tags that say what became of a request.
    return metric === 'http_req_failed' ? this.#tags?.answer === null : this.#connectMs > 0;
  }

  begin(endMicros: number, startMicros: number, durationMicros: number, tags: Tags): void {
    this.#tags = tags;
    this.#endMicros = endMicros;
    this.#startMicros = startMicros;
    this.#durationMicros = durationMicros;
    this.#connectMs = 0;
    this.#outcome = null;
  }

  add(metric: Further, endMicros: number, value: number): void {
    if (endMicros !== this.#endMicros) return;
    if (metric === 'http_req_failed') this.#outcome = value === 0 ? 'ok' : 'other';
    else this.#connectMs += value;
  }

  /** undefined: there is none; null: nothing says what became of it. */
  take(): ToldLine | null | undefined {
    const tags = this.#tags;
    if (tags === null) return undefined;
    this.#tags = null;
    const { answer } = tags;
    const outcome = answer?.outcome ?? this.#outcome;
    if (outcome === null) return null;
    const extra = this.#connectMs > 0 || answer?.detail !== undefined ? new Extra(this.#connectMs, answer?.detail) : NO_EXTRA;
    return { kind: 'request', startMicros: this.#startMicros, name: tags.name, durationMicros: this.#durationMicros, outcome, status: answer?.status ?? 0, extra };
  }
}

/** As in the sample protocol: beyond it a number is a mistake. */
export const MOST_MICROS = 3 * 24 * 60 * 60 * 1e6;

/** All members from the start: objects of different shapes cost more than all of the reading. */
class Extra implements SampleExtra {
  readonly connectMicros: number | undefined;
  readonly detail: string | undefined;

  constructor(connectMs: number, detail: string | undefined) {
    const micros = Math.round(connectMs * 1000);
    this.connectMicros = connectMs > 0 && micros <= MOST_MICROS ? micros : undefined;
    this.detail = detail;
  }
}

const NO_EXTRA = new Extra(0, undefined);
