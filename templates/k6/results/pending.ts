/** The last request that was told: further points of it may still come. */
import type { Outcome, SampleExtra } from '../../../server/samples/sample.ts';
import type { ToldLine } from '../../results.ts';
import type { Tags } from './tags.ts';

/** What adds to a request. */
export type Further = 'http_req_blocked' | 'http_req_connecting' | 'http_req_tls_handshaking' | 'http_req_failed';

/** Sooner there is none, on the same machine either: then a connection was there. */
const LEAST_CONNECT_MS = 0.01;

export class Pending {
  #tags: Tags | null = null;
  #endMicros = 0;
  #step = 1;
  #durationMs = 0;
  /** Until it had a connection: k6 leaves that out of its duration. */
  #blockedMs = 0;
  /** TCP and TLS, which are 0 where a connection was there. DNS k6 tells only together with waiting for a connection. */
  #connectMs = 0;
  #outcome: Outcome | null = null;

  /** Whether a point of it can say anything that is not known yet. */
  wants(metric: Exclude<Further, 'http_req_blocked'>): boolean {
    // k6 can be asked to leave out the tags that say what became of a request.
    if (metric === 'http_req_failed') return this.#tags?.answer === null;
    return metric === 'http_req_connecting' ? this.#blockedMs >= LEAST_CONNECT_MS : this.#connectMs > 0;
  }

  begin(endMicros: number, step: number, durationMs: number, tags: Tags): void {
    this.#tags = tags;
    this.#endMicros = endMicros;
    this.#step = step;
    this.#durationMs = durationMs;
    this.#blockedMs = 0;
    this.#connectMs = 0;
    this.#outcome = null;
  }

  add(metric: Further, endMicros: number, value: number): void {
    if (endMicros !== this.#endMicros) return;
    if (metric === 'http_req_blocked') this.#blockedMs += value;
    else if (metric === 'http_req_failed') this.#outcome = value === 0 ? 'ok' : 'other';
    else this.#connectMs += value;
  }

  /** undefined: there is none; null: nothing says what became of it, or it is no time that a request can take. @param since of a moment since 1970 and its step, since the run began */
  take(since: (epochMicros: number, step: number) => number): ToldLine | null | undefined {
    const tags = this.#tags;
    if (tags === null) return undefined;
    this.#tags = null;
    const { answer } = tags;
    const outcome = answer?.outcome ?? this.#outcome;
    const durationMicros = Math.round((this.#blockedMs + this.#durationMs) * 1000);
    if (outcome === null || !(durationMicros >= 0 && durationMicros <= MOST_MICROS)) return null;
    const startMicros = since(this.#endMicros - durationMicros, this.#step);
    if (!(Math.abs(startMicros) <= MOST_MICROS)) return null;
    const extra = this.#connectMs > 0 || answer?.detail !== undefined ? new Extra(this.#connectMs, answer?.detail) : NO_EXTRA;
    return { kind: 'request', startMicros, name: tags.name, durationMicros, outcome, status: answer?.status ?? 0, extra };
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
