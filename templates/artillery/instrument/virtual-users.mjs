// Artillery's virtual users, in its worker thread: they wait here for their turn, and say here what became of it.
import { isMainThread } from 'node:worker_threads';
import { quietArrivals } from './arrivals.mjs';
import { newClock } from './clock.mjs';
import { closedModel } from './closed.mjs';
import { connect, disconnect, trust } from './connections.mjs';
import { readEnvironment } from './environment.mjs';
import { failureOf } from './failure.mjs';
import { openModel } from './open.mjs';
import { newReporter } from './reporter.mjs';
import { Measured } from './request.mjs';
import { openChannel } from './threads.mjs';

/** After the request timeout, time for what is in flight at the end of the plan. */
const GRACE_MS = 2000;
/** Virtual users come within seconds. If they do not, the phases in loadtest.yml are not those of the plan. */
const ARRIVAL_MS = 30_000;

/** The functions that the flow in loadtest.yml calls, and those that tell what became of a request. */
export function virtualUsers({ plan, request }) {
  const endArrivals = isMainThread ? () => {} : quietArrivals();
  const clock = newClock();
  const vus = new WeakMap();
  /** Virtual users that wait. */
  const parked = new Set();
  let reporter, counts, model, secureContext;
  let running = false;
  let over = false;

  /** The first virtual user has come. */
  function open() {
    secureContext = trust(readEnvironment(request).certificates);
    const send = openChannel(({ stop }) => {
      if (stop) finish('interrupted');
    });
    reporter = newReporter(clock, send);
    counts = reporter.counts;
    setTimeout(() => {
      if (!running) send({ broke: `only ${parked.size} of ${plan.maxUsers} virtual users came: do the phases in loadtest.yml belong to this plan?` });
    }, ARRIVAL_MS).unref();
  }

  /** The last one has come. */
  function begin() {
    running = true;
    const startedAt = clock.start();
    model = plan.model === 'closed' ? closedModel(plan, clock, start) : openModel(plan, clock, start, () => (counts.dropped += 1));
    reporter.begin(startedAt, model.users);
    clock.at(plan.durationMs, endOfPlan);
    for (const vu of [...parked]) model.ready(vu);
    model.begin();
  }

  function endOfPlan() {
    if (over) return;
    over = true;
    model.end();
    endArrivals();
    for (const vu of parked) leave(vu);
    if (counts.iterations === 0) finish('planned');
    else clock.at(clock.now() + plan.requestTimeoutMs + GRACE_MS, () => finish('planned'));
  }

  function finish(cause) {
    over = true;
    model?.end();
    reporter.end(cause);
  }

  function start(vu, plannedMs) {
    parked.delete(vu);
    counts.started += 1;
    counts.iterations += 1;
    vu.plannedMs = plannedMs;
    vu.measured = new Measured(plan.requestTimeoutMs);
    vu.context.vars.turn = true;
    if (plan.connections === 'perIteration' || !vu.connected) connect(vu.context, secureContext);
    vu.connected = true;
    if (counts.started === plan.maxIterations) endOfPlan();
    vu.measured.run(vu.next, () => (counts.requests += 1));
  }

  function leave(vu) {
    parked.delete(vu);
    vu.context.vars.turn = false;
    vu.next();
  }

  function ended(context, alive, read) {
    const vu = vus.get(context);
    const { measured } = vu;
    measured.ended();
    const [outcome, detail, status] = read(measured);
    reporter.request({ name: request.name, measured, outcome, detail, status, plannedMs: vu.plannedMs });
    counts.iterations -= 1;
    if (!alive || plan.connections === 'perIteration') disconnect(context);
    model.finished(vu, alive);
    if (over && counts.iterations === 0) finish('planned');
  }

  return {
    waitForTurn(context, _events, next) {
      if (!reporter) open();
      const vu = vus.get(context) ?? { context, connected: false };
      vus.set(context, vu);
      vu.next = next;
      if (over) return leave(vu);
      parked.add(vu);
      if (running) model.ready(vu);
      else if (parked.size === plan.maxUsers) begin();
    },
    hasTurn: (vars) => vars.turn,
    more: (_context, next) => next(!over),

    /** @param {(status: number, text: string) => [outcome: string, detail: string]} outcomeOf */
    answered(context, response, outcomeOf) {
      const status = response.statusCode;
      ended(context, true, (measured) => [...outcomeOf(status, measured.textOf(response)), status]);
    },

    failed(context, error) {
      ended(context, false, (measured) => [...(measured.timedOut ? ['timeout', ''] : failureOf(error)), 0]);
    },
  };
}
