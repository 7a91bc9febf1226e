/** Keeps the truth: one ledger from a start or reset to the next one. */
import type { Counts, Ending, Truth, TruthRequest } from '../truth.ts';
import type { Accepted } from './accepted.ts';
import { type Arrival, Entry } from './entry.ts';
import { Ring } from './ring.ts';
import { Tally } from './tally.ts';

const DIFFERENT_BODIES = 1000;

export interface LedgerOptions {
  /** How many requests, and how many executions, keep their details. */
  readonly keep: number;
  /** How many requests keep their whole body. */
  readonly keepBodies: number;
}

export class Ledger {
  readonly #since = Date.now();
  readonly #total = new Tally();
  readonly #byName = new Map<string, Tally>();
  readonly #bodies = new Map<string, number>();
  readonly #requests: Ring<Entry>;
  readonly #executions: Ring<Accepted>;
  readonly #withBody: Ring<Entry>;
  #inFlight = 0;
  #peakInFlight = 0;
  #opened = 0;
  #peakOpen = 0;

  constructor({ keep, keepBodies }: LedgerOptions) {
    this.#requests = new Ring(keep);
    this.#executions = new Ring(keep);
    this.#withBody = new Ring(keepBodies);
  }

  receive(arrival: Arrival): Entry {
    const entry = new Entry(this, arrival);
    for (const tally of this.#tallies(arrival)) {
      tally.received += 1;
      if (!arrival.connection.warm) tally.cold += 1;
    }
    this.#inFlight += 1;
    this.#peakInFlight = Math.max(this.#peakInFlight, this.#inFlight);
    this.#requests.push(entry);
    return entry;
  }

  countBody(entry: Entry, body: Buffer): void {
    const { request } = entry;
    for (const tally of this.#tallies(request)) tally.bodyBytes += body.length;
    const sha256 = request.bodySha256;
    if (sha256 === null || body.length === 0) return;
    const known = this.#bodies.size < DIFFERENT_BODIES || this.#bodies.has(sha256);
    const key = known ? sha256 : 'other';
    this.#bodies.set(key, (this.#bodies.get(key) ?? 0) + 1);
    const gone = this.#withBody.push(entry);
    if (gone !== entry) request.body = body.toString('utf8');
    if (gone) gone.request.body = null;
  }

  countExecution(request: TruthRequest): void {
    for (const tally of this.#tallies(request)) tally.executed += 1;
  }

  keepAccepted(accepted: Accepted): Accepted {
    this.#executions.push(accepted);
    return accepted;
  }

  countEnd(request: TruthRequest, ending: Ending): void {
    this.#inFlight -= 1;
    for (const tally of this.#tallies(request)) tally.end(ending, request.status);
  }

  /** @param open connections that are open now, this one included */
  countConnection(open: number): void {
    this.#opened += 1;
    this.#peakOpen = Math.max(this.#peakOpen, open);
  }

  /** It turned out to be for asking about the truth. */
  uncountConnection(): void {
    this.#opened = Math.max(0, this.#opened - 1);
  }

  /** @param last details of at most so many requests and executions */
  truth(open: number, last = Number.POSITIVE_INFINITY): Truth {
    const total = this.#total.counts();
    const byName = [...this.#byName].map(([name, tally]): [string, Counts] => [name, tally.counts()]);
    return {
      since: this.#since,
      ...total,
      peakInFlight: this.#peakInFlight,
      byName: Object.fromEntries(byName),
      bodies: Object.fromEntries(this.#bodies),
      connections: { opened: this.#opened, open, peak: this.#peakOpen },
      requests: this.#requests.last(last).map(({ request }) => ({ ...request })),
      executions: this.#executions.last(last).map(({ execution }) => execution),
      forgotten: total.received - this.#requests.size,
    };
  }

  #tallies({ name }: { readonly name: string }): readonly [Tally, Tally] {
    const known = this.#byName.get(name);
    const tally = known ?? new Tally();
    if (!known) this.#byName.set(name, tally);
    return [this.#total, tally];
  }
}
