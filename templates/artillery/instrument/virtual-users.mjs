// Artillery's virtual users, in its worker thread: who starts an iteration when, and when the load is over.
import { isMainThread } from "node:worker_threads";
import { quietArrivals } from "./arrivals.mjs";
import { newClock } from "./clock.mjs";
import { closedModel } from "./closed.mjs";
import { trust } from "./connections.mjs";
import { failureOf } from "./failure.js";
import { readMaterial } from "./material.mjs";
import { openModel } from "./open.mjs";
import { newReporter } from "./reporter.mjs";
import { openChannel } from "./threads.mjs";
import { VirtualUser } from "./virtual-user.mjs";

/** After the longest time that an iteration takes, for what runs at the end of the plan. */
const GRACE_MS = 2000;
/** Virtual users come within seconds. If they do not, the phases in loadtest.yml are not those of the plan. */
const ARRIVAL_MS = 30_000;
/** Who waits for LOAD_TEST_START_AT is ready so long before it, and has told it. */
const READY_MS = 300;

/**
 * The functions that loadtest.yml calls, and those that its hooks call.
 * @param {object} test as processor.mjs gives it
 */
export function virtualUsers(test) {
  const { plan, flow } = test;
  const endArrivals = isMainThread ? () => {} : quietArrivals();
  const clock = newClock();
  const users = new WeakMap();
  /** Those that wait for their next iteration. */
  const parked = new Set();
  let shared, send, reporter, counts, model;
  /** All of them have come; the plan has begun, or is about to. */
  let complete = false;
  let running = false;
  /** Why no further iteration starts; null: they do. */
  let ending = null;
  /** All is told: nothing goes out any more. */
  let told = false;

  /** The first virtual user has come. */
  function open() {
    const material = readMaterial(test);
    send = openChannel(({ stop }) => {
      if (stop === "objective") endOfPlan(stop);
      else if (stop) finish(stop);
    });
    // Thrown by the script; Artillery would end the process in the midst of everything.
    process.on("uncaughtException", (error) => broke(error?.stack ?? error));
    reporter = newReporter(clock, send);
    counts = reporter.counts;
    const secureContext = trust(material.certificates);
    shared = { plan, flow, material, clock, reporter, secureContext };
    setTimeout(() => {
      if (!complete)
        broke(
          `only ${parked.size} of ${plan.maxUsers} virtual users came: do the phases in loadtest.yml belong to this plan?`,
        );
    }, ARRIVAL_MS).unref();
  }

  /** The last one has come. */
  function allCame() {
    complete = true;
    const { startAt } = shared.material;
    const waitMs = startAt === null ? 0 : startAt - READY_MS - Date.now();
    if (waitMs > 0) setTimeout(begin, waitMs);
    else begin();
  }

  function begin() {
    if (told) return;
    running = true;
    const startedAt = clock.start(shared.material.startAt);
    model =
      plan.model === "closed"
        ? closedModel(plan, clock, start)
        : openModel(plan, clock, start);
    reporter.begin(startedAt, model.users);
    clock.at(plan.durationMs, () => endOfPlan("planned"));
    for (const user of [...parked]) model.ready(user);
    model.begin();
  }

  /**
   * @param {object | undefined} user none: the start is dropped
   * @param {number} number by which it has its inputs: a start that is dropped takes its own with it
   * @returns {boolean} false: it did not begin
   */
  function start(user, dueMs, number = counts.started) {
    const inputs = shared.material.inputsOf(number);
    if (inputs === null) {
      endOfPlan("exhausted");
      return false;
    }
    if (!user) {
      counts.dropped += 1;
      return false;
    }
    parked.delete(user);
    counts.started += 1;
    counts.iterations += 1;
    user.begin(inputs, dueMs, number);
    if (counts.started === plan.maxIterations) endOfPlan("planned");
    user.continue(mayStillSend);
    return true;
  }

  const mayStillSend = () => !told;

  function iterationOver(user, alive) {
    user.end(alive);
    counts.iterations -= 1;
    model.finished(user, alive);
    if (ending && counts.iterations === 0) finish(ending);
  }

  /** Nothing more starts; what runs is waited for. */
  function endOfPlan(cause) {
    if (ending) return;
    ending = cause;
    model.end();
    endArrivals();
    for (const user of parked) user.leave();
    parked.clear();
    if (counts.iterations === 0) return finish(cause);
    const longestMs = plan.longestIterationMs + GRACE_MS;
    clock.at(clock.now() + longestMs, () => finish(cause));
  }

  function finish(cause) {
    ending ??= cause;
    told = true;
    model?.end();
    reporter.end(cause);
  }

  function broke(reason) {
    if (told) return;
    send({ broke: String(reason) });
    if (running) finish("broke");
  }

  return {
    /** Before each pass of the loop in loadtest.yml. */
    waitForTurn(context, _events, next) {
      if (!shared) open();
      const user = users.get(context) ?? new VirtualUser(context, shared);
      users.set(context, user);
      user.waits(next);
      if (user.iterates) return user.continue(mayStillSend);
      if (ending) return user.leave();
      parked.add(user);
      if (running) model.ready(user);
      else if (parked.size === plan.maxUsers) allCame();
    },

    /** After each pass: is there another one? */
    more(context, next) {
      const user = users.get(context);
      if (user.missed)
        return broke(`loadtest.yml has no request named ${user.missed}.`);
      if (user.isThrough) iterationOver(user, true);
      next(user.iterates || ending === null);
    },

    /** What Artillery is to send. */
    requestOf: (req, context) => users.get(context).requestOf(req),

    /** Sends it, measured. */
    send(context, next) {
      if (told) return;
      counts.requests += 1;
      users.get(context).send(next);
    },

    answered(req, response, context) {
      users
        .get(context)
        .settle(nameOf(req), (measured) => measured.answerOf(response));
    },

    /** Artillery ends this virtual user. */
    failed(req, error, context) {
      const user = users.get(context);
      user.settle(nameOf(req), (measured) => ({
        failure: measured.timedOut ? ["timeout", ""] : failureOf(error),
      }));
      // By a request besides those of the flow, before its execution was through.
      if (user.iterates && !user.isThrough) user.giveUp();
      if (user.isThrough) iterationOver(user, false);
    },
  };
}

const nameOf = ({ name, url }) => name ?? url;
