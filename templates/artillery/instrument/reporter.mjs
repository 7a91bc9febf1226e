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

    /** @param {(ms: number) => number} users how many there are at a moment of plan time */
    begin(startedAt, users) {
      send({ startedAt });
      each(TICK_MS, TICK_MS, () => {});
      each(FLUSH_MS, FLUSH_MS, flush);
      each(GAUGE_AT_MS, 1000, (ms) => {
        lines.push([
          "gauge",
          ms * 1000,
          users(ms),
          counts.requests,
          counts.started,
          counts.dropped,
          clock.takeWorstMs(),
        ]);
      });
    },

    /**
     * A request is over.
     * @param {{ outcome: string, detail: string, exec: boolean, checks: [number, string[]] | null }} sample
     * @param {number | null} plannedMs when it was due: the first request of an iteration in the open model
     */
    request(name, measured, status, sample, plannedMs) {
      counts.requests -= 1;
      // What is reported after the end stands in the end's `inFlight` already.
      if (ended) return;
      const startMicros = microsOf(clock.msOf(measured.startedAt));
      const extra = { bytes: measured.bytes };
      if (sample.exec) extra.exec = true;
      if (sample.checks) extra.checks = sample.checks;
      if (measured.connectMs !== null)
        extra.connectMicros = microsOf(measured.connectMs);
      if (plannedMs !== null)
        extra.startLagMicros = Math.max(0, startMicros - microsOf(plannedMs));
      if (sample.detail) extra.detail = sample.detail;
      lines.push([
        "req",
        startMicros,
        name,
        microsOf(measured.endedAt - measured.startedAt),
        sample.outcome,
        status,
        extra,
      ]);
    },

    /** An execution is over that no single request was. */
    execution({ startMs, endMs, outcome, detail }) {
      if (ended) return;
      lines.push([
        "exec",
        microsOf(startMs),
        microsOf(endMs - startMs),
        outcome,
        ...(detail ? [{ detail }] : []),
      ]);
    },

    /** Nothing is reported after this. */
    end(cause) {
      if (ended) return;
      ended = true;
      flush();
      send({
        end: {
          cause,
          iterationsStarted: counts.started,
          dropped: counts.dropped,
          interrupted: counts.iterations,
          inFlight: counts.requests,
        },
      });
    },
  };
}

const microsOf = (ms) => Math.round(ms * 1000);
