// One clock for all users: milliseconds since the plan's second 0, to the microsecond. k6 has no clock that never jumps.
import exec from "k6/execution";

let instance = null;

/** What k6 knows of the whole test; each user asks for it once. */
export function k6Instance() {
  instance = instance || exec.instance;
  return instance;
}

/**
 * Sets the plan's second 0, in setup(), before all users.
 * @returns {{ zeroMs: number, startedAt: number }} on k6's clock, and epoch ms; k6 hands it to every user as `start`
 */
export function setSecondZero(leadMs) {
  // Date.now() has whole milliseconds: both clocks are read just when it steps.
  const before = Date.now();
  while (Date.now() === before);
  const epochMs = Date.now() - k6Instance().currentTestRunDuration;
  const zeroMs = k6Instance().currentTestRunDuration + leadMs;
  return { zeroMs, startedAt: Math.round((epochMs + zeroMs) * 1000) / 1000 };
}

export function now({ zeroMs }) {
  return k6Instance().currentTestRunDuration - zeroMs;
}
