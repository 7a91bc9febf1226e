// The open model: iterations start when they are due, whatever the answers do.
import { startTimes } from "./schedule.mjs";
import { segmentsOf } from "./segments.js";

/**
 * @param {(vu: object, dueMs: number) => boolean} start begins an iteration of a virtual user; false: there are no more
 * @param {() => void} drop a start was due and all virtual users were busy
 */
export function openModel(plan, clock, start, drop) {
  const due = startTimes(segmentsOf(plan.stages), plan.plannedIterations);
  // The one that was busy last comes first: its connection is still warm.
  const idle = [];
  let busy = 0;
  let over = false;
  let cancel = () => {};

  function next() {
    const { value: ms, done } = due.next();
    if (done || over) return;
    cancel = clock.at(ms, () => {
      const vu = idle.pop();
      if (!vu) drop();
      else if (start(vu, ms)) busy += 1;
      next();
    });
  }

  return {
    /** The virtual users have come. */
    begin: next,
    /** A virtual user has nothing to do. */
    ready(vu) {
      idle.push(vu);
    },
    /** Its iteration is over. */
    finished() {
      busy -= 1;
    },
    /** Virtual users that are busy now. */
    users: () => busy,
    /** Starts nothing more. */
    end() {
      over = true;
      cancel();
    },
  };
}
