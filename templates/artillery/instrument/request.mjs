// One request, measured: from its start, connection set-up included, to the last byte of the answer.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";

/** Which measurement a request belongs to: Artillery's hooks come before it exists, and its events do not hand it out. */
const current = new AsyncLocalStorage();

subscribe("http.client.request.created", ({ request }) =>
  current.getStore()?.began(request),
);

const UNSEEN = "the end of the answer was not seen, so it was not measured";

export class Measured {
  /** @param {number} timeoutMs over the whole request */
  constructor(timeoutMs) {
    this.timeoutMs = timeoutMs;
    /** `performance.now()`; null: not begun, or not ended */
    this.startedAt = null;
    this.endedAt = null;
    /** Set only when the request opened a new connection: ms for DNS, TCP and TLS. */
    this.connectMs = null;
    /** When the answer was complete. Artillery's hook comes later: in an idle process by more than a millisecond. */
    this.completeAt = null;
    this.bytes = 0;
    this.chunks = [];
    this.timedOut = false;
  }

  /** Calls `next`, in which Artillery makes the request. */
  run(next) {
    // Not at once: Artillery would come back to it from here, and make the request outside.
    current.run(this, () => process.nextTick(next));
  }

  began(request) {
    // What is asked for besides, while this one is current, is not this one.
    if (this.startedAt !== null) return;
    this.startedAt = performance.now();
    // Artillery's own timeout ends with the first byte of the answer, and does not count the connection.
    this.timer = setTimeout(() => {
      this.timedOut = true;
      request.destroy(
        new Error(`no complete answer within ${this.timeoutMs} ms`),
      );
    }, this.timeoutMs);
    request.once("socket", (socket) => {
      if (request.reusedSocket) return;
      socket.once(socket.encrypted ? "secureConnect" : "connect", () => {
        this.connectMs = performance.now() - this.startedAt;
      });
    });
    request.once("response", (response) => {
      response.on("data", (chunk) => {
        this.bytes += chunk.length;
        this.chunks.push(chunk);
      });
      response.once("end", () => {
        this.completeAt = performance.now();
        clearTimeout(this.timer);
      });
    });
  }

  /** The request is over, one way or the other. */
  ended() {
    this.endedAt = this.completeAt ?? performance.now();
    clearTimeout(this.timer);
    // When Artillery could not even make it, it counts as one that failed at once.
    this.startedAt ??= this.endedAt;
  }

  /** An answer that Artillery tells of is none, whatever its status, when its end was not seen here: neither its time nor its bytes are known. */
  answerOf(response) {
    const status = response.statusCode;
    return this.completeAt === null
      ? { status, failure: ["other", UNSEEN] }
      : { status, body: this.#textOf(response) };
  }

  /**
   * The whole answer. Artillery's own text of it loses characters that two packets share; but an answer that came
   * compressed, unasked, is read from there.
   */
  #textOf(response) {
    return response.headers["content-encoding"]
      ? response.body
      : Buffer.concat(this.chunks).toString();
  }
}
