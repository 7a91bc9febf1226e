// The closed model: as many virtual users as the plan says; each makes a request, thinks, makes a request ...
import { joinsAt } from "./schedule.mjs";
import { segmentsOf } from "./segments.js";
import { numberOf } from "./share.js";

/**
 * @param {(vu: object, dueMs: null) => void} start begins an iteration of a virtual user
 */
export function closedModel(plan, clock, start) {
  const segments = segmentsOf(plan.stages);
  const [thinkMin, thinkMax] = plan.thinkTimeMs;
  // A user is a place in the plan. One of Artillery's virtual users takes it; when a failure ends that one, another does.
  const users = Array.from({ length: plan.maxUsers }, (_, own) => ({
    number: numberOf(plan.shard, own),
    vu: null,
    nextMs: 0,
    cancel: () => {},
  }));
  const spare = [];

  function ready(vu) {
    vu.user ??= users.find((user) => user.vu === null) ?? null;
    if (vu.user === null) {
      spare.push(vu);
      return;
    }
    const { user } = vu;
    user.vu = vu;
    const ms = joinsAt(
      segments,
      user.number,
      Math.max(clock.now(), user.nextMs),
    );
    if (ms !== null) user.cancel = clock.at(ms, () => start(vu, null));
  }

  return {
    /** The virtual users have come. */
    begin() {},
    /** A virtual user has nothing to do. */
    ready,
    /** Its iteration is over. `alive`: it will be ready again. */
    finished({ user }, alive) {
      user.nextMs =
        clock.now() + thinkMin + Math.random() * (thinkMax - thinkMin);
      if (alive) return;
      user.vu = null;
      if (spare.length > 0) ready(spare.pop());
    },
    /** Virtual users that are there at a moment that has just been. */
    users: (ms) =>
      users.filter(
        ({ number, vu }) => vu !== null && joinsAt(segments, number, ms) === ms,
      ).length,
    /** Starts nothing more. */
    end() {
      spare.length = 0;
      for (const user of users) user.cancel();
    },
  };
}
