// Artillery lets virtual users arrive by a timer that waits in a busy loop for the last 25 ms before each arrival: 20
// arrivals a second cost half a processor core, 40 a whole one, taken from the target on the same machine and from the
// requests that are measured here. This puts an ordinary timer in its place; the arrivals are the same.
import { EventEmitter } from "node:events";
import { createRequire } from "node:module";

/** To be called before Artillery starts its phases. @returns {() => void} ends them early */
export function quietArrivals() {
  const running = new Set();
  let over = false;
  const arrivals = arrivalsOfArtillery();
  if (arrivals) {
    arrivals.uniform.process = (intervalMs, durationMs) => {
      const phase = new Phase(
        intervalMs,
        over ? 0 : Math.round(durationMs / intervalMs),
      );
      running.add(phase);
      phase.once("finished", () => running.delete(phase));
      return phase;
    };
  }
  return () => {
    over = true;
    for (const phase of running) phase.stop();
  };
}

/** Artillery's own copy of the package. null: an Artillery without it; its phases then go on to their own end. */
function arrivalsOfArtillery() {
  try {
    return createRequire(process.argv[1])("arrivals");
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}

/** Emits `arrival` so many times, one per interval, the first after one interval; then `finished`. */
class Phase extends EventEmitter {
  constructor(intervalMs, count) {
    super();
    this.intervalMs = intervalMs;
    this.count = count;
    this.arrived = 0;
    this.timer = null;
  }

  start() {
    this.startedAt = performance.now();
    this.next();
    return this;
  }

  next() {
    if (this.arrived >= this.count) return this.stop();
    const due = this.startedAt + (this.arrived + 1) * this.intervalMs;
    this.timer = setTimeout(
      () => {
        if (performance.now() >= due) {
          this.arrived += 1;
          this.emit("arrival");
        }
        if (this.timer !== null) this.next();
      },
      Math.max(0, due - performance.now()),
    );
    return this;
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.emit("finished");
    return this;
  }
}
