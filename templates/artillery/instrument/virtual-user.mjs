// One virtual user: its way through the requests of the flow, one iteration after the other.
import { connect, disconnect } from "./connections.mjs";
import { forgiveCookies } from "./cookies.mjs";
import { newJourney } from "./journey.js";
import { literalAddress, literalHeaders } from "./literal.mjs";
import { outcomeOf } from "./outcome.js";
import { Measured } from "./request.mjs";

export class VirtualUser {
  #context;
  #shared;
  #journey;
  #connected = false;
  /** The request of the flow that is next, and the one that is on its way. */
  #next = null;
  #sent = null;
  #measured;
  #inputs;
  /** Open model: when the iteration was due, until its first request is over. */
  #dueMs;
  #beganMs;
  /** Artillery waits until this is called. */
  #goOn;
  /** The iteration has come to its end; what Artillery sends until its flow is through still belongs to it. */
  isThrough = false;
  /** Between its beginning and its end. */
  iterates = false;

  /**
   * @param {object} context Artillery's context of the virtual user
   * @param {{ plan: object, flow: object, material: object, clock: object, reporter: object, secureContext: object | undefined }} shared
   */
  constructor(context, shared) {
    this.#context = context;
    this.#shared = shared;
    const { plan, flow, material } = shared;
    this.#journey = newJourney(flow, plan, material.values, Date.now);
    forgiveCookies(context);
  }

  /** @param {() => void} goOn lets Artillery go through the flow once */
  waits(goOn) {
    this.#goOn = goOn;
  }

  /** Nothing is sent; the loop ends. */
  leave() {
    this.#pass(null);
  }

  /**
   * @param {number | null} dueMs open model: when this iteration was due
   * @param {number} number of this iteration, from 0
   */
  begin(inputs, dueMs, number) {
    this.#inputs = inputs;
    this.#dueMs = dueMs;
    this.#beganMs = dueMs ?? this.#shared.clock.now();
    this.iterates = true;
    this.#journey.begin(dueMs, number);
    const { plan, secureContext } = this.#shared;
    if (plan.connections === "perIteration" || !this.#connected)
      connect(this.#context, secureContext);
    this.#connected = true;
  }

  /** Lets the request pass whose turn it is, when it is due. `isWanted`: asked then. */
  continue(isWanted) {
    const { clock } = this.#shared;
    clock.at(this.#journey.next(clock.now()).atMs, () => {
      if (!isWanted()) return;
      // While a poll was waited for, the token may have become too old.
      this.#next = this.#journey.next(clock.now());
      this.#pass(this.#next.request.name);
    });
  }

  #pass(turn) {
    this.#context.vars.turn = turn;
    this.#goOn();
  }

  /** Name of a request whose turn it was, and that loadtest.yml did not send; null: there is none. */
  get missed() {
    return this.#next?.request.name ?? null;
  }

  /** What Artillery is about to send, by its name: only its timeout when the flow has no such request. */
  requestOf({ name }) {
    const isOfFlow = this.#next !== null && name === this.#next.request.name;
    this.#sent = isOfFlow ? this.#next : null;
    // Seconds. That of the plan is kept here, over the whole request; Artillery's own must not come first.
    const timeout = this.#shared.plan.requestTimeoutMs / 1000 + 5;
    if (!isOfFlow) return { timeout };
    this.#next = null;
    const { request, path, headers, values } = this.#sent;
    const { target, bodyOf } = this.#shared.material;
    const body = bodyOf(request, values, this.#inputs);
    return {
      timeout,
      method: request.method,
      uri: literalAddress(target + path),
      headers: literalHeaders(headers),
      // A buffer is the one kind of body that Artillery does not rewrite.
      ...(body && { body }),
    };
  }

  /** Calls `next`, in which Artillery makes the request. */
  send(next) {
    this.#measured = new Measured(this.#shared.plan.requestTimeoutMs);
    this.#measured.run(next);
  }

  /**
   * The request is over.
   * @param {string} name of a request that is not of the flow
   * @param {(measured: Measured) => ({ status: number, body: string } | { status?: number, failure: [string, string] })} answerOf
   */
  settle(name, answerOf) {
    const { clock, reporter } = this.#shared;
    const measured = this.#measured;
    measured.ended();
    const answer = answerOf(measured);
    if (!this.#sent) {
      reporter.request(
        name,
        measured,
        answer.status ?? 0,
        foreign(answer),
        null,
      );
      return;
    }
    const { request } = this.#sent;
    const sample = this.#journey.answered(
      request,
      clock.msOf(measured.startedAt),
      clock.msOf(measured.endedAt),
      answer,
    );
    reporter.request(
      request.name,
      measured,
      answer.status ?? 0,
      sample,
      this.#dueMs,
    );
    this.#dueMs = null;
    if (this.#journey.next(clock.now()) !== null) return;
    const execution = this.#journey.execution();
    if (execution) reporter.execution(execution);
    this.isThrough = true;
    this.#context.vars.turn = "through";
  }

  /** Artillery ends this user, and no request of the flow says why: what its execution would have come to is not known. */
  giveUp() {
    const { clock, reporter } = this.#shared;
    this.isThrough = true;
    if (this.#journey.isBaseline()) return;
    reporter.execution({
      startMs: this.#beganMs,
      endMs: clock.now(),
      outcome: "other",
      detail: "a request besides those of the flow had no answer",
    });
  }

  /** @param {boolean} alive it goes on */
  end(alive) {
    this.isThrough = false;
    this.iterates = false;
    if (!alive || this.#shared.plan.connections === "perIteration")
      disconnect(this.#context);
  }
}

/** What became of a request that is not of the flow: its answer may be anything. */
function foreign({ failure, status, body }) {
  const [outcome] = failure ?? [
    outcomeOf({ success: "custom", failOnSuccessFalse: false }, status, body)
      .outcome,
  ];
  return { outcome, detail: "", exec: false, checks: null };
}
