// One clock for all users: milliseconds since the plan's second 0, to the microsecond. k6 has no clock that never jumps.
import { sleep } from "k6";
import exec from "k6/execution";

/** The first line is written so long before a second 0 that somebody has chosen, and what wakes late has come by then. */
const READY_MS = 50;

let instance = null;

/** What k6 knows of the whole test; each user asks for it once. */
export function k6Instance() {
  instance = instance || exec.instance;
  return instance;
}

/**
 * Sets the plan's second 0, in setup(), before all users; where it is still to come, a little before the load is to be ready.
 * @param {number | null} startAt epoch ms; null, or over already: as soon as can be
 * @returns {{ zeroMs: number, startedAt: number }} on k6's clock, and epoch ms; k6 hands it to every user as `start`
 */
export function setSecondZero(leadMs, startAt) {
  const earlyMs = startAt === null ? 0 : startAt - Date.now();
  if (earlyMs > leadMs + READY_MS) sleep((earlyMs - leadMs - READY_MS) / 1000);
  // Date.now() has whole milliseconds: both clocks are read just when it steps.
  const before = Date.now();
  while (Date.now() === before);
  const epochMs = Date.now() - k6Instance().currentTestRunDuration;
  const soonestMs = k6Instance().currentTestRunDuration + leadMs;
  const zeroMs =
    startAt === null ? soonestMs : Math.max(soonestMs, startAt - epochMs);
  return { zeroMs, startedAt: Math.round((epochMs + zeroMs) * 1000) / 1000 };
}

export function now({ zeroMs }) {
  return k6Instance().currentTestRunDuration - zeroMs;
}

export function sleepUntil(start, atMs) {
  const early = atMs - now(start);
  if (early > 0) sleep(early / 1000);
}
