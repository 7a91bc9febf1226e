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
    this.isOver = false;
  }

  start() {
    this.startedAt = performance.now();
    this.next();
    return this;
  }

  /** All that are due: there may be more of them than a timer has milliseconds. */
  next() {
    while (this.arrived < this.count && performance.now() >= this.due()) {
      this.arrived += 1;
      this.emit("arrival");
    }
    if (this.isOver) return;
    if (this.arrived >= this.count) this.stop();
    else
      this.timer = setTimeout(
        () => this.next(),
        // It may have become due since it was looked at, and Node prints a warning for a time below 0.
        Math.max(0, this.due() - performance.now()),
      );
  }

  due() {
    return this.startedAt + (this.arrived + 1) * this.intervalMs;
  }

  stop() {
    if (this.isOver) return;
    this.isOver = true;
    this.count = this.arrived;
    clearTimeout(this.timer);
    this.emit("finished");
  }
}
