// One user that sends nothing: each second how many users there are besides it, and how late k6 woke it at worst.
import { sleep } from "k6";
import { k6Instance, now } from "./clock.js";
import { gaugeLine } from "./lines.js";

/** How often it asks whether it was woken in time, and whether the load is over. */
const TICK_MS = 20;

export function watch(plan, start) {
  let worstLagMs = 0;
  for (let due = TICK_MS; !isOver(plan, start); due += TICK_MS) {
    const early = due - now(start);
    if (early > 0) sleep(early / 1000);
    // k6 ended the sleep, because the test was stopped: it is not yet that second.
    if (now(start) < due - 1) return;
    worstLagMs = Math.max(worstLagMs, now(start) - due);
    // The last tick of a second has seen it, and stands in it however late it is.
    if ((due + TICK_MS) % 1000 !== 0) continue;
    // In the open model nobody can tell who is parked and who is busy.
    const users = plan.model === "closed" ? k6Instance().vusActive - 1 : null;
    const lagMs = Math.round(worstLagMs * 1000) / 1000;
    console.log(gaugeLine(due * 1000, users, lagMs));
    worstLagMs = 0;
  }
}

/** Nothing starts any more, and all other users are gone. */
function isOver(plan, start) {
  const counted =
    plan.maxIterations !== null &&
    k6Instance().iterationsCompleted >= plan.maxIterations;
  return (
    (counted || now(start) >= plan.durationMs) && k6Instance().vusActive <= 1
  );
}
