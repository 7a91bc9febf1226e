// What happened, as lines of the sample protocol, on their way from the worker to the main thread.

/** At this part of each second its gauge is taken: late enough to have seen the second, early enough to stand in it. */
const GAUGE_AT_MS = 980;
const FLUSH_MS = 100;
/** How often the scheduler itself is looked at. */
const TICK_MS = 50;

export function newReporter(clock, send) {
  let lines = [];
  let ended = false;
  const counts = { started: 0, dropped: 0, iterations: 0, requests: 0 };

  function flush() {
    if (lines.length > 0) send({ lines });
    lines = [];
  }

  function each(ms, period, run) {
    clock.at(ms, () => {
      if (ended) return;
      run(ms);
      each(ms + period, period, run);
    });
  }

  return {
    /** Iterations started; starts dropped; iterations and requests that run now. */
    counts,

    begin(startedAt, users) {
      send({ startedAt });
      each(TICK_MS, TICK_MS, () => {});
      each(FLUSH_MS, FLUSH_MS, flush);
      each(GAUGE_AT_MS, 1000, (ms) => {
        lines.push(['gauge', ms * 1000, users(), counts.requests, counts.started, counts.dropped, clock.takeWorstMs()]);
      });
    },

    /** A request is over; it is also the execution. `plannedMs`: when it was due in the open model. */
    request({ name, measured, outcome, detail, status, plannedMs }) {
      counts.requests -= 1;
      // What is reported after the end stands in the end's `inFlight` already.
      if (ended) return;
      const startMicros = clock.microsOf(measured.startedAt);
      const extra = { exec: true, bytes: measured.bytes };
      if (measured.connectMs !== null) extra.connectMicros = Math.round(measured.connectMs * 1000);
      if (plannedMs !== null) extra.startLagMicros = Math.max(0, startMicros - Math.round(plannedMs * 1000));
      if (detail) extra.detail = detail;
      lines.push(['req', startMicros, name, Math.round((measured.endedAt - measured.startedAt) * 1000), outcome, status, extra]);
    },

    /** Nothing is reported after this. Returns false when it was called before. */
    end(cause) {
      if (ended) return;
      ended = true;
      flush();
      send({ end: { cause, iterationsStarted: counts.started, dropped: counts.dropped, interrupted: counts.iterations, inFlight: counts.requests } });
    },
  };
}
