// The open model: iterations start when they are due, whatever the answers do.
import { startTimes } from "./schedule.mjs";
import { segmentsOf } from "./segments.js";

/**
 * @param {(vu: object | undefined, dueMs: number, number: number) => boolean} start begins an iteration of a virtual user; none: all are
 *   busy, and it is dropped; number: of this start in this share of the plan, from 0; false: it did not begin
 */
export function openModel(plan, clock, start) {
  const due = startTimes(
    segmentsOf(plan.stages),
    plan.plannedIterations,
    plan.shard,
  );
  // The one that was busy last comes first: its connection is still warm.
  const idle = [];
  let busy = 0;
  let number = 0;
  let over = false;
  let cancel = () => {};

  function next() {
    const { value: ms, done } = due.next();
    if (done || over) return;
    cancel = clock.at(ms, () => {
      if (start(idle.pop(), ms, number)) busy += 1;
      number += 1;
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
