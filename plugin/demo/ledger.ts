/** Keeps the truth: one ledger from a start or reset to the next one. */
import type { Counts, Ending, Truth, TruthRequest } from './truth.ts';

const DIFFERENT_BODIES = 1000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

class Tally {
  received = 0;
  answered = 0;
  cut = 0;
  aborted = 0;
  bodyBytes = 0;
  readonly statuses: Record<string, number> = {};

  counts(): Counts {
    const { received, answered, cut, aborted, bodyBytes } = this;
    return { received, answered, cut, aborted, inFlight: received - answered - cut - aborted, statuses: { ...this.statuses }, bodyBytes };
  }
}

export interface Arrival {
  readonly name: string;
  /** `performance.now()` */
  readonly arrived: number;
  readonly connection: { readonly id: number; readonly accepted: number; readonly warm: boolean };
  readonly headers: Readonly<Record<string, string>>;
}

/** One request from its headers to its end; the end is told once, later ones are ignored. */
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

  body(bytes: number, sha256: string): void {
    this.request.bodyBytes = bytes;
    this.request.bodySha256 = sha256;
    this.#ledger.countBody(this.request);
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

export class Ledger {
  readonly #since = Date.now();
  readonly #keep: number;
  readonly #total = new Tally();
  readonly #byName = new Map<string, Tally>();
  readonly #bodies = new Map<string, number>();
  /** A ring: the oldest stands at `#oldest` once it is full. */
  readonly #kept: Entry[] = [];
  #oldest = 0;
  #inFlight = 0;
  #peakInFlight = 0;
  #opened = 0;
  #peakOpen = 0;

  /** @param keep how many requests keep their details */
  constructor(keep: number) {
    this.#keep = keep;
  }

  receive(arrival: Arrival): Entry {
    const entry = new Entry(this, arrival);
    this.#total.received += 1;
    this.#named(arrival.name).received += 1;
    this.#inFlight += 1;
    this.#peakInFlight = Math.max(this.#peakInFlight, this.#inFlight);
    if (this.#kept.length < this.#keep) this.#kept.push(entry);
    else if (this.#keep > 0) {
      this.#kept[this.#oldest] = entry;
      this.#oldest = (this.#oldest + 1) % this.#keep;
    }
    return entry;
  }

  countBody(request: TruthRequest): void {
    this.#total.bodyBytes += request.bodyBytes;
    this.#named(request.name).bodyBytes += request.bodyBytes;
    const known = this.#bodies.size < DIFFERENT_BODIES || this.#bodies.has(request.bodySha256 ?? '');
    const key = known ? (request.bodySha256 ?? '') : 'other';
    this.#bodies.set(key, (this.#bodies.get(key) ?? 0) + 1);
  }

  countEnd(request: TruthRequest, ending: Ending): void {
    this.#inFlight -= 1;
    for (const tally of [this.#total, this.#named(request.name)]) {
      tally[ending] += 1;
      if (ending === 'answered' && request.status !== null) tally.statuses[request.status] = (tally.statuses[request.status] ?? 0) + 1;
    }
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

  /** @param last details of at most so many requests */
  truth(open: number, last = Number.POSITIVE_INFINITY): Truth {
    const inOrder = [...this.#kept.slice(this.#oldest), ...this.#kept.slice(0, this.#oldest)];
    const total = this.#total.counts();
    return {
      since: this.#since,
      ...total,
      peakInFlight: this.#peakInFlight,
      byName: Object.fromEntries([...this.#byName].map(([name, tally]) => [name, tally.counts()])),
      bodies: Object.fromEntries(this.#bodies),
      connections: { opened: this.#opened, open, peak: this.#peakOpen },
      requests: inOrder.slice(Math.max(0, inOrder.length - last)).map((entry) => ({ ...entry.request })),
      forgotten: total.received - this.#kept.length,
    };
  }

  #named(name: string): Tally {
    const known = this.#byName.get(name);
    if (known) return known;
    const tally = new Tally();
    this.#byName.set(name, tally);
    return tally;
  }
}
