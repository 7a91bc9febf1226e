/** One request from its headers to its end; the end is told once, later ones are ignored. */
import type { Ending, TruthRequest } from '../truth.ts';
import { Accepted, type AcceptedExecution } from './accepted.ts';
import type { Ledger } from './ledger.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface Arrival {
  readonly name: string;
  /** `performance.now()` */
  readonly arrived: number;
  readonly connection: { readonly id: number; readonly accepted: number; readonly warm: boolean };
  readonly headers: Readonly<Record<string, string>>;
  /** Its body holds a password: nothing of it is told but its size. */
  readonly secret: boolean;
}

export class Entry {
  readonly request: Writable<TruthRequest>;
  readonly #arrival: Arrival;
  readonly #ledger: Ledger;

  constructor(ledger: Ledger, arrival: Arrival) {
    this.#ledger = ledger;
    this.#arrival = arrival;
    this.request = {
      name: arrival.name,
      arrivedAt: performance.timeOrigin + arrival.arrived,
      connection: arrival.connection.id,
      warm: arrival.connection.warm,
      headers: arrival.headers,
      bodyBytes: 0,
      bodySha256: null,
      body: null,
      intendedDelayMs: null,
      queuedMs: 0,
      status: null,
      ending: null,
      servedMs: null,
      fromConnectMs: null,
    };
  }

  get arrived(): number {
    return this.#arrival.arrived;
  }

  body(bytes: Buffer, sha256: string): void {
    this.request.bodyBytes = bytes.length;
    if (!this.#arrival.secret) this.request.bodySha256 = sha256;
    this.#ledger.countBody(this, bytes);
  }

  /** It runs a workflow, and is answered at its end. */
  executes(intendedDelayMs: number): void {
    this.request.intendedDelayMs = intendedDelayMs;
    this.#ledger.countExecution(this.request);
  }

  /** It runs a workflow that goes on after its answer. */
  accepts(execution: AcceptedExecution): Accepted {
    this.#ledger.countExecution(this.request);
    return this.#ledger.keepAccepted(new Accepted(this.request, execution));
  }

  /** @param at `performance.now()` of the last byte */
  end(ending: Ending, at: number): void {
    if (this.request.ending !== null) return;
    this.request.ending = ending;
    this.request.servedMs = at - this.#arrival.arrived;
    if (!this.#arrival.connection.warm) this.request.fromConnectMs = at - this.#arrival.connection.accepted;
    this.#ledger.countEnd(this.request, ending);
  }
}
