// When an iteration of k6 becomes one of the plan's. Each model has `next`, the next iteration of this user or null, and `end`, what the
// user does when its request is over.
import exec from 'k6/execution';
import { sleep } from 'k6';
import { arrivalsOf, LOOK_MS } from './arrivals.js';
import { k6Instance, now } from './clock.js';
import { DROPPED, STARTED } from './verdict.js';

/**
 * Users come and go as k6's executor says; each makes a request, thinks, makes a request ...
 * @param {(sum: string, value: number) => void} add
 */
export function closedModel(plan, add) {
  const [thinkMin, thinkMax] = plan.thinkTimeMs;
  return {
    next(start) {
      if (now(start) >= plan.durationMs) {
        sleep(0.005); // k6's own end of the plan is that near
        return null;
      }
      add(STARTED, 1);
      return { number: exec.scenario.iterationInTest, lagMicros: undefined };
    },
    /** The user thinks, but not beyond the end of the plan. */
    end(start) {
      const ms = Math.min(thinkMin + Math.random() * (thinkMax - thinkMin), plan.durationMs - now(start));
      if (ms > 0) sleep(ms / 1000);
    },
  };
}

/** Users take tickets, see arrivals.js. */
export function openModel(plan, add) {
  const arrivals = arrivalsOf(plan);
  let freeSince = -Infinity;

  /** While tickets enough are held by others, this user takes none. `times`: so many times the needed ones are enough. */
  function park(start, times) {
    let at = now(start);
    const waiting = () => arrivals.waitingAt(at, k6Instance().iterationsCompleted);
    if (waiting() < times * arrivals.neededAt(at)) return;
    while (at < plan.durationMs && waiting() >= arrivals.neededAt(at)) {
      // Not all at once.
      const look = LOOK_MS * (0.8 + 0.4 * Math.random());
      sleep(Math.min(look, plan.durationMs - at) / 1000);
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
      const due = arrivals.dueAt(number);
      if (due < freeSince) {
        // It was due while this user was busy, and nobody had taken it: all were busy.
        add(DROPPED, 1);
        return null;
      }
      const early = due - now(start);
      if (early > 0) sleep(early / 1000);
      add(STARTED, 1);
      return { number, lagMicros: Math.max(0, Math.round((now(start) - due) * 1000)) };
    },
    /** Twice, or each start would call a user back and each end park one, and connections would go cold all the same. */
    end(start) {
      freeSince = now(start);
      park(start, 2);
    },
  };
}
