// When an iteration of k6 becomes one of the plan's. Each model has `next`, the next iteration of this user or null, and `end`, what the
// user does when its requests are over.
import exec from "k6/execution";
import { sleep } from "k6";
import { arrivalsOf, LOOK_MS } from "./arrivals.js";
import { k6Instance, now, sleepUntil } from "./clock.js";
import { DROPPED, EXHAUSTED } from "./sums.js";

/**
 * Users come and go as k6's executor says; each makes an iteration, thinks, makes an iteration ...
 * @param {number} rows iterations that there are inputs for
 * @param {(sum: string, value: number) => void} add
 * @param {number} others users of k6 that are none of the plan's
 */
export function closedModel(plan, rows, add, others) {
  const [thinkMin, thinkMax] = plan.thinkTimeMs;
  const last = Math.min(rows, plan.maxIterations ?? Infinity);

  /** Each user is in an iteration, so as many have begun as are completed and users there are. */
  function isLast() {
    const { iterationsCompleted, vusActive } = k6Instance();
    return iterationsCompleted + vusActive - others >= last;
  }

  return {
    next(start) {
      if (now(start) >= plan.durationMs) {
        sleep(0.005); // k6's own end of the plan is that near
        return null;
      }
      const number = exec.scenario.iterationInTest;
      if (number >= rows) return exhausted(plan, start, rows, add);
      return { number, dueMs: null };
    },
    /** The user thinks, but not beyond the end of the plan, nor when no further iteration is to be had. */
    end(start) {
      const thinkMs = thinkMin + Math.random() * (thinkMax - thinkMin);
      const untilMs = Math.min(now(start) + thinkMs, plan.durationMs);
      if (last === Infinity) sleepUntil(start, untilMs);
      else
        while (now(start) < untilMs && !isLast())
          sleepUntil(start, Math.min(untilMs, now(start) + LOOK_MS));
    },
  };
}

/** Users take tickets, see arrivals.js. */
export function openModel(plan, rows, add) {
  const arrivals = arrivalsOf(plan);
  // From then on nobody is needed; who is parked comes back, so that it is seen when nothing runs any more.
  const overMs = Math.min(plan.durationMs, arrivals.dueAt(rows));
  let freeSince = -Infinity;

  /** While tickets enough are held by others, this user takes none. `times`: so many times the needed ones are enough. */
  function park(start, times) {
    let at = now(start);
    const waiting = () =>
      arrivals.waitingAt(at, k6Instance().iterationsCompleted);
    if (waiting() < times * arrivals.neededAt(at)) return;
    while (at < overMs && waiting() >= arrivals.neededAt(at)) {
      // Not all at once.
      const look = LOOK_MS * (0.8 + 0.4 * Math.random());
      sleep(Math.min(look, overMs - at) / 1000);
      at = now(start);
    }
  }

  return {
    next(start) {
      const number = arrivals.ticketOf(exec.scenario.iterationInTest);
      if (number < 0) {
        park(start, 1);
        return null;
      }
      if (number >= rows) {
        sleepUntil(start, overMs);
        return exhausted(plan, start, plan.maxUsers + rows, add);
      }
      const dueMs = arrivals.dueAt(number);
      if (dueMs < freeSince) {
        // It was due while this user was busy, and nobody had taken it: all were busy.
        add(DROPPED, 1);
        return null;
      }
      sleepUntil(start, dueMs);
      return { number, dueMs };
    },
    /** Twice, or each start would call a user back and each end park one, and connections would go cold all the same. */
    end(start) {
      freeSince = now(start);
      park(start, 2);
    },
  };
}

/**
 * No row is left for this iteration: when the others are over, or can be, the test is to end.
 * @param {number} before so many iterations of k6 began before the rows were used up; none after them is ever completed
 */
function exhausted(plan, start, before, add) {
  const untilMs = now(start) + plan.longestIterationMs;
  while (now(start) < untilMs && k6Instance().iterationsCompleted < before)
    sleep(0.05);
  add(EXHAUSTED, 1);
  // Until k6 has seen it, see thresholds.js.
  sleepUntil(start, plan.durationMs);
  return null;
}
